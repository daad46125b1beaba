from __future__ import annotations

import re
from typing import Any

import pytest

from services.models.domain.findings import Mark
from services.models.everything.query import Page, Query, Row, Totals
from services.models.kit.base import Column
from services.models.kit.scope import Key
from views.links.context import Context
from views.parts.table import Table, written


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        (Column("a", "A"), None, ""),
        (Column("a", "A"), "", ""),
        (Column("a", "A"), "x", "x"),
        (Column("a", "A"), 1, "yes"),
        (Column("a", "A"), False, "no"),
        (Column("a", "A", numeric=True), 0, "0"),
        (Column("a", "A", numeric=True, unit="GiB"), 2000, "2,000 GiB"),
        (Column("a", "A", numeric=True), 1.5, "1.5"),
        (Column("a", "A", numeric=True, unit="B"), 7_888_018, "7.89\u202fMB"),
        (Column("a", "A", numeric=True, unit="B"), None, ""),
        (Column("a", "A"), '["a", "b"]', "a, b"),
        (Column("a", "A"), "2026-04-01T04:32:24+00:00", "1 Apr 2026, 04:32 UTC"),
        (Column("a", "A"), "2026-04-01", "1 Apr 2026"),
        (Column("a", "A"), "nightly-2026-04-01", "nightly-2026-04-01"),
        (Column("a", "A"), "[odd", "[odd"),
        (Column("a", "A"), ["a", 1], "a, 1"),
    ],
)
def test_typed_values_are_written_for_people(column: Column, value: Any, shown: str) -> None:
    assert written(column, value) == shown


def test_a_difference_of_few_bytes_is_seen() -> None:
    assert (
        written(Column("a", "A", numeric=True, unit="B"), 7_888_018, exact=True)
        == "7.89\u202fMB (7,888,018 B)"
    )


def test_an_id_is_not_shown_twice(context: Context) -> None:
    def name_cell(id: str, name: str) -> str:
        row = Row("buckets", "9", "", id, name, None, "", None, None, "")
        return Table(context, Page(Query(), (row,), Totals(1), 1, {}), None).row(row)

    assert "<code>" not in name_cell("a", "a")
    assert "<code>i-1</code>" in name_cell("i-1", "a")


def test_states_are_words_beside_their_dots(context: Context) -> None:
    def row(state: str) -> str:
        each = Row("instances", "9", "eu-west-1", "i", "n", None, state, None, None, "")
        return Table(context, Page(Query(), (each,), Totals(1), 1, {}), None).row(each)

    assert '<span class="dot on"></span><span class="sr-only">running</span>' in row("running")
    assert '<span class="dot"></span><span class="sr-only">stopped</span>' in row("stopped")
    assert '<span class="dot off"></span><span class="sr-only">failed</span>' in row("failed")
    assert '<span class="dot none"></span><span class="sr-only">no state</span>' in row("")


def test_what_leads_to_another_kind_of_page_is_no_boosted_link(context: Context) -> None:
    """A boosted link swaps the list's own part, which such a page has not."""
    row = Row("instances", "9", "eu-west-1", "i-1", "web", None, "", None, None, "", ())
    flagged = {Key(row.type, row.account, row.region, row.id): Mark(2, "high")}
    html = Table(context, Page(Query(), (row,), Totals(1), 1, {}), None, flagged).row(row)
    cells = re.findall(r"<td[^>]*>.*?</td>", html)
    leaving = [cell for cell in cells if "/cop/why/" in cell or "/resources/instances/" in cell]
    assert len(leaving) == 2
    assert all('hx-boost="false"' in cell.partition(">")[0] for cell in leaving)
