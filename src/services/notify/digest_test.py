"""What channels read, message by message, whatever findings there are."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.cop.judge.savings import totals, with_all_covered
from services.cop.registry import RULES
from services.cop.store.local import LocalFindingStore
from services.cop.store.port_test import ENTRY
from services.models.domain.finding import Confidence, Entry, Severity
from services.models.domain.told import News, Why
from services.notify.digest import NOBODY, SHOWN, digest, summary
from services.notify.notify import notify
from services.notify.notify_test import MONDAY, Around
from services.notify.slack import MOST_BLOCKS, MOST_IN_ALL, MOST_IN_SECTION, Message, units
from services.notify.webhook import InDoubt, NotTaken
from tests.examples import examples

LINK = "https://polo.test/cop"
NUMBER = re.compile(r"^    n(\d{5}) ", re.MULTILINE)
MORE = re.compile(r"and ([\d,]+) more with the next message")


def made(
    number: int,
    owner: str | None = "ada",
    severity: Severity = "low",
    saving: str | None = "1.00",
    rule: str = "EBS-GP2",
    confidence: Confidence = "certain",
    odd: str = "",
) -> Entry:
    """A finding whose name begins with its number."""
    of = replace(ENTRY, id=f"vol-{number}", name=f"n{number:05} {odd}", owner=owner, severity=severity)
    amount = None if saving is None else Decimal(saving)
    return replace(
        of, saving=amount, rule=rule, confidence=confidence, message=f"gp2 {odd}", region=odd or "r"
    )


def text_of(message: Message) -> str:
    return "\n".join(block["text"]["text"] for block in message["blocks"])


def told_in(message: Message) -> list[int]:
    return [int(number) for number in NUMBER.findall(text_of(message))]


def numbers(entries: list[Entry]) -> list[int]:
    return [int(entry.name[1:6]) for entry in entries]


class Channel:
    """Takes what it is sent, or fails once as it is told."""

    def __init__(self, *failures: type[BaseException] | None) -> None:
        self.failures = list(failures)
        self.messages: list[Message] = []
        self.lost: list[Message] = []

    def __call__(self, channel: str, message: Message) -> None:
        failure = self.failures.pop(0) if self.failures else None
        if failure:
            if failure is not NotTaken:
                self.lost.append(message)
            raise failure("as told")
        self.messages.append(message)


def patrols(store: LocalFindingStore, channel: Channel, entries: list[Entry], most: int = 200) -> None:
    """Until there is nothing more to tell, all of one week."""
    for _ in range(most):
        before = len(channel.messages), len(channel.lost), len(channel.failures)
        with suppress(KeyboardInterrupt):  # a crash between the note and the answer
            list(notify({"default": entries}, store, Around(MONDAY, RULES, {"1": "prod"}, LINK), channel))
        if before == (len(channel.messages), len(channel.lost), len(channel.failures)):
            return
    raise AssertionError("it never ends")


@pytest.fixture
def store(tmp_path: Path) -> LocalFindingStore:
    return new_store(tmp_path)


def new_store(folder: Path) -> LocalFindingStore:
    """One whose channel has read this week's summary."""
    store = LocalFindingStore(folder)
    patrols(store, Channel(), [ENTRY])
    return store


HUGE = "🙂" * 300
HOSTILE = "```<!channel> *b* _i_ ~s~ `c` @here <https://evil.test|x> & \u202e\x1b[2J\n• "
SEVERITIES: tuple[Severity, ...] = ("info", "critical", "medium", "high", "low")
FAMILIES: dict[str, Callable[[], list[Entry]]] = {
    "one": lambda: [made(1)],
    "of a rule as many as are shown": lambda: [made(n) for n in range(SHOWN)],
    "of a rule one more than is shown": lambda: [made(n) for n in range(SHOWN + 1)],
    "of a rule very many": lambda: [made(n, saving=f"{n % 7}.50") for n in range(200)],
    "many owners": lambda: [made(n, f"owner-{n}", SEVERITIES[n % 5], f"{n}.00") for n in range(300)],
    "nobody's": lambda: [made(n, None, SEVERITIES[n % 5], None) for n in range(40)],
    "many rules": lambda: [made(n, rule=[*RULES][n % len(RULES)], odd="x" * 200) for n in range(150)],
    "huge names": lambda: [made(n, f"{HUGE}{n}", odd=HUGE) for n in range(60)],
    "what is escaped": lambda: [made(n, f"{'&' * 100}{n}", rule="&" * 90, odd="&" * 200) for n in range(60)],
    "hostile names": lambda: [made(n, f"{HOSTILE}{n % 9}", odd=HOSTILE) for n in range(80)],
    "hints": lambda: [made(n, confidence="hint" if n % 3 else "measured") for n in range(60)],
}


