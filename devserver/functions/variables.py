"""What of the environment each function sees, though one process runs several of them."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from tooling.blocks.blocks import Function
from tooling.blocks.variables import variables

# what programs on this machine need, and what a deployed function is told by the runtime or by all blocks
_MACHINES = re.compile(
    r"(AWS|BOTO|LC|POLO|POWERTOOLS|COV|COVERAGE|DEBUGPY|PYDEVD|SSL|XDG)_\w+|PYTHON\w+"
    r"|PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|TZ|TERM|COLORTERM|NO_COLOR|COLUMNS|LINES|VIRTUAL_ENV"
    r"|TMPDIR|TEMP|TMP|(CURL|REQUESTS)_CA_BUNDLE|(HTTPS?|NO|ALL)_PROXY"
    r"|SYSTEM\w+|WINDIR|COMSPEC|PATHEXT|USERPROFILE|USERNAME|HOME(DRIVE|PATH)|(LOCAL)?APPDATA|PROGRAM\w+"
    r"|NUMBER_OF_PROCESSORS|PROCESSOR_\w+|OS",
    re.IGNORECASE,
)


def seen_by(function: Function, everything: Mapping[str, str], root: Path) -> dict[str, str]:
    """What one function sees: the variables of its block, the runtime's own, and the machine's."""
    declared = tuple(variables(function, (function,)))
    seen = {
        name: value for name, value in everything.items() if name in declared or _MACHINES.fullmatch(name)
    }
    return seen | {
        "_HANDLER": function.handler,
        "LAMBDA_TASK_ROOT": str(root / "src"),
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
        "POLO_DECLARED": " ".join((function.file, *declared)),
    }


class Variables:
    """os.environ, one for each function of a process: as its last invocation left it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._left: dict[Function | None, dict[str, str]] = {}
        self._current: Function | None = None

    def become(self, function: Function | None) -> None:
        """From now on os.environ is this function's; None: all that there is."""
        if function == self._current:
            return
        self._left[self._current] = dict(os.environ)
        if function not in self._left and function is not None:
            self._left[function] = seen_by(function, self._left[None], self._root)
        _replace_environ(self._left[function])
        self._current = function


def _replace_environ(wanted: Mapping[str, str]) -> None:
    for name in set(os.environ) - set(wanted):
        del os.environ[name]
    for name, value in wanted.items():
        if os.environ.get(name) != value:
            os.environ[name] = value
