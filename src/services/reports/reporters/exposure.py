"""What the internet can reach: the open findings of the rules that look for it."""

from __future__ import annotations

from services.cop.rule import ago, example
from services.models.finding import SEVERITIES
from services.models.findings import FindingQuery, FindingRow
from services.models.report import Column, Figure, Row
from services.reports.examples import ACCOUNT, REGION, entry
from services.reports.of_findings import ABOUT, KEY, SINCE, about, since
from services.reports.report import Content, Example, Reporter, Sources

RULES = {
    "EC2-PUBLIC-ROLE": "Instances with a role",
    "RDS-PUBLIC": "Databases",
    "S3-PUBLIC": "Buckets",
    "SG-OPEN": "Security groups",
    "SNAP-PUBLIC": "Snapshots and images",
}
OPEN = FindingQuery(filters={"status": ("open",), "rule": tuple(RULES)})
SEVERE = ("critical", "high")


def make(sources: Sources) -> Content:
    found = list(sources.findings().every(OPEN))
    by_rule = {rule: sum(row.entry.rule == rule for row in found) for rule in RULES}
    figures = (
        Figure("exposed", "Exposed", len({row.entry.key for row in found})),
        Figure("severe", "Critical and high", sum(row.entry.severity in SEVERE for row in found)),
        *(Figure(rule.lower(), RULES[rule], count) for rule, count in by_rule.items()),
    )
    return Content(tuple(_row(row) for row in found), figures)


def _row(row: FindingRow) -> Row:
    entry = row.entry
    return *about(entry), entry.severity, entry.message, since(entry)


_BUCKET = example("buckets", id="b-1", name="b-1", owner="ada", region=REGION)
_GROUP = example("securitygroups", id="sg-1", name="web", owner=None)

REPORTER = Reporter(
    name="exposure",
    title="Exposure",
    about=f"What is public or open to the internet, by {', '.join(RULES)}; {SEVERITIES[0]} first.",
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
            figures={"exposed": 2, "severe": 1, "s3-public": 1, "rds-public": 0},
        ),
    ),
)
