"""`inv account`: the accounts that a deployed collection looks into, as ACCOUNTS in .env lists them."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from dotenv import set_key

from errors import SettingsError
from services.cloud.accounts import ORGANIZATION, listed
from services.cloud.aws import Aws
from services.models.kit.scope import GLOBAL, Account
from tooling.blocks.variables import DEFAULTS
from tooling.deploy import cdk, destination
from tooling.deploy.stack import Stack, Tell
from tooling.local.target import check_profile
from tooling.names import one_of

ROLE = "DESTINATION_ROLE_NAME"
UNIQUE = 24  # bytes of an ExternalId that is made here


def add(root: Path, profile: str, name: str, home: str, tell: Tell = print) -> None:
    """Deploy the role in the account of `profile`, try it from the account of `home`, and list it.

    home: profile of the account that Polo is deployed in; empty for the shell's. Nothing is listed that does
    not open. Raises PoloError.
    """
    if not profile:
        raise SettingsError(
            "no account was named", "inv account add -p PROFILE, of the account that Polo shall see"
        )
    profile, home = check_profile(profile), check_profile(home)
    known = accounts()
    polo, member = Aws(home), Aws(profile)
    here, there = polo.account(), member.account()
    account = Account(there.id, name or profile)
    word = os.environ.get("EXTERNAL_ID") or secrets.token_urlsafe(UNIQUE)
    role = os.environ.get(ROLE) or DEFAULTS[ROLE]
    listed(_text([*_without(known, account), account]))  # a name that ACCOUNTS can't hold is refused now
    destination.put(cdk.role_template(root, destination.STACK), _stack(member), here.id, word, role, tell)
    destination.try_role(polo, account, word, role)
    _write(root, [*_without(known, account), account])
    if not os.environ.get("EXTERNAL_ID"):
        set_key(root / ".env", "EXTERNAL_ID", word, quote_mode="never")
    tell(
        f"{account.name} ({account.id}) opens, and is in ACCOUNTS of .env; it is collected after: inv deploy"
    )


def remove(root: Path, name: str, profile: str, tell: Tell = print) -> None:
    """Take an account off the list, and with its profile the role out of it. Raises PoloError."""
    known = accounts()
    if name not in {account.id for account in known}:
        name = one_of("account", name, [account.name for account in known])
    found = [account for account in known if name in (account.id, account.name)]
    if profile:
        profile = check_profile(profile)
        member = Aws(profile)
        if (there := member.account().id) != found[0].id:
            raise SettingsError(f"profile {profile!r} leads to {there}, not to {found[0].id}", "another -p")
        _stack(member).delete(tell)
    _write(root, _without(known, found[0]))
    kept = "" if profile else f"; its role stays there, in the stack {destination.STACK}"
    tell(f"{name} is not in ACCOUNTS of .env any more{kept}; inv deploy makes it so")


def accounts() -> tuple[Account, ...]:
    """Those of ACCOUNTS. Raises SettingsError when it is no list."""
    given = os.environ.get("ACCOUNTS", "")
    if given.strip().lower() == ORGANIZATION:
        raise SettingsError(
            f"ACCOUNTS is {ORGANIZATION}: all its accounts are collected",
            "deploy PoloDestinationStackSet of cdk.out in its management account",
        )
    return listed(given)


def _stack(member: Aws) -> Stack:
    return Stack(destination.STACK, member.source(GLOBAL))


def _without(known: Iterable[Account], account: Account) -> list[Account]:
    return [each for each in known if each.id != account.id]


def _write(root: Path, known: Iterable[Account]) -> None:
    (root / ".env").touch(mode=0o600)
    set_key(root / ".env", "ACCOUNTS", _text(known), quote_mode="never")


def _text(known: Iterable[Account]) -> str:
    return ",".join(f"{account.id}={account.name}" for account in known)
