"""The pages of costs: what they say, and where they lead."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from dom import x
from services.models import RESOURCE_TYPES
from services.models.domain.cost_names import TYPES, short
from services.models.domain.costs import (
    NANO,
    Anomaly,
    CostQuery,
    CostRow,
    Headline,
    Mover,
    Movers,
    Pivot,
    Spending,
    Spent,
)
from services.models.domain.finding import Entry
from services.models.domain.findings import FindingRow
from services.models.domain.report import Column
from views.costs import costs
from views.costs.cards import figures
from views.costs.chart import columns, series
from views.costs.form import Known
from views.costs.table import SHOWN
from views.links.context import Context
from views.links.costs import resources_url
from views.parts.cost_words import against, forecast_note, percent, signed, to_date_title
from views.parts.finding_rows import lines
from views.parts.report_values import Cells

MONTHS = ("2026-09", "2026-10", "2026-11")
HEADLINE = Headline(
    "2026-11",
    "2026-11-19",
    190 * NANO,
    "unblended",
    "2026-11-20T04:15:00Z",
    100 * NANO,
    300 * NANO,
    310 * NANO,
)
PROD, STAGING = "111111111111", "222222222222"


def pivot(key: str = PROD, by: str = "account", **filters: str) -> Pivot:
    rows = (
        CostRow(key, (100 * NANO, 200 * NANO, 150 * NANO)),
        CostRow(STAGING, (0, NANO // 2, -NANO)),
        CostRow(None, (NANO, 0, 41 * NANO)),
    )
    query = CostQuery(by, filters)
    return Pivot(
        query, MONTHS, rows, (101 * NANO, 200 * NANO + NANO // 2, 190 * NANO), frozenset(["2026-11"])
    )


def shown(value: str = PROD, **changes: Any) -> costs.Shown:
    moved = (Mover(value, value, 100 * NANO, 50 * NANO), Mover(value, value, 0, 9 * NANO))
    anomaly = Anomaly("a-1", "2026-11-02", "", value, value, value, Decimal("40.5"))
    made = costs.Shown(
        pivot(value),
        {value: value, PROD: "prod"},
        Known(MONTHS, ("2026-11-18", "2026-11-19")),
        "unblended",
        "2026-11-20T04:15:00Z",
        HEADLINE,
        Movers("2026-10-01 to 2026-10-19", "2026-11-01 to 2026-11-19", moved),
        (anomaly, replace(anomaly, account="", last="2026-11-04")),
        Spent(6, 60),
    )
    return replace(made, **changes)


def spending(value: str) -> Spending:
    whole = shown(value)
    return Spending(HEADLINE, whole.pivot, whole.movers, whole.names)


def cost_pages(value: str) -> list[costs.Shown]:
    """The page in its shapes, with this value wherever an account's owner can put one."""
    one = pivot(value, "service", account=value)
    days = replace(
        one, query=replace(one.query, first="2026-11-18"), periods=("2026-11-17", "2026-11-18", "2026-11-19")
    )
    many = tuple(CostRow(f"{value}{number}", (NANO,) * 3) for number in range(SHOWN + 2))
    return [
        shown(value),
        shown(value, pivot=one),
        shown(value, pivot=days),
        shown(value, pivot=replace(pivot(value), rows=many)),
        shown(value, pivot=pivot(value, "owner"), headline=None, movers=None, anomalies=None, spent=Spent()),
        shown(value, pivot=Pivot(CostQuery(filters={"account": value}), (), (), ()), known=Known((), ())),
    ]


def page(context: Context, parse: Any, **changes: Any) -> Any:
    return parse(costs.view(context, shown(**changes)))


def test_the_page_says_metric_totals_remainder_and_what_was_asked(context: Context, parse: Any) -> None:
    text = page(context, parse).text
    for said in (
        "not attributed",
        "unblended costs",
        "6 of 60 requests ($0.06)",
        "Nov 2026*",
        "$310.00",
        "+$90.00",
    ):
        assert said in text, said


def test_a_cell_leads_to_what_stands_behind_it_and_at_last_to_resources(context: Context, parse: Any) -> None:
    whole = page(context, parse).links()
    assert f"/prod/costs?by=service&account={PROD}&from=2026-10&to=2026-10" in whole
    within = replace(pivot("Amazon DynamoDB", "service", account=PROD))
    assert f"/prod/resources/tables?account={PROD}" in page(context, parse, pivot=within).links()


@pytest.mark.parametrize(
    ("query", "key", "url"),
    [
        (
            CostQuery("region", {"account": PROD}),
            "eu-west-1",
            f"/prod/resources?account={PROD}&region=eu-west-1",
        ),
        (CostQuery("region"), "global", None),
        (CostQuery("owner"), "", "/prod/resources?owner=none"),
        (CostQuery("service"), "Tax", None),
        (CostQuery("service"), "EC2 - Other", "/prod/resources?type=volumes&type=snapshots&type=natgateways"),
        (CostQuery("account"), "999999999999", None),
    ],
)
def test_resources_stand_behind_a_figure_where_polo_knows_which(
    context: Context, query: CostQuery, key: str, url: str | None
) -> None:
    found = resources_url(context, query, key)
    assert found == url or (
        found and url and sorted(found.split("?")[1].split("&")) == sorted(url.split("?")[1].split("&"))
    )


