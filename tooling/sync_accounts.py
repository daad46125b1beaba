"""Which accounts a sync covers: the profiles that answer, each account once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from errors import CollectError, UnknownName
from services.aws import Aws
from services.models.base import Account
from services.models.parallel import spread
from services.sync import Target

AT_A_TIME = 8


@dataclass
class Connected:
    """aws: the way into each account, by its id. refused: profile -> why. notes: lines for the user."""

    aws: dict[str, Aws] = field(default_factory=dict)
    targets: list[Target] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def only(self, regions: Sequence[str]) -> list[Target]:
        """The targets, with these regions only. Raises UnknownName for one that no account has enabled."""
        enabled = {region for target in self.targets for region in target.regions}
        for region in regions:
            if self.targets and region not in enabled:
                raise UnknownName("region", region, sorted(enabled))
        if not regions:
            return self.targets
        return [Target(t.account, tuple(r for r in t.regions if r in regions)) for t in self.targets]


@dataclass(frozen=True)
class _Answer:
    aws: Aws
    account: Account | None = None
    regions: tuple[str, ...] = ()
    error: str = ""


def connect(profiles: Sequence[str]) -> Connected:
    """Ask every profile for its account and regions; one that is refused does not stop the others."""
    answers = {answer.aws.profile: answer for answer in spread(_ask, profiles, AT_A_TIME)}
    return _sorted_out(answers[profile] for profile in profiles)


def _ask(profile: str) -> _Answer:
    aws = Aws(profile)
    try:
        return _Answer(aws, aws.account(), aws.regions())
    except CollectError as error:
        return _Answer(aws, error=str(error))


def _sorted_out(answers: Iterable[_Answer]) -> Connected:
    connected = Connected()
    for answer in answers:
        profile, account = answer.aws.profile, answer.account
        if account is None:
            connected.refused[profile] = answer.error
        elif account.id in connected.aws:
            first = connected.aws[account.id].profile
            connected.notes.append(f"{profile}: skipped, the same account ({account.id}) as {first}")
        else:
            connected.aws[account.id] = answer.aws
            connected.targets.append(Target(account, answer.regions))
    return connected
