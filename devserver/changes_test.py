from __future__ import annotations

from pathlib import Path

import pytest

from devserver.changes import Action, action_for, action_for_all

SRC = Path("/p/src")


@pytest.mark.parametrize(
    ("name", "action"),
    [
        ("routes/home.py", Action.RESTART),
        ("static/htmx.js", Action.RESTART),
        ("static/dist/main.css", Action.STYLES),
        ("static/dist/main.css.map", Action.NONE),
        ("routes/home_test.py", Action.NONE),
        ("conftest.py", Action.NONE),
        ("routes/__pycache__/home.cpython-311.pyc", Action.NONE),
        ("routes/.home.py.swp", Action.NONE),
        ("routes/home.py~", Action.NONE),
        ("routes/4913", Action.NONE),
    ],
)
def test_what_a_file_calls_for(name: str, action: Action) -> None:
    assert action_for(SRC / name, SRC) is action


def test_the_strongest_action_wins() -> None:
    assert action_for_all([SRC / "static/dist/a.css", SRC / "a.py"], SRC) is Action.RESTART
    assert action_for_all([SRC / "static/dist/a.css", SRC / "a_test.py"], SRC) is Action.STYLES
    assert action_for_all([], SRC) is Action.NONE
