"""Which accounts a sync covers: the profiles or roles that answer, each account once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from errors import CollectError, SettingsError
from services.cloud.accounts import WAY_OUT, known
from services.cloud.aws import Aws
from services.cloud.callers import DEFAULT
from services.collect.plan import Target, Way, regions_of
from services.models.kit.parallel import spread
from services.models.kit.scope import GLOBAL, Account
from services.models.kit.values import texts
from tooling.names import one_of
from wiring.services import Backend

AT_A_TIME = 8
PATIENCE = 60.0  # seconds for two calls


@dataclass
class Connected:
    """ways: into each account, by its id. refused: profile or account name -> why. notes: for the user."""

    ways: dict[str, Way] = field(default_factory=dict)
    targets: list[Target] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def only(self, regions: Sequence[str]) -> list[Target]:
        """The targets, with these regions only. Raises UnknownName for one that no account has enabled."""
        if not regions or not self.targets:
            return self.targets
        enabled = sorted({region for target in self.targets for region in target.regions})
        chosen = {one_of("region", region, enabled) for region in regions}
        return [Target(t.account, tuple(r for r in t.regions if r in chosen)) for t in self.targets]

    def keep(self, account: str) -> None:
        """Leave out all other accounts. Raises SettingsError, when none that answered is it."""
        found = ", ".join(self.ways)
        self.ways = {id: way for id, way in self.ways.items() if id == account}
        self.targets = [target for target in self.targets if target.account.id == account]
        if self.ways:
            self.refused = {}
        elif not self.refused:
            raise SettingsError(
                f"no credentials here lead to account {account}, only to {found}",
                "start inv run with credentials of that account",
            )


@dataclass(frozen=True)
class _Answer:
    profile: str
    way: Way
    account: Account | None = None
    regions: tuple[str, ...] = ()
    error: str = ""


def connect(
    profiles: Sequence[str], open_way: Callable[[str], Way], regions: Sequence[str] = ()
) -> Connected:
    """Ask every profile for its account and regions; one that is refused does not stop the others.

    profiles: CHAIN for the default chain, whose account is named by its alias. regions: that were named; they
    are taken as they are where the account's can't be listed.
    """
    wanted = tuple(region.lower() for region in regions)

    def ask(profile: str) -> _Answer:
        way = open_way(profile)
        try:
            account = way.account() if profile else _by_alias(way)
            return _Answer(profile, way, account, regions_of(way, wanted))
        except CollectError as error:
            return _Answer(profile, way, error=str(error))

    def given_up(profile: str, seconds: float) -> _Answer | None:
        if seconds < PATIENCE:
            return None
        why = f"AWS has not answered for {PATIENCE:.0f} s: given up"
        return _Answer(profile, open_way(profile), error=why)

    answers = {answer.profile: answer for answer in spread(ask, profiles, AT_A_TIME, given_up)}
    return _sorted_out(answers[profile] for profile in profiles)


def members(base: Aws, backend: Backend, regions: Sequence[str] = ()) -> Connected:
    """Ask every account of ACCOUNTS for its regions, through its role. Raises SettingsError, CollectError."""
    accounts = known(backend.settings.accounts, base.source(GLOBAL))
    if not accounts:
        raise SettingsError("ACCOUNTS is not set", WAY_OUT)
    shared = Counter(account.name for account in accounts)  # in an organisation a name may stand twice
    unique = (
        replace(account, name=f"{account.name} ({account.id})") if shared[account.name] > 1 else account
        for account in accounts
    )
    named = {account.name: account for account in unique}
    way_into = backend.way_into(base)
    return connect([*named], lambda name: way_into(named[name]), regions)


def _by_alias(way: Way) -> Account:
    """The account, named by its alias if it has one, and the credentials may ask for it.

    Raises CollectError.
    """
    account = way.account()
    try:
        answer = way.source(GLOBAL).call("iam", "list_account_aliases") or {}
    except CollectError:
        return account
    return replace(account, name=next(iter(texts(answer, "AccountAliases")), "") or account.name)


def _sorted_out(answers: Iterable[_Answer]) -> Connected:
    connected = Connected()
    for answer in answers:
        profile, account = answer.profile or DEFAULT, answer.account
        if account is None:
            connected.refused[profile] = answer.error
        elif account.id in connected.ways:
            first = next(
                target.account.name for target in connected.targets if target.account.id == account.id
            )
            connected.notes.append(f"{profile}: skipped, the same account ({account.id}) as {first}")
        else:
            connected.ways[account.id] = answer.way
            connected.targets.append(Target(account, answer.regions))
    return connected
