"""Names as one types them: any case, near ones suggested, several of them separated by commas."""

from __future__ import annotations

from collections.abc import Iterable

from errors import SettingsError, UnknownName


def one_of(what: str, given: str, valid: Iterable[str]) -> str:
    """The valid name that is meant: as it was given, else the only one that differs in case.

    Raises UnknownName, with the nearest and all that are valid.
    """
    names = [*valid]
    if given in names:
        return given
    alike = [name for name in names if name.casefold() == given.casefold()]
    if len(alike) != 1:
        raise UnknownName(what, given, names)
    return alike[0]


def some_of(what: str, given: str, valid: Iterable[str]) -> list[str]:
    """The valid names of a comma list, each once; none for "". Raises UnknownName, SettingsError."""
    names = [*valid]
    return list(dict.fromkeys(one_of(what, name, names) for name in split(what, given)))


def split(what: str, given: str) -> list[str]:
    """The names of a comma list, each once. Raises SettingsError for one that names nothing, such as ","."""
    found = list(dict.fromkeys(name.strip() for name in given.split(",") if name.strip()))
    if given and not found:
        raise SettingsError(f"{given!r} names no {what}", "name one, or leave the option out for all")
    return found
