"""What the internet can reach: the open findings of the rules that look for it."""

from __future__ import annotations

from services.cop.judge.facts import NotKnown
from services.cop.judge.rule import Rule, ago, example
from services.cop.rules import ec2_public_role, rds_public, s3_public, sg_open, snap_public
from services.models.domain.finding import SEVERITIES
from services.models.domain.findings import FindingQuery, FindingRow
from services.models.domain.report import Column, Figure, Row
from services.reports.examples import ACCOUNT, REGION, entry
from services.reports.of_findings import ABOUT, KEY, SINCE, about, since
from services.reports.report import Content, Example, Reporter, Sources

RULES = {
    "Instances with a role": ec2_public_role.RULE,
    "Databases": rds_public.RULE,
    "Buckets": s3_public.RULE,
    "Security groups": sg_open.RULE,
    "Snapshots and images": snap_public.RULE,
}
IDS = tuple(rule.id for rule in RULES.values())
OPEN = FindingQuery(filters={"status": ("open",), "rule": IDS})
SEVERE = ("critical", "high")


def make(sources: Sources) -> Content:
    found = list(sources.findings().every(OPEN))
    counts = {title: _count(rule, found, sources) for title, rule in RULES.items()}
    none = None if None in counts.values() else 0  # where nobody has looked everywhere, none is not known
    exposed = {row.entry.key for row in found}
    severe = sum(row.entry.severity in SEVERE for row in found)
    figures = (
        Figure("exposed", "Exposed", len(exposed) or none),
        Figure("severe", "Critical and high", severe or none),
        *(Figure(RULES[title].id.lower(), title, count) for title, count in counts.items()),
    )
    return Content(tuple(_row(row) for row in found), figures)


def _count(rule: Rule, found: list[FindingRow], sources: Sources) -> int | None:
    """How many findings the rule has; None where it has none because its types were never collected."""
    count = sum(row.entry.rule == rule.id for row in found)
    try:
        sources.collected(*rule.types)
    except NotKnown:
        return count or None
    return count


def _row(row: FindingRow) -> Row:
    entry = row.entry
    return *about(entry), entry.severity, entry.message, since(entry)


_BUCKET = example("buckets", id="b-1", name="b-1", owner="ada", region=REGION)
_GROUP = example("securitygroups", id="sg-1", name="web", owner=None)

REPORTER = Reporter(
    name="exposure",
    title="Exposure",
    about=f"What is public or open to the internet, by {', '.join(IDS)}; {SEVERITIES[0]} first.",
    columns=(
        *ABOUT,
        Column("severity", "Severity"),
        Column("what", "What"),
        SINCE,
    ),
    key=KEY,
    make=make,
    examples=(
        Example(
            (_BUCKET, _GROUP),
            entries=(
                entry("SG-OPEN", _GROUP, severity="medium"),
                entry("S3-PUBLIC", _BUCKET, severity="critical"),
                entry("TAG-REQUIRED", _BUCKET),
            ),
            rows=tuple(
                (rule, ACCOUNT, REGION, *rest, "it is so", ago(2)[:10])
                for rule, *rest in (
                    ("S3-PUBLIC", "buckets", "b-1", "b-1", "ada", "critical"),
                    ("SG-OPEN", "securitygroups", "sg-1", "web", None, "medium"),
                )
            ),
            figures={"exposed": 2, "severe": 1, "s3-public": 1, "rds-public": None},
        ),
        Example(
            (_BUCKET,), rows=(), figures={"exposed": None, "severe": None, "s3-public": 0, "sg-open": None}
        ),
    ),
)
