from __future__ import annotations

from pathlib import Path

import pytest

from devserver.reload.changes import Action, action_for, action_for_all

ROOT = Path("/p")


@pytest.mark.parametrize(
    ("name", "action"),
    [
        ("src/routes/home.py", Action.RESTART),
        ("src/static/htmx.js", Action.RESTART),
        ("src/static/dist/main.css", Action.STYLES),
        ("src/static/dist/main.css.map", Action.NONE),
        ("src/routes/home_test.py", Action.NONE),
        ("src/conftest.py", Action.NONE),
        ("src/routes/__pycache__/home.cpython-311.pyc", Action.NONE),
        ("src/routes/.home.py.swp", Action.NONE),
        ("src/routes/home.py~", Action.NONE),
        ("src/routes/4913", Action.NONE),
        ("src/routes/home.py.new", Action.NONE),
        ("src/routes/home.py___jb_tmp___", Action.NONE),
        ("src/services/prices/rates.json", Action.RESTART),
        ("local_data.json", Action.DATA),
        ("data/local_data.json", Action.DATA),
        ("data/state.json", Action.NONE),
        (".env", Action.REBUILD),
        ("requirements.dev.txt", Action.REBUILD),
        ("src/requirements.txt", Action.REBUILD),
        ("tasks.py", Action.NONE),
    ],
)
def test_what_a_file_calls_for(name: str, action: Action) -> None:
    assert action_for(ROOT / name, ROOT) is action


def test_the_strongest_action_wins() -> None:
    assert action_for_all([ROOT / "src" / "static/dist/a.css", ROOT / "src" / "a.py"], ROOT) is Action.RESTART
    assert (
        action_for_all([ROOT / "src" / "static/dist/a.css", ROOT / "src" / "a_test.py"], ROOT)
        is Action.STYLES
    )
    assert action_for_all([], ROOT) is Action.NONE
