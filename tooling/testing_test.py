"""Which layers run, and in which order."""

from __future__ import annotations

from pathlib import Path

import pytest

from tooling import testing


def test_plain_runs_all_but_e2e_fastest_first() -> None:
    assert testing.layers() == ("unit", "infra", "integration", "browser")
    assert testing.layers(local=True) == ("unit", "infra")
    assert testing.layers(integration=True) == ("integration",)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    made: list[tuple[str, ...]] = []

    def python(root: Path, *command: str) -> int:
        made.append(command)
        return (
            {"infra": 1, "integration": testing.NO_TESTS}.get(command[command.index("-m") + 1], 0)
            if "-m" in command
            else 0
        )

    monkeypatch.setattr(testing, "_python", python)
    return made


def test_the_first_layer_that_fails_ends_the_run(calls: list[tuple[str, ...]]) -> None:
    assert testing.run(Path(), ("unit", "infra", "browser")) == 1
    assert len(calls) == 2


def test_a_layer_without_tests_does_not_fail(calls: list[tuple[str, ...]]) -> None:
    assert testing.run(Path(), ("integration",)) == 0


def test_coverage_adds_up_over_the_layers_and_is_judged_once(calls: list[tuple[str, ...]]) -> None:
    testing.run(Path(), ("unit", "browser"), coverage=True, html=True, least=95)
    assert calls[0] == ("coverage", "erase")
    assert all("--cov-append" in call for call in calls[1:3])
    assert calls[3][:2] == ("coverage", "html")
    assert calls[4] == ("coverage", "report", "--fail-under=95")
