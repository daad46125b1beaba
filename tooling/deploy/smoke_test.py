from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from errors import PoloError
from tooling.deploy import smoke as module
from tooling.deploy.deploy_test import RELEASE, URL, FakeAws
from tooling.deploy.smoke import smoke
from tooling.deploy.stack_test import FakeCloud
from tooling.environments import environment
from tooling.local.target import Target

WELL = {"release": RELEASE, "table": "ok", "age_seconds": 7_200, "status": "ok"}


def verdict(outside: int = 200, **answers: Any) -> module.Verdict:
    target = Target(environment("dev"), FakeAws(FakeCloud(), {**WELL, **answers}))  # type: ignore[arg-type]
    times: Iterator[float] = iter(range(0, 1000, 40))
    return smoke(target, URL, RELEASE, ask=lambda _: outside, sleep=lambda _: None, clock=lambda: next(times))


def test_a_release_that_answers_and_reads_its_table_is_well() -> None:
    assert verdict() == module.Verdict(notes=(f"release {RELEASE}, table ok, data 2 hours old",))


def test_before_the_first_collection_there_is_no_data_and_that_is_fine() -> None:
    found = verdict(age_seconds=None)
    assert (found.failed, "no data yet" in found.notes[0]) == ("", True)


def test_old_data_is_no_fault_of_the_release() -> None:
    assert verdict(503, status="failing", age_seconds=90_000).failed == ""


@pytest.mark.parametrize(
    ("outside", "answers", "why"),
    [
        (200, {"release": "older"}, "release older answers, not abc123"),
        (200, {"table": "unreadable"}, "the table is unreadable"),
        (403, {}, "health answers 403"),
        (503, {}, "health answers 503"),
    ],
)
def test_what_is_wrong_is_named(outside: int, answers: dict[str, Any], why: str) -> None:
    assert why in verdict(outside, **answers).failed


def test_a_function_that_fails_is_told_with_its_log(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise PoloError("dev-PoloFunction failed: no module", "inv logs PoloFunction -e dev")

    monkeypatch.setattr(module, "get", fail)
    assert verdict().failed.endswith("Way out: inv logs PoloFunction -e dev")
