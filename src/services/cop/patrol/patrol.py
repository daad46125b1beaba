"""Patrol: inspect the whole estate and bring the findings up to date, account by account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from errors import PoloError
from services.cop.judge.elsewhere import Elsewhere
from services.cop.judge.inspection import Collected, World, inspect
from services.cop.judge.ledger import merged
from services.cop.judge.looked_at import all_looked_at
from services.cop.judge.rule import Rule
from services.cop.judge.spend import scope_of
from services.cop.store.port import FindingStore, Ledger
from services.models import RESOURCE_TYPES
from services.models.all import Everything
from services.models.domain.costs import SPEND
from services.models.domain.finding import Entry
from services.models.kit.base import Resource
from services.models.kit.scope import Scope
from services.models.kit.values import iso

TRIES = 3  # of an account whose ledger somebody else writes at the same time


def patrol(
    everything: Everything, store: FindingStore, rules: Mapping[str, Rule], world: World
) -> Iterator[Ledger]:
    """Inspect every account, keep its findings, and answer them as they are now.

    Raises PoloError when the store can't be written; the accounts before are done.
    """
    world = replace(world, elsewhere=Elsewhere(everything))
    for account, scopes in _all(everything, rules, world).items():
        yield _patrolled(account, scopes, store, rules, world)


def outlook(
    everything: Everything, ledgers: Iterable[Ledger], rules: Mapping[str, Rule], world: World
) -> Iterator[Ledger]:
    """The ledgers as a patrol would leave them now; nothing is kept."""
    known = {ledger.account: ledger for ledger in ledgers}
    world = replace(world, elsewhere=Elsewhere(everything))
    for account, scopes in _all(everything, rules, world).items():
        ledger = known.get(account, Ledger(account))
        yield Ledger(account, _merged(ledger, scopes, rules, world), iso(world.now) or "", ledger.version)


def collected(everything: Everything) -> dict[str, list[Collected]]:
    """The scopes of each account; a scope of a type that this version does not know is left out."""
    accounts: dict[str, list[Collected]] = defaultdict(list)
    for head in everything.heads():
        if head.scope.type in RESOURCE_TYPES:
            accounts[head.scope.account].append((head, partial(_of, everything, head.scope)))
    return accounts


def _all(everything: Everything, rules: Mapping[str, Rule], world: World) -> dict[str, list[Collected]]:
    """The scopes of each account, with what it pays where that is known and any of the rules asks for it."""
    accounts = collected(everything)
    spending = world.spending() if any(rule.covers(SPEND) for rule in rules.values()) else None
    if spending is not None:
        for account in (*accounts, *(account for account in spending if account not in accounts)):
            accounts.setdefault(account, []).append(scope_of(account, spending.get(account, ())))
    return accounts


def _of(everything: Everything, scope: Scope) -> Iterator[Resource]:
    return all_looked_at(scope.type, everything.documents(scope))


def _patrolled(
    account: str,
    scopes: list[Collected],
    store: FindingStore,
    rules: Mapping[str, Rule],
    world: World,
) -> Ledger:
    at = iso(world.now) or ""
    for _ in range(TRIES):
        known = store.ledger(account)
        entries = _merged(known, scopes, rules, world)
        if store.keep(known, entries, at):
            return Ledger(account, entries, at, store.versions()[account])
    raise PoloError(f"the findings of {account} are being written by others", "run it again later")


def _merged(
    known: Ledger, scopes: list[Collected], rules: Mapping[str, Rule], world: World
) -> tuple[Entry, ...]:
    found = inspect(known.account, scopes, rules.values(), world)
    return tuple(merged(known.entries, found, world.now, rules))
