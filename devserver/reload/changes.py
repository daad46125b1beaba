"""What a change of files calls for."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from pathlib import Path

DATA = ("local_data.json", "data/local_data.json")
BESIDE = ("local_data.json", ".env", "requirements.txt", "requirements.dev.txt")  # of the project's folder
READ = {".py", ".css", ".csv", ".html", ".ico", ".js", ".json", ".png", ".sql", ".svg", ".toml", ".txt"}
READ |= {".woff2", ".xml", ".yaml", ".yml"}  # what code may read; editors' own files have other names


class Action(Enum):
    """The strongest first."""

    REBUILD = "other dependencies or settings: nothing that is imported may stay"
    RESTART = "other code"
    DATA = "other data to show"
    STYLES = "another style sheet"
    NONE = "nothing"


def action_for(path: Path, root: Path) -> Action:
    """What one changed file calls for; tests, bytecode, editors' files and what is not watched: nothing."""
    name = path.relative_to(root).as_posix()
    if name in DATA:
        return Action.DATA
    if name in BESIDE or name == "src/requirements.txt":
        return Action.REBUILD
    return _action_in_src(path.relative_to(root / "src")) if name.startswith("src/") else Action.NONE


def _action_in_src(path: Path) -> Action:
    parts, name = path.parts, path.name
    hidden = any(part.startswith(".") or part == "__pycache__" for part in parts)
    if hidden or name.endswith(("~", ".pyc", ".tmp", "_test.py", "conftest.py")):
        return Action.NONE
    if parts[:2] == ("static", "dist"):
        return Action.STYLES if path.suffix == ".css" else Action.NONE
    return Action.RESTART if path.suffix in READ else Action.NONE


def action_for_all(paths: Iterable[Path], root: Path) -> Action:
    """The strongest action among the changed files."""
    actions = {action_for(path, root) for path in paths}
    return next((action for action in Action if action in actions), Action.NONE)
