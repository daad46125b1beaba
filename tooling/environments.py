"""The environments that Polo is deployed to."""

from __future__ import annotations

import re
from dataclasses import dataclass

from errors import UnknownName
from tooling.names import one_of

NAMES = ("local", "dev", "staging", "prod")
EXAMPLE = "pr-<n>"
PULL_REQUEST = r"pr-[1-9][0-9]{0,5}"
DEPLOYED = f"({'|'.join(NAMES[1:])}|{PULL_REQUEST})"  # in an account


@dataclass(frozen=True)
class Environment:
    """One environment; its stack is <name>-PoloStack."""

    name: str

    @property
    def keeps(self) -> bool:
        """Whether what it has stored stays when its stack goes."""
        return self.name == "prod"

    @property
    def local(self) -> bool:
        """Whether it is on the local AWS of this machine."""
        return self.name == "local"


def environment(name: str) -> Environment:
    """The environment of that name. Raises UnknownName."""
    if re.fullmatch(PULL_REQUEST, name.casefold()):
        return Environment(name.casefold())
    found = one_of("environment", name, (*NAMES, EXAMPLE))
    if found == EXAMPLE:
        raise UnknownName("environment", name, [*NAMES, EXAMPLE])
    return Environment(found)
