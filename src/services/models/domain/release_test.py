"""What an environment runs, and where a rollback of it leads."""

from __future__ import annotations

import pytest

from services.models.domain.release import Place, Run


def place(*runs: str) -> Place:
    """Runs by their release; "<" before one: a rollback led to it; "." is a working tree."""
    made = (Run(run.strip("<.") or "", str(at), run.startswith("<")) for at, run in enumerate(runs))
    return Place("prod", tuple(made))


@pytest.mark.parametrize(
    ("runs", "before"),
    [
        ((), None),
        (("a",), None),
        (("a", "b"), "a"),
        (("a", "b", "b"), "a"),
        (("a", "b", "a"), "b"),
        (("a", "b", "c", "<b"), "a"),
        (("a", "b", "c", "<b", "<a"), None),
        (("a", "b", "<a", "c"), "a"),
        (("a", ".", "b"), "a"),
        (("a", "."), "a"),
        (("a", ".", "a"), None),
        (("b", "<a"), None),
    ],
)
def test_a_rollback_leads_to_the_release_before_the_one_that_runs(
    runs: tuple[str, ...], before: str | None
) -> None:
    assert place(*runs).before == before


def test_what_runs_is_what_was_deployed_last() -> None:
    now = place("a", "b", "<a").now
    assert now == Run("a", "2", back=True)
    assert place().now is None