def test_only_cuts_that_were_asked_for_are_offered(context: Context, parse: Any) -> None:
    links = page(context, parse, pivot=pivot(by="service", owner="web")).links()
    assert not [link for link in links if "by=region" in link]


def test_forms_and_links_work_without_scripts(context: Context, parse: Any) -> None:
    found = page(context, parse, pivot=pivot(by="service", account=PROD))
    forms = [each for each in found.all("form", method="get") if each["action"] == "/prod/costs"]
    assert len(forms) == 1
    assert {each["name"]: each["value"] for each in found.all("input", type="hidden")}["account"] == PROD


def test_many_rows_are_folded_into_one_that_keeps_the_sum(context: Context, parse: Any) -> None:
    rows = tuple(CostRow(f"{number:012d}", (NANO,) * 3) for number in range(SHOWN + 7))
    found = page(context, parse, pivot=replace(pivot(), rows=rows))
    assert "7 others" in found.text
    assert "$21" in found.text


def test_a_column_has_the_dearest_and_the_others_as_one(context: Context, parse: Any) -> None:
    rows = tuple(CostRow(f"s{number}", (number * NANO,) * 3) for number in range(9, 0, -1))
    found = series(context, replace(pivot(by="service"), rows=rows), {})
    assert [each.title for each in found] == ["s9", "s8", "s7", "s6", "s5", "s4", "others"]
    assert found[-1].nanos[0] == 6 * NANO


def test_a_credit_has_no_height_and_a_forecast_a_dashed_one(context: Context, parse: Any) -> None:
    made = parse(columns(context, pivot(), {}, 310 * NANO))
    rects = made.all("rect")
    assert all(float(each["height"]) >= 0 and float(each["y"]) >= 0 for each in rects)
    assert len([each for each in rects if each["class"] == "dashed"]) == 1
    assert made.all("svg")[0]["aria-label"] == "Sep 2026: $101.00"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (100, 104, "+4"),
        (100, 99, "−1"),
        (1000, 1041, "+4.1"),
        (100, 312, "+212"),
        (0, 5, "new"),
        (5, 0, "gone"),
        (0, 0, "–"),
    ],
)
def test_a_change_is_said_in_percent(before: int, after: int, said: str) -> None:
    assert percent(Mover("", "", before * NANO, after * NANO)).split("\u202f")[0] == said


def test_a_change_has_its_sign_and_what_it_is_set_against() -> None:
    assert (signed(5 * NANO), signed(-5 * NANO), signed(0)) == ("+$5.00", "−$5.00", "$0")
    assert against(HEADLINE) == "+90\u202f% against 1–19 Oct 2026"
    assert "not known" in against(replace(HEADLINE, same_days=None))


@pytest.mark.parametrize(
    ("last_day", "titles"),
    [
        ("2026-11-29", ["Month to date", "Last month", "for all of Nov 2026", "against 1–29 Oct 2026"]),
        ("2026-11-30", ["Nov 2026", "Month before", "none for Dec 2026 yet", "against Oct 2026"]),
    ],
)
def test_a_month_that_is_over_is_called_by_its_name(
    context: Context, last_day: str, titles: list[str]
) -> None:
    headline = replace(HEADLINE, last_day=last_day)
    page = str(figures(context, headline))
    assert all(f">{title}<" in page for title in titles[:3])
    assert against(headline).endswith(titles[3])
    assert (to_date_title(headline), forecast_note(headline)) == (titles[0], titles[2])


def test_services_are_charged_for_types_that_there_are() -> None:
    assert {type for types in TYPES.values() for type in types} <= {*RESOURCE_TYPES}
    assert [short(name) for name in ("Amazon SageMaker", "AWS Lambda", "EC2 - Other", "Tax")] == [
        "SageMaker",
        "Lambda",
        "EC2 other",
        "Tax",
    ]


def test_what_may_not_be_read_is_unknown_and_nothing_is_said_of_none(context: Context, parse: Any) -> None:
    assert "ce:GetAnomalies" in page(context, parse, anomalies=None).text
    assert "Anomalies" not in page(context, parse, anomalies=()).text
    unknown = replace(HEADLINE, same_days=None, last_month=None, forecast=None)
    assert page(context, parse, headline=unknown).text.count("unknown") == 3


def test_the_page_of_no_costs_says_how_to_get_some(context: Context, parse: Any) -> None:
    assert "inv costs" in parse(costs.empty(context)).text


def test_a_finding_of_costs_leads_to_their_months(context: Context, parse: Any) -> None:
    entry = Entry(
        "COST-JUMP", "spend", PROD, "global", "Amazon SageMaker", "SageMaker", "", None, "high", "hint",
        "jumped", None, "", "spend", "global", "2026-11-20T04:15:00Z", {},
        frozen="2026-11-20T05:00:00Z",
    )  # fmt: skip
    made = parse(lines(context, [FindingRow(entry, "")], {}))
    assert f"/prod/costs?by=service&account={PROD}&service=Amazon+SageMaker" in made.links()
    assert not [link for link in made.links() if "/why/" in link or "/resources/" in link]
    assert "Costs" in made.text


def test_a_report_s_line_of_costs_leads_to_their_months(context: Context, parse: Any) -> None:
    place = tuple(Column(name, name) for name in ("type", "account", "region", "id"))
    cells = Cells(context, place).of(("spend", PROD, "global", "Amazon SageMaker"))
    assert parse(x.p(cells)).links() == [f"/prod/costs?by=service&account={PROD}&service=Amazon+SageMaker"]
