"""The command line: Invoke's, which suggests a name that is near, and completes for ./inv too."""

from __future__ import annotations

import io
import re
import sys
import tomllib
from collections.abc import Callable
from contextlib import redirect_stdout
from difflib import get_close_matches
from pathlib import Path
from typing import NoReturn

from invoke.collection import Collection
from invoke.exceptions import ParseError
from invoke.parser.argument import Argument
from invoke.program import Program

from tooling.endings import ignore_interrupts

ROOT = Path(__file__).resolve().parent.parent
# the program that completes is the one that was typed, wherever it is
_ITSELF = {"bash": "${COMP_WORDS[0]}", "zsh": "${words[1]}", "fish": "$words[1]"}
_FORMATS = ("flat", "nested", "json")  # of --list
_UNKNOWN = re.compile(r"No idea what '(.+)' is!")


def main(namespace: Collection) -> NoReturn:
    """Run what the command line asks for, and end the process."""
    try:
        Polo(namespace).run()
    except SystemExit as ended:
        if isinstance(ended.__context__, KeyboardInterrupt):  # outside of tasks Invoke says nothing of it
            raise ended.__context__ from None
        raise
    finally:
        ignore_interrupts()
    sys.exit()


class Polo(Program):
    """`inv`, over the tasks of a collection."""

    def __init__(self, namespace: Collection) -> None:
        super().__init__(namespace=namespace, name="Polo", binary="inv", binary_names=["inv", "./inv"])

    def print_version(self) -> None:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        print(f"{self.name} {project['version']}")

    def core_args(self) -> list[Argument]:
        return [*super().core_args(), *self.task_args()]

    def parse_core(self, argv: list[str] | None) -> None:
        printed = io.StringIO()
        try:
            with redirect_stdout(printed):
                super().parse_core(argv)
        except ValueError as error:
            raise ParseError(f"that is no value of this option: {error}") from None
        finally:
            shell = self.args["print-completion-script"].value if hasattr(self, "core") else ""
            print(_for_any_path(printed.getvalue(), shell), end="")

    def parse_tasks(self) -> None:
        """Names of tasks may be in any case."""
        self._take_core_options()
        try:
            self._suggest(super().parse_tasks)
        except ParseError as error:
            given = _unknown(error)
            if given.lower() == given or given.lower() not in self.collection.task_names:
                raise
            self.core.unparsed[self.core.unparsed.index(given)] = given.lower()
            self.parse_tasks()

    def parse_cleanup(self) -> None:
        chosen = self.args["list-format"].value
        if chosen not in _FORMATS:
            raise ParseError(f"--list-format {chosen}: one of {', '.join(_FORMATS)}")
        self._suggest(super().parse_cleanup)

    def _take_core_options(self) -> None:
        """Those that follow a task: Invoke takes one for the value of an argument that is still missing."""
        words = self.core.unparsed
        for number, word in enumerate(words):
            if word in ("--help", "-h"):
                named = [name for name in words[:number] if name.lower() in self.collection.task_names]
                self.args.help.value = named[-1].lower() if named else True
                self.core.unparsed = []
                return
            if word in ("--dry", "--echo"):
                self.args[word.removeprefix("--")].value = True
        self.core.unparsed = [word for word in words if word not in ("--dry", "--echo")]

    def update_config(self, merge: bool = True) -> None:
        file = self.args.config.value
        if file and not Path(file).is_file():
            raise ParseError(f"--config {file}: there is no such file")
        super().update_config(merge)

    def _suggest(self, parse: Callable[[], None]) -> None:
        try:
            parse()
        except ParseError as error:
            given, context = _unknown(error), error.context
            flags = [*context.flags] if context and given.startswith("-") else []
            near = get_close_matches(given.lower(), flags or [*self.collection.task_names], n=2)
            if not near:
                raise
            raise ParseError(f"{error} Did you mean {' or '.join(near)}?", context) from None


def _unknown(error: ParseError) -> str:
    found = _UNKNOWN.match(str(error))
    return found[1] if found else ""


def _for_any_path(script: str, shell: str) -> str:
    if shell == "fish":
        script = script.replace(
            "    inv --complete", "    set -l words (commandline --tokenize)\n    inv --complete"
        )
    return re.sub(r"\binv(?= .*--complete)", lambda _: _ITSELF.get(shell, "inv"), script)
