"""Which accounts there are: a list in the settings, or the organisation's own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from errors import SettingsError
from services.models.kit.base import Call, Source
from services.models.kit.partitions import partition_of
from services.models.kit.scope import Account
from services.models.kit.values import each, text

ORGANIZATION = "organization"  # in place of a list: ask AWS Organizations
PAGE = 20  # the most that it answers at once
WAY_OUT = f'set ACCOUNTS to "111122223333=prod,444455556666=dev", or to "{ORGANIZATION}"'
LIST_ACCOUNTS = Call("organizations", "list_accounts", "Accounts[]", page_size=PAGE)


def listed(accounts: str) -> tuple[Account, ...]:
    """The accounts of a list such as "111122223333=prod,444455556666"; without a name, the id is one.

    Raises SettingsError.
    """
    found = tuple(_entry(entry.strip()) for entry in accounts.split(",") if entry.strip())
    twice = [id for id, count in Counter(account.id for account in found).items() if count > 1]
    if twice:
        raise SettingsError(f"ACCOUNTS has {twice[0]} twice", WAY_OUT)
    return found


def organization(source: Source) -> Iterator[Account]:
    """The active accounts of the organisation, with their names there.

    Asked in the management account or one that it has delegated this to. Raises CollectError.
    """
    for page in source.pages(LIST_ACCOUNTS):
        for member in each(page, "Accounts"):
            # State took the place of Status; both are sent for now
            if (text(member, "State") or text(member, "Status")) == "ACTIVE":
                id = text(member, "Id")
                yield Account(id, text(member, "Name") or id)


def known(accounts: str, source: Source) -> tuple[Account, ...]:
    """The accounts that ACCOUNTS stands for, sorted by id. Raises SettingsError, CollectError."""
    if accounts.strip().lower() in (ORGANIZATION, "organisation"):
        found = tuple(organization(source))
    else:
        found = listed(accounts)
    return tuple(sorted(found, key=lambda account: account.id))


def role_arn(account: str, role: str, region: str) -> str:
    """The ARN of a role in the partition of a region. role: its name, with a path or without."""
    return f"arn:{partition_of(region).id}:iam::{account}:role/{role.lstrip('/')}"


def _entry(entry: str) -> Account:
    id, _, name = (part.strip() for part in entry.partition("="))
    if not re.fullmatch(r"[0-9]{12}", id):
        raise SettingsError(f"ACCOUNTS has {entry!r}, which does not begin with 12 digits", WAY_OUT)
    return Account(id, name or id)