@pytest.mark.parametrize("family", FAMILIES)
def test_everything_is_told_once_and_each_message_says_how_much_is_left(
    store: LocalFindingStore, family: str
) -> None:
    entries, channel = FAMILIES[family](), Channel()
    patrols(store, channel, entries)
    told = [told_in(message) for message in channel.messages]
    assert all(told), "a message that tells nothing"
    assert sorted(number for each in told for number in each) == sorted(numbers(entries))
    left = len(entries)
    for message, each in zip(channel.messages, told, strict=True):
        left -= len(each)
        more = MORE.search(text_of(message))
        assert (int(more[1].replace(",", "")) if more else 0) == left
        assert message["text"] == f"Cloud Cop: {len(each)} new"


@pytest.mark.parametrize("family", FAMILIES)
def test_every_message_keeps_slacks_limits_and_no_name_takes_over(
    store: LocalFindingStore, family: str
) -> None:
    channel = Channel()
    patrols(store, channel, FAMILIES[family]())
    for message in channel.messages:
        texts = [block["text"]["text"] for block in message["blocks"]]
        assert len(texts) <= MOST_BLOCKS
        assert all(0 < units(text) <= MOST_IN_SECTION for text in texts)
        assert units(json.dumps(message, ensure_ascii=False)) <= MOST_IN_ALL
        text = text_of(message)
        assert not re.search(r"<[!@#]|<(?!https://polo\.test)|@(?!\u2060)|[`~]", text)
        bold = [line for line in text.split("\n") if "*" in line]
        assert all(re.fullmatch(r"\*[^*]+\*: .*", line) for line in bold), "only an owner's own stars"


@pytest.mark.parametrize("family", FAMILIES)
def test_a_messages_figure_is_that_of_what_it_tells(store: LocalFindingStore, family: str) -> None:
    entries, channel = FAMILIES[family](), Channel()
    patrols(store, channel, entries)
    for message in channel.messages:
        told = totals(each for each in entries if numbers([each])[0] in told_in(message))
        saving = f"${told.saving / 100:,.2f} a month" if told.saving else "No known saving"
        hints = f", and perhaps ${told.hints / 100:,.2f} more" if told.hints else ""
        assert message["blocks"][1]["text"]["text"] == saving + hints


@pytest.mark.parametrize("family", FAMILIES)
def test_the_worst_stands_first_and_what_comes_later_is_no_worse_of_its_rule(
    store: LocalFindingStore, family: str
) -> None:
    entries, channel = FAMILIES[family](), Channel()
    patrols(store, channel, entries)
    by_number = dict(zip(numbers(entries), entries, strict=True))
    rank = {severity: number for number, severity in enumerate(("critical", "high", "medium", "low", "info"))}
    seen: dict[tuple[str | None, str], int] = {}
    for message in channel.messages:
        told = [by_number[number] for number in told_in(message)]
        worst = [rank[entry.severity] for entry in told]
        assert worst[0] == min(worst)
        for entry, severity in zip(told, worst, strict=True):
            heap = (entry.owner, entry.rule)
            assert severity >= seen.get(heap, 0)
            seen[heap] = severity


FAILURES = st.lists(st.sampled_from([None, NotTaken, InDoubt, KeyboardInterrupt]), max_size=12)


@settings(deadline=None, max_examples=examples(25))
@given(FAILURES, st.sampled_from([*FAMILIES]))
def test_whatever_fails_nothing_is_told_twice_and_nothing_is_lost(
    failures: list[type[BaseException] | None], family: str
) -> None:
    """What may have arrived counts as told: the next message says that one may be missing."""
    entries, channel = FAMILIES[family](), Channel(*failures)
    with TemporaryDirectory() as folder:
        patrols(new_store(Path(folder)), channel, entries)
    told = [number for message in (*channel.messages, *channel.lost) for number in told_in(message)]
    assert sorted(told) == sorted(numbers(entries))


