"""How many resources have the tags that costs and findings are given out by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from services.cop.judge.rule import example
from services.cop.rules.tag_required import REQUIRED, taggable, tags_there
from services.models.domain.report import Column, Figure, Row
from services.models.kit.base import Resource
from services.reports.examples import ACCOUNT
from services.reports.report import EVERY_TYPE, Content, Example, Reporter, Sources

ALL = "all"


def make(sources: Sources) -> Content:
    seen: Counter[tuple[str, str]] = Counter()  # of each account: resources, those with a tag, with all
    unknown = 0
    for resource in filter(taggable, sources.of(*EVERY_TYPE)):
        if resource.tags_known:
            seen.update((resource.account, tag) for tag in ("", *_filled(resource)))
        else:
            unknown += 1
    accounts = sorted({account for account, _ in seen})
    unread = Figure("unknown", "Tags could not be read", unknown)
    return Content(tuple(_row(seen, account) for account in accounts), (*_figures(seen), unread))


def _filled(resource: Resource) -> Iterator[str]:
    """The required tags that it has, and ALL when none is missing."""
    found = tags_there(resource, REQUIRED)
    yield from found
    if len(found) == len(REQUIRED):
        yield ALL


def _row(seen: Counter[tuple[str, str]], account: str) -> Row:
    count = seen[account, ""]
    return account, count, *(seen[account, tag] / count for tag in (ALL, *REQUIRED))


def _figures(seen: Counter[tuple[str, str]]) -> Iterator[Figure]:
    totals: Counter[str] = Counter()
    for (_, tag), count in seen.items():
        totals[tag] += count
    whole = totals[""]
    yield Figure("taggable", "Resources that take tags", whole)
    for tag in (ALL, *REQUIRED):
        title = "With all tags" if tag == ALL else f"With {tag}"
        yield Figure(tag.lower(), title, totals[tag] / whole if whole else None, "share")


_TAGGED = dict.fromkeys(REQUIRED, "x")

REPORTER = Reporter(
    name="tag-coverage",
    title="Tag coverage",
    about=f"Which share of each account's resources has {', '.join(REQUIRED)}; what AWS made is left out, and"
    " what has tags that could not be read.",
    columns=(
        Column("account", "Account", "account"),
        Column("resources", "Resources", "count"),
        Column("all", "All tags", "share"),
        *(Column(tag.lower(), tag, "share") for tag in REQUIRED),
    ),
    types=EVERY_TYPE,
    make=make,
    examples=(
        Example(
            (
                example("volumes", id="vol-1", tags=_TAGGED),
                example("volumes", id="vol-2", tags={"TEAM": "ada", "Service": " "}),
                example("volumes", id="vol-3", tags={"aws:autoscaling:groupName": "web"}),
                example("volumes", id="vol-4", tags=_TAGGED | {"Owner": ""}),
                example("functions", tags={}, denied=("tag:GetResources",)),
                example("accesskeys", tags={}),
            ),
            rows=((ACCOUNT, 4, 0.25, 0.5, 0.5, 0.5),),
            figures={"taggable": 4, "all": 0.25, "owner": 0.5, "unknown": 1},
        ),
    ),
)
