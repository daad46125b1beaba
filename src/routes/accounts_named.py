"""Accounts in a request: by id, or by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from errors import BadRequest
from routes.common import Request
from routes.parameters import SHOWN, check

ID = re.compile(r"[0-9]{12}")


def read_accounts(
    request: Request, values: Iterable[str], names: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """The ids of these accounts, each once. names: id -> name, of the estate's where none are given."""
    known = names if names is not None else _known(request)
    return tuple(dict.fromkeys(account_id(value, known) for value in values))


def account_id(value: str, names: Mapping[str, str]) -> str:
    """The id of the account with that id or name; a name in any case, where no other has it as it stands.

    An id of an account that is not there is let through: it may be gone, and nothing matches it. Raises
    BadRequest for a name that no account has, or several.
    """
    if value in names or ID.fullmatch(value):
        return value
    same = [id for id, name in names.items() if name == value]
    same = same or [id for id, name in names.items() if name.casefold() == value.casefold()]
    if len(same) > 1:
        raise BadRequest(
            f"account={value[:SHOWN]!r} is the name of {len(same)} accounts", f"one of {', '.join(same)}"
        )
    return same[0] if same else check("account", value, [*names.values(), *names], "is no account")


def _known(request: Request) -> dict[str, str]:
    """The accounts that have a name, and those that have resources or scopes."""
    everything = request.everything
    ids = [group.value for group in everything.groups("account")]
    ids += [part.account for part in everything.collections().parts]
    return {id: id for id in ids} | everything.accounts()
