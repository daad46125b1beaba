"""What every task of Polo is: it says whether it reads or changes, has a plan for --dry, and ends clearly."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from invoke.context import Context
from invoke.exceptions import Exit
from invoke.tasks import Task

from tooling import commands
from tooling.endings import clear_ending

ROOT = Path(__file__).resolve().parent.parent
Plan = str | Callable[..., Iterable[commands.Command]]
Effect = Literal["reads", "changes"]
# a letter has one meaning in all tasks; a parameter that is not here has a long name only
LETTERS = {
    "a": ("action",),
    "b": ("by_role",),
    "c": ("coverage",),
    "d": ("dry_run",),
    "e": ("env",),
    "f": ("follow",),
    "g": ("regions",),
    "i": ("integration",),
    "j": ("json",),
    "l": ("local",),
    "n": ("name",),
    "o": ("output",),
    "p": ("profile", "profiles"),
    "r": ("resources", "rule", "report"),  # these only, by name
    "s": ("stack",),
    "u": ("auth",),
    "w": ("watch",),
    "x": ("exclusively",),
    "y": ("yes",),
}
_LETTER_OF = {name: letter for letter, names in LETTERS.items() for name in names}


class PoloTask(Task[Any]):
    """A task that ends in one line and an exit code, whatever a user does.

    effect: whether it leaves files, accounts and deployments as they are. plan: what it would do, as a verb
    with its object, or the commands that it would start; it is all that --dry prints, and nothing is done.
    Without a plan the task has no effect at all, and runs under --dry too. long_only: parameters that have no
    letter here, for they mean something else than in other tasks.
    """

    def __init__(
        self,
        body: Callable[..., None],
        *,
        effect: Effect,
        plan: Plan,
        long_only: Iterable[str] = (),
        **options: Any,
    ) -> None:
        self.effect, self.plan, self.long_only = effect, plan, frozenset(long_only)
        super().__init__(body, auto_shortflags=False, **options)

    def arg_opts(self, name: str, default: Any, taken_names: set[str]) -> dict[str, Any]:
        options = super().arg_opts(name, default, taken_names)
        if name in _LETTER_OF and name not in self.long_only:
            options["names"].append(_LETTER_OF[name])
        return options

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        context: Context = args[0]
        wanted = context.config.run
        with clear_ending():
            if wanted.dry and self.plan:
                self._print_plan(kwargs)
                return None
            echo = str(wanted.echo_format) if wanted.echo else ""
            with _own_variables(), commands.mode(echo=echo, dry=bool(wanted.dry)):
                return super().__call__(*args, **kwargs)

    def _print_plan(self, values: Mapping[str, Any]) -> None:
        _check(values)
        if callable(self.plan):
            print("\n".join(commands.written(command) for command in self.plan()))
        else:
            print(" ".join(["inv", self.name, *self._options(values), "would", self.plan]))
        more = f"; inv {self.name} --dry-run asks, and shows what it finds" if "dry_run" in values else ""
        print(f"--dry: nothing was started, asked or written{more}")

    def _options(self, values: Mapping[str, Any]) -> Iterator[str]:
        """What was given, as options; what is the default is left out."""
        defaults = self.argspec(self.body).parameters
        for name, value in values.items():
            if value != defaults[name].default:
                yield f"--{name.replace('_', '-')}{'' if value is True else f' {value}'}"


def reads(plan: Plan = "", **options: Any) -> Callable[[Callable[..., None]], PoloTask]:
    """Decorator of a task that changes nothing; plan and options as PoloTask takes them."""
    return lambda body: PoloTask(body, effect="reads", plan=plan, **options)


def changes(plan: Plan, **options: Any) -> Callable[[Callable[..., None]], PoloTask]:
    """Decorator of a task that writes, starts or sends something; plan and options as PoloTask takes them."""
    return lambda body: PoloTask(body, effect="changes", plan=plan, **options)


def number_of(option: str, given: str, most: int) -> int:
    """What was given to an option. Raises Exit for anything but a whole number up to `most`."""
    if not (given.isascii() and given.isdigit() and int(given[:9]) <= most):
        raise Exit(f"{option} {given}: a whole number from 0 to {most:,}")
    return int(given[:9])


def end(code: int) -> None:
    """Let the task end with this exit code. Raises Exit unless it is 0."""
    if code:
        raise Exit(code=code)


def _check(values: Mapping[str, Any]) -> None:
    """Raises UnknownName for an environment that is none."""
    from tooling.environments import environment

    if values.get("env"):
        environment(values["env"])


@contextmanager
def _own_variables() -> Iterator[None]:
    """What one task of a chain sets, of .env or of a local AWS, is not for the next."""
    before = dict(os.environ)
    try:
        yield
    finally:
        if dict(os.environ) != before:
            os.environ.clear()
            os.environ.update(before)
