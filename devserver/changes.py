"""What a change of files calls for."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from pathlib import Path


class Action(Enum):
    NONE = "none"
    STYLES = "styles"
    RESTART = "restart"


def action_for(path: Path, src: Path) -> Action:
    """What one changed file of src calls for; built files, tests, bytecode and editors' files: nothing."""
    parts = path.relative_to(src).parts
    name = path.name
    hidden = any(part.startswith(".") or part == "__pycache__" for part in parts)
    if hidden or name.endswith(("~", ".pyc", ".tmp", "_test.py", "conftest.py")) or name.isdigit():
        return Action.NONE  # vim probes a folder with a file called 4913
    if parts[:2] == ("static", "dist"):
        return Action.STYLES if path.suffix == ".css" else Action.NONE
    return Action.RESTART


def action_for_all(paths: Iterable[Path], src: Path) -> Action:
    """The strongest action among the changed files."""
    actions = {action_for(path, src) for path in paths}
    return next(
        action for action in (Action.RESTART, Action.STYLES, Action.NONE) if action in {*actions, Action.NONE}
    )