def test_what_a_weeks_summary_leaves_out_comes_with_the_next_messages(tmp_path: Path) -> None:
    entries = [made(n, f"owner-{n:03}", SEVERITIES[n % 5], f"{n}.00") for n in range(400)]
    store, channel = LocalFindingStore(tmp_path), Channel()
    patrols(store, channel, entries)
    first, *others = channel.messages
    assert first["text"] == "Cloud Cop, 2026-W47: 400 open, 400 of them not told before"
    assert first["blocks"][1]["text"]["text"] == f"${sum(range(400)):,}.00 a month", "of all that is open"
    summed_up = {int(number) for number in re.findall(r"\*owner-(\d+)\*", text_of(first))}
    rest = [number for message in others for number in told_in(message)]
    assert 20 < len(summed_up) < 100
    assert sorted([*summed_up, *rest]) == [*range(400)]
    assert re.search(rf"and {400 - len(summed_up)} more lines", text_of(first))


def test_what_rose_or_came_back_stays_so_until_there_is_room(store: LocalFindingStore) -> None:
    """It was told before as it was then."""
    before = [made(n, saving="1.00") for n in range(SHOWN + 3)]
    patrols(store, Channel(), before)
    after = [replace(entry, saving=Decimal(5)) for entry in before]
    channel = Channel()
    patrols(store, channel, after)
    assert [message["text"] for message in channel.messages] == [
        f"Cloud Cop: {SHOWN} risen",
        "Cloud Cop: 3 risen",
    ]
    back = [replace(entry, first_seen="2026-11-19T05:30:00Z", reopened=1) for entry in after]
    patrols(store, channel, back)
    assert channel.messages[-1]["text"] == "Cloud Cop: 3 reopened"


def test_severity_comes_before_money_and_nobodys_findings_are_ranked_like_others() -> None:
    entries = [
        made(1, "dear", "medium", "5000.00"),
        made(2, None, "critical", None),
        made(3, "also critical", "critical", "10.00"),
        made(4, "cheap", "medium", "1.00"),
        made(5, None, "info", "5.00", rule="EC2-OLD"),
        made(6, "dear", "high", None, rule="SG-OPEN"),
    ]
    news = [News(entry, "new") for entry in entries]
    order = ["also critical", NOBODY, "dear", "cheap"]
    for message in (digest(news, RULES, {}).message, summary(entries, 6, "2026-W47", RULES).message):
        assert re.findall(r"^\*([^*]+)\*", text_of(message), re.MULTILINE) == order
        rules = re.findall(r"\(([A-Z0-9-]+)\): ", text_of(message))
        assert rules == ["EBS-GP2", "EBS-GP2", "EC2-OLD", "SG-OPEN", "EBS-GP2", "EBS-GP2"]
    assert told_in(digest(news, RULES, {}).message) == [3, 2, 5, 6, 1, 4]


def test_a_dollar_is_told_once_of_a_message_an_owner_and_a_rule() -> None:
    volume = made(1, saving="319.50")
    host = replace(made(2, saving="337.50", rule="EC2-STOPPED"), type="instances", covers=(volume.key,))
    entries = with_all_covered([host, volume])
    whys: tuple[Why, ...] = ("new", "new")
    for told in (
        digest([*map(News, entries, whys)], RULES, {}).message,
        summary(entries, 2, "2026-W47", RULES).message,
    ):
        text = text_of(told)
        assert "\n$337.50 a month\n" in text
        assert "*ada*: 2, $337.50 a month" in text
        assert "(EC2-STOPPED): 1, $337.50 a month" in text
        assert "(EBS-GP2): 1, $319.50 a month" in text


def test_a_hint_says_that_it_is_one() -> None:
    text = text_of(digest([News(made(1, confidence="hint"), "new")], RULES, {}).message)
    assert "No known saving, and perhaps $1.00 more" in text
    assert "gp2, up to $1.00" in text
