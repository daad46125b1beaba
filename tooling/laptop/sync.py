"""`inv sync`: collect the accounts of the AWS config into the local data files."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from errors import PoloError, SettingsError
from services.cloud import aws
from services.collect.plan import PATIENCE, Way
from services.models import RESOURCE_TYPES
from services.models.kit.base import ResourceType
from services.models.kit.scope import GLOBAL, Scope
from settings import ROOT, Settings
from tooling.credentials import instead_of_profiles, used
from tooling.data_folder import backend_in
from tooling.laptop.sync_accounts import Connected, connect, members
from tooling.laptop.sync_metrics import Metrics
from tooling.laptop.sync_plan import plan_lines
from tooling.laptop.sync_run import Run
from tooling.names import some_of, split
from wiring.services import Backend

WORKERS = 16
INTERRUPTED = 130


def sync(
    types: str = "",
    profiles: str = "",
    regions: str = "",
    data_dir: Path = ROOT / "data",
    *,
    settings: Settings | None = None,
    account: str = "",
    only: Collection[Scope] = (),
    by_role: bool = False,
    dry_run: bool = False,
    workers: int = WORKERS,
    started: float | None = None,
    patience: float = PATIENCE,
    open_way: Callable[[str], Way] = aws.Aws,
    now: Callable[[], float] = time.time,
    out: TextIO | None = None,
) -> int:
    """Collect and store; answer the exit code: 0, 1 when anything failed, 130 after Ctrl-C.

    types, profiles, regions: comma lists, empty for all; whose credentials count, tooling.credentials says.
    settings: by default the environment's. account: id of the only one to collect. only: these scopes, empty
    for all; instead of types and regions. by_role: reach the
    accounts of ACCOUNTS through their role instead, from the one profile given or the shell's credentials.
    dry_run: print the plan; nothing is collected or written. started: by time.monotonic, for the duration.
    patience: seconds for which a scope may wait for an answer. Every failure is one line on `out`.
    """
    out, began = out or sys.stdout, time.monotonic() if started is None else started

    def say(line: str) -> None:
        print(line, file=out, flush=True)

    backend = backend_in(data_dir, settings)
    store, marqo_api_key = backend.data_service(now), backend.settings.marqo_api_key
    try:
        with _rare_gc():
            wanted_regions = split("region", regions)
            kinds = choose(types or ",".join({scope.type for scope in only}), marqo_api_key, say)
            store.check()
            connected = reach_members(profiles, backend, wanted_regions, say) if by_role else None
            connected = connected or reach(kinds, profiles, wanted_regions or _regions(only), open_way, say)
            if account:
                connected.keep(account)
            if dry_run:
                metrics = Metrics(store, int(now() * 1000))
                for line in plan_lines(
                    kinds, connected.only(wanted_regions), store.heads(), metrics.questions
                ):
                    say(line)
                return 1 if connected.refused else 0
            marqo, costs = backend.marqo(marqo_api_key), backend.cost_store()
            run = Run(store, costs, int(now() * 1000), workers, marqo, out, began, patience, frozenset(only))
            return run(kinds, connected, wanted_regions)
    except KeyboardInterrupt:
        say(f"Stopped. {store.path} is as it was.")
        return INTERRUPTED
    except PoloError as error:
        say(str(error))
    return 1


def choose(types: str, marqo_api_key: str, say: Callable[[str], None]) -> list[ResourceType]:
    """The types asked for, in the order of the console. Raises UnknownName, SettingsError."""
    named = some_of("resource type", types, RESOURCE_TYPES)
    kinds = [kind for name, kind in RESOURCE_TYPES.items() if not named or name in named]
    unset = [kind for kind in kinds if kind.scope == "marqo" and not marqo_api_key]
    for kind in unset:
        if named:
            raise SettingsError("MARQO_API_KEY is not set", f"set it in .env, or leave out {kind.name}")
        say(f"{kind.name}: skipped, MARQO_API_KEY is not set")
    return [kind for kind in kinds if kind not in unset]


def reach(
    kinds: Sequence[ResourceType],
    profiles: str,
    regions: Sequence[str],
    open_way: Callable[[str], Way],
    say: Callable[[str], None],
) -> Connected:
    """The accounts behind the profiles, or what stands for them. Raises UnknownName, SettingsError."""
    if all(kind.scope == "marqo" for kind in kinds):
        return Connected()
    variable, left_out = "" if profiles else instead_of_profiles(), len(aws.profiles())
    if variable and left_out:
        say(f"{variable} is set, and says whose account is collected; -p names others of {left_out} profiles")
    return told(connect(used(profiles), open_way, regions), say)


def reach_members(
    profiles: str, backend: Backend, regions: Sequence[str], say: Callable[[str], None]
) -> Connected:
    """The accounts of ACCOUNTS, through the role that each has for Polo.

    Raises UnknownName, SettingsError, and CollectError when the organisation can't be asked.
    """
    named = some_of("profile", profiles, aws.profiles())
    if len(named) > 1:
        raise SettingsError(f"{len(named)} profiles can't assume one role", "name one with -p, or none")
    return told(members(aws.Aws(*named), backend, regions), say)


def told(connected: Connected, say: Callable[[str], None]) -> Connected:
    for line in connected.notes:
        say(line)
    for name, why in connected.refused.items():
        say(f"{name}: {why}")
    return connected


def _regions(scopes: Iterable[Scope]) -> list[str]:
    return sorted({scope.region for scope in scopes} - {GLOBAL})


@contextmanager
def _rare_gc() -> Iterator[None]:
    """Millions of small objects and hardly a cycle: looking for cycles took a tenth of the time."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, 50, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)
