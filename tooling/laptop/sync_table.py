"""`inv sync --from-table`: what a deployment has collected, into the local data file."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TextIO

from errors import Lost, PoloError
from services.cloud import aws
from services.daily_store import Fetched
from services.data_service import DataService
from services.local_data_service import LocalDataService
from services.models.domain.daily import DAY
from services.models.kit.base import Document
from services.models.kit.parallel import spread
from services.models.kit.scope import GLOBAL, Scope, ScopeHead
from services.store.changes import HISTORY_DAYS
from services.store.estate import Estate
from settings import ROOT, Settings
from tooling.data_folder import backend_in
from tooling.names import some_of
from wiring.table import TableBackend

READERS = 16


def from_table(
    env: str,
    profile: str = "",
    data_dir: Path = ROOT / "data",
    *,
    settings: Settings | None = None,
    out: TextIO | None = None,
) -> int:
    """Pull what an environment has collected; answer the exit code (see `deployed` and `pull`)."""
    try:
        return pull(deployed(env, profile, settings or Settings.from_environment()), data_dir, out=out)
    except PoloError as error:
        print(error, file=out or sys.stdout)
        return 1


def deployed(env: str, profile: str, settings: Settings) -> DataService:
    """The data of a deployed environment: its table, read with a profile, or the shell's credentials for "".

    Raises UnknownName for a profile that is not there.
    """
    way = aws.Aws(*some_of("profile", profile, aws.profiles())[:1])
    client = way.client("dynamodb", way.home())
    return TableBackend(replace(settings, env=env), client=client).data_service()


def pull(data: DataService, data_dir: Path = ROOT / "data", *, out: TextIO | None = None) -> int:
    """Take over every scope that the deployment has tried more recently; answer the exit code.

    data: the deployment's. The file is written in one piece at the end, or not at all.
    """
    out, started, store = out or sys.stdout, time.monotonic(), backend_in(data_dir).data_service()
    try:
        store.check()
        pulled = _pulled(data)
        if not pulled.heads:
            print("The table is empty: nothing was written.", file=out)
            return 1
        store.take_in(pulled)
        _pull_daily(data, store)
    except PoloError as error:
        print(error, file=out)
        return 1
    count = sum(map(len, pulled.resources.values()))
    seconds = time.monotonic() - started
    what = f"{count:,} resources in {len(pulled.heads):,} scopes"
    print(f"Pulled {what} in {seconds:.1f} s into {store.path}", file=out)
    return 0


def _pulled(data: DataService) -> Estate:
    heads = data.heads()
    estate = Estate({head.scope: head for head in heads}, accounts=_names(data))

    def read(head: ScopeHead) -> tuple[ScopeHead, list[Document]]:
        return head, list(data.resources(head.scope))

    filled: Iterable[ScopeHead] = [head for head in heads if head.count]
    for head, documents in spread(read, [*filled], READERS):
        # a collection may have ended since the heads were read: its resources are whole as well
        estate.heads[head.scope] = replace(head, count=len(documents))
        estate.resources[head.scope] = documents
    _take_history(data, estate)
    return estate


def _take_history(data: DataService, estate: Estate) -> None:
    """All of it, into the scopes that it is of; what a scope that is gone had to tell is left out."""
    now = datetime.now(UTC)
    newest_first = data.changes(now - timedelta(days=HISTORY_DAYS), now + timedelta(days=1))
    for change in reversed([*newest_first]):
        places = (Scope(change.account, region, change.type) for region in (change.region, GLOBAL))
        scope = next((scope for scope in places if scope in estate.heads), None)
        if scope:
            estate.history.setdefault(scope, []).append(change)


def _pull_daily(data: DataService, store: LocalDataService) -> None:
    """The daily values of every account, added to what is known here."""

    def of_account(account: str) -> list[Fetched]:
        asked = data.daily.asked(account)
        return [
            Fetched(scope, asked[scope], {id: each.by_day() for id, each in known.items()})
            for scope, known in data.daily.of(account)
            if scope in asked and not isinstance(known, Lost)
        ]

    ids = [account.id for account in data.accounts()]
    found = [each for fetched in spread(of_account, ids, READERS) for each in fetched]
    if found:
        store.daily.keep(found, max(each.day for each in found) + DAY)


def _names(data: DataService) -> dict[str, str]:
    return {account.id: account.name for account in data.accounts()}
