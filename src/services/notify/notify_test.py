from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from services.cop.registry import RULES
from services.cop.store.default_mutes import DEFAULT_MUTES
from services.cop.store.local import LocalFindingStore
from services.cop.store.port import FindingStore
from services.cop.store.port_test import ENTRY, MUTE
from services.models.domain.finding import Entry
from services.models.domain.told import Told
from services.notify.digest import week_of
from services.notify.notify import Around, Sent, notify, preview, wanted
from services.notify.slack import Message
from services.notify.webhook import InDoubt, NotTaken

MONDAY = datetime(2026, 11, 16, 5, 30, tzinfo=UTC)
LATER = "2026-11-17T05:30:00Z"
SECOND = replace(ENTRY, id="vol-2", name="logs", owner=None, first_seen=LATER)


class Channel:
    """Takes messages, or fails as it is told."""

    def __init__(self, *failures: Exception | type[BaseException]) -> None:
        self.failures = list(failures)
        self.messages: list[str] = []

    def __call__(self, channel: str, message: Message) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.messages.append("\n".join(block["text"]["text"] for block in message["blocks"]))


def tell(store: FindingStore, send: Channel, *entries: Entry, day: int = 0, hours: int = 0) -> list[Sent]:
    """So many days and hours after Monday's patrol."""
    around = Around(MONDAY + timedelta(days=day, hours=hours), RULES, {"1": "prod"}, "https://polo.test/cop")
    return list(notify({"default": list(entries)}, store, around, send))


@pytest.fixture
def store(tmp_path: Path) -> LocalFindingStore:
    """Its channel has heard of ENTRY, this week."""
    made = LocalFindingStore(tmp_path)
    tell(made, Channel(), ENTRY)
    return made


def test_the_first_message_of_a_week_sums_up_and_the_others_tell_news(tmp_path: Path) -> None:
    store, channel = LocalFindingStore(tmp_path), Channel()
    tell(store, channel, ENTRY)
    tell(store, channel, ENTRY, hours=12)
    tell(store, channel, ENTRY, SECOND, day=1)
    tell(store, channel, ENTRY, SECOND, day=7)
    assert [text.split("\n")[0] for text in channel.messages] == [
        "Cloud Cop, 2026-W47: 1 open, 1 of them not told before",
        "Cloud Cop: 1 new",
        "Cloud Cop, 2026-W48: 2 open, 0 of them not told before",
    ]
    assert "logs (prod eu-west-1): 100 GiB of gp2, $2.00" in channel.messages[1]
    assert "data" not in channel.messages[1], "it was told before"


@pytest.mark.parametrize(
    ("now", "week"),
    [
        ("2027-01-03T23:59:59Z", "2026-W53"),
        ("2027-01-04T00:00:00Z", "2027-W01"),
        ("2028-02-29T12:00:00Z", "2028-W09"),
        ("2026-03-29T01:00:00Z", "2026-W13"),
        ("2026-03-30T00:00:00+02:00", "2026-W14"),
    ],
)
def test_a_week_begins_on_monday_also_across_the_year(now: str, week: str) -> None:
    assert week_of(datetime.fromisoformat(now)) == week


def test_only_what_came_back_or_rose_by_more_than_a_fifth_is_told_again(store: LocalFindingStore) -> None:
    channel = Channel()
    dearer = [replace(ENTRY, saving=Decimal(saving)) for saving in ("2.39", "2.40", "2.41")]
    for entry in (ENTRY, *dearer, dearer[-1]):
        tell(store, channel, entry, day=1)
    assert len(channel.messages) == 1
    assert "$2.41 [risen]" in channel.messages[0]
    back = replace(dearer[-1], first_seen=LATER, reopened=1)
    tell(store, channel, back, day=2)
    assert "1 reopened" in channel.messages[1]


def test_what_was_resolved_in_between_is_told_when_it_reopens(store: LocalFindingStore) -> None:
    channel = Channel()
    tell(store, channel, day=1)
    tell(store, channel, replace(ENTRY, first_seen=LATER, reopened=1), day=2)
    assert ["[reopened]" in text for text in channel.messages] == [True]


def test_findings_are_grouped_by_owner_then_rule_and_all_owners_are_there(store: LocalFindingStore) -> None:
    channel = Channel()
    one = replace(ENTRY, id="vol-3", owner="ada", saving=Decimal(50), rule="EBS-UNATTACHED", severity="high")
    two = replace(ENTRY, id="vol-4", owner="ada", saving=Decimal(9))
    tell(store, channel, ENTRY, SECOND, one, two, day=1)
    lines = channel.messages[0].split("\n")
    starts = (
        "*ada*: 2, $59.00 a month",
        f"• {RULES['EBS-UNATTACHED'].title}",
        "*no owner*: 1, $2.00 a month",
    )
    places = [next(at for at, line in enumerate(lines) if line.startswith(start)) for start in starts]
    assert places == sorted(places)


