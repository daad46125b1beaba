from __future__ import annotations

from dataclasses import replace

import pytest

from services.models.domain.report import Column, Report, Row
from services.models.domain.report_difference import Difference, difference

COLUMNS = (Column("id", "Id"), Column("n", "N", "count"), Column("age", "Age", "count", compared=False))
OLD = Report("r", "R", "2026-11-19", "", COLUMNS, 1, (("a", 1, 1), ("b", 2, 1)), ())


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((("a", 1, 1), ("b", 2, 1)), Difference((), (), ())),
        ((("b", 2, 1), ("a", 1, 1)), Difference((), (), ())),
        ((("a", 1, 2), ("b", 2, 2)), Difference((), (), ())),
        ((("a", 3, 1),), Difference((), (("b", 2, 1),), ((("a", 1, 1), ("a", 3, 1)),))),
        ((("a", 1, 1), ("b", None, 1)), Difference((), (), ((("b", 2, 1), ("b", None, 1)),))),
        ((*OLD.rows, ("c", 0, 0)), Difference((("c", 0, 0),), (), ())),
    ],
)
def test_rows_are_told_apart_by_their_key_and_compared_by_the_rest(
    rows: tuple[Row, ...], expected: Difference
) -> None:
    assert difference(OLD, replace(OLD, rows=rows)) == expected


def test_a_column_that_is_new_changes_no_row_and_one_that_went_is_forgotten() -> None:
    columns = (COLUMNS[0], Column("owner", "Owner"))
    new = replace(OLD, columns=columns, rows=(("a", "ada"),))
    assert difference(OLD, new) == Difference((), (("b", None),), ())
