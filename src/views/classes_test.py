"""Tailwind only keeps class names that stand in the sources as whole literals."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dom import render
from services.models import RESOURCE_TYPES
from services.models.all import Everything
from services.models.domain.release import Deployment, Deployments, Place, Release, Run, StackEvent
from services.models.domain.report import Column, Figure, Latest, Report, ReportInfo, latest_of
from services.models.everything.history import ChangePage, ChangeQuery
from services.models.everything.query import FacetValue, Query
from services.models.kit.change import Change
from tooling import styles
from views.costs import costs
from views.costs.costs_test import cost_pages, spending
from views.estate import accounts, changes, deployments, detail, home, resources, sync
from views.estate.collecting import Again
from views.links.context import Context
from views.reports import report, reports
from views.shell import problem

AT = "2026-11-20T09:05:00Z"
ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def style_sheet(tmp_path_factory: pytest.TempPathFactory) -> str:
    return styles.compiled(ROOT, tmp_path_factory.mktemp("styles") / "main.css")


def test_every_class_on_the_pages_has_a_rule(
    context: Context, everything: Everything, parse: Any, style_sheet: str
) -> None:
    row = everything.page(Query("instances")).rows[0]
    found = everything.detail(row.type, row.account, row.region, row.id)
    assert found is not None
    groups = {f"by_{field}": everything.groups(field) for field in ("account", "type", "region", "owner")}
    heads = everything.heads()
    change = Change("changed", row.type, row.account, row.region, row.id, "n", AT, {"state": ("a", "b")})
    listed = (change, replace(change, kind="vanished", id="x"), replace(change, kind="appeared"))
    facets = {"kind": (FacetValue("changed", 1, True),)}
    build = Release("r", AT, "c", "s", "d", ("unit",), 1, 1)
    event = StackEvent(AT, "a", "b", "UPDATE_FAILED", "no")
    place = Place("prod", (Run("r", AT),), Deployment("r", AT, AT, "no", (event,)))
    query = ChangeQuery(text="a", filters={"kind": ("changed",)})
    history = ChangePage(query, listed, 120, 130, {}, facets, frozenset([change.key]))
    columns = (Column("id", "Id"), Column("n", "N", "count"))
    info = ReportInfo(name="r", title="R", about="a", columns=columns)
    old = Report("r", "R", "2026-11-19", AT, columns, 1, (("a", 1), ("b", 1)), (Figure("n", "N", 1),), ("b",))
    new = replace(old, day="2026-11-20", rows=(("a", 2), ("c", None)))
    failed = Latest("r", "R", "failed", AT, "b")
    days = (new.day, old.day)
    pages = [
        reports.view(context, {"r": info}, (latest_of(new),)),
        reports.view(context, {"r": info}, (failed,)),
        report.view(context, report.Shown(info, failed, None, (), ())),
        report.view(context, report.Shown(info, latest_of(new), new, days, (old.summary, new.summary), old)),
        resources.view(context, everything.page(Query("volumes", "vol")), RESOURCE_TYPES["volumes"]),
        resources.view(context, everything.page(Query(text="nothing such")), None),
        detail.view(context, found, RESOURCE_TYPES["instances"], listed),
        changes.view(context, history, history.query, "older ones are missing"),
        changes.view(context, ChangePage(ChangeQuery(), (), 0, 0, {}, {}), ChangeQuery()),
        accounts.view(context, groups["by_account"], everything.collections()),
        deployments.view(context, Deployments(), ""),
        deployments.view(context, Deployments((build,), 2, "r", (place,)), "prod"),
        home.view(
            context,
            totals=everything.totals(),
            newest=everything.newest(5),
            collections=everything.collections(),
            changes=listed,
            spending=spending("111111111111"),
            **groups,
        ),
        sync.view(context, heads, Again("off", "", "bad", row.account, "", 1, heads, True)),
        sync.view(context, heads, Again(account=row.account, asked=1, heads=heads)),
        sync.view(context, heads, Again(account=row.account, asked=1 << 50, heads=heads, at_work=True)),
        problem.view(context, 404, "a", "b", "c"),
        *(costs.view(context, each) for each in cost_pages("111111111111")),
        costs.empty(context),
    ]
    used = set().union(*(parse(page).classes() for page in pages))
    ruled = {name.replace("\\", "") for name in re.findall(r"\.((?:[\w-]|\\.)+)", style_sheet)}
    assert used - ruled == set()
    assert len(render(pages[4])) > 10_000


def test_the_style_sheet_needs_no_other_host(style_sheet: str) -> None:
    assert re.findall(r"url\((?!\.\./)[^)]*\)|@import", style_sheet) == []