def test_savings_add_up_in_cents_as_on_the_pages(tmp_path: Path) -> None:
    channel = Channel()
    thirds = (replace(ENTRY, id=f"vol-{number}", saving=Decimal("0.333")) for number in range(3))
    tell(LocalFindingStore(tmp_path), channel, *thirds)
    assert "$0.99 a month" in channel.messages[0]


def test_what_was_surely_not_taken_is_told_by_the_next_patrol(store: LocalFindingStore) -> None:
    channel = Channel(NotTaken("Slack channel default: it answered 500"))
    [failed] = tell(store, channel, ENTRY, SECOND, day=1)
    assert "answered 500" in failed.error
    tell(store, channel, ENTRY, SECOND, day=1)
    tell(store, channel, ENTRY, SECOND, day=1)
    assert len(channel.messages) == 1
    assert "may not have arrived" not in channel.messages[0]


@pytest.mark.parametrize("failure", [InDoubt("no answer"), KeyboardInterrupt])
def test_what_may_have_arrived_is_never_sent_again_and_the_next_message_says_so(
    store: LocalFindingStore, failure: Exception | type[BaseException]
) -> None:
    channel, third = Channel(failure), replace(SECOND, id="vol-3", name="third")
    try:
        [failed] = tell(store, channel, ENTRY, SECOND, day=1)
        assert failed.error == "no answer"
    except KeyboardInterrupt:
        pass  # a crash between the note and the answer
    tell(store, channel, ENTRY, SECOND, day=1, hours=12)
    assert channel.messages == []
    tell(store, channel, ENTRY, SECOND, third, day=2)
    tell(store, channel, ENTRY, SECOND, third, replace(third, id="vol-4"), day=3)
    first, second = channel.messages
    assert "What was sent since 2026-11-17T05:30:00Z may not have arrived" in first
    assert "logs" not in first
    assert "may not have arrived" not in second


def test_of_two_messages_in_doubt_none_is_forgotten(store: LocalFindingStore) -> None:
    channel, third = Channel(InDoubt("no answer"), InDoubt("no answer")), replace(SECOND, id="vol-3")
    tell(store, channel, ENTRY, SECOND, day=1)
    tell(store, channel, ENTRY, SECOND, third, day=2)
    tell(store, channel, ENTRY, SECOND, third, replace(third, id="vol-4"), day=3)
    assert "What was sent since 2026-11-17T05:30:00Z may not have arrived" in channel.messages[0]


def test_of_two_that_run_at_once_one_sends(store: LocalFindingStore, tmp_path: Path) -> None:
    channel = Channel()

    class Slower(LocalFindingStore):
        """Another patrol tells all of it between this one's look and its note."""

        def tell(self, known: Told, now: Told) -> bool:
            tell(store, channel, ENTRY, SECOND, day=1)
            return super().tell(known, now)

    assert tell(Slower(tmp_path), channel, ENTRY, SECOND, day=1) == [Sent("default")]
    assert len(channel.messages) == 1


def test_a_channel_that_fails_does_not_keep_the_others_from_theirs(tmp_path: Path) -> None:
    channel = Channel(NotTaken("it answered 404"))
    around = Around(MONDAY, RULES, {})
    ended = list(notify({"a": [ENTRY], "b": [ENTRY]}, LocalFindingStore(tmp_path), around, channel))
    assert [bool(each.error) for each in ended] == [True, False]
    assert len(channel.messages) == 1


def test_a_preview_shows_the_message_and_notes_nothing(tmp_path: Path) -> None:
    store = LocalFindingStore(tmp_path)
    [shown] = preview({"default": [ENTRY]}, store, Around(MONDAY, RULES, {}))
    assert shown.message is not None
    assert store.told("default") == Told("default")
    assert not store.notified.exists()


def test_muted_and_resolved_findings_are_not_told() -> None:
    at = datetime(2026, 11, 20, 13, tzinfo=UTC)
    resolved = replace(ENTRY, resolved=LATER)
    assert wanted([ENTRY, resolved], DEFAULT_MUTES, at) == [ENTRY]
    assert wanted([ENTRY], (MUTE,), at) == []


def test_a_hostile_name_calls_nobody(store: LocalFindingStore) -> None:
    channel = Channel()
    odd = "<!channel> @here <https://evil.test|x>\n*bold*"
    tell(store, channel, replace(SECOND, name=odd, owner=odd, message=odd, region=odd), day=1)
    assert "<!" not in channel.messages[0]
    assert "<https://evil" not in channel.messages[0]
    assert "@here" not in channel.messages[0]
