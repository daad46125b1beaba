"""Notify: tell each channel what it has not heard of; a message is sent at most once.

What is told is noted before it is sent, on the condition that nobody else did: so of two that run at once, or
of a Lambda and its retry, one sends. If the receiver surely has not taken it, the note is taken back and the
next patrol tells it. If nobody knows (no answer; a crash in between), it stays noted, is not sent again, and
the next message that arrives says since when one may be missing. What did not fit into a message was not told
and is not noted: it comes with the next. The page has everything in any case.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from errors import PoloError
from services.cop.judge.savings import with_all_covered
from services.cop.store.findings_writer import mute_of
from services.cop.store.port import FindingStore
from services.models.domain.finding import Entry, Mute, RuleInfo
from services.models.domain.told import Told, marks, news
from services.models.kit.values import iso
from services.notify.digest import Digest, digest, summary, week_of
from services.notify.slack import Message
from services.notify.webhook import TOTAL, InDoubt, NotTaken, post

PATIENCE = 300.0  # a third of what the function has
Post = Callable[[str, Message], None]  # channel, message; raises NotTaken, InDoubt


@dataclass(frozen=True)
class Around:
    """What messages need beside the findings. link: address of the page of findings, "" for none."""

    now: datetime
    rules: Mapping[str, RuleInfo]
    accounts: Mapping[str, str]
    link: str = ""


@dataclass(frozen=True)
class Sent:
    """What became of a channel. message: None: there was nothing to tell. error: why it did not arrive."""

    channel: str
    message: Message | None = None
    error: str = ""


def wanted(entries: Iterable[Entry], mutes: Sequence[Mute], now: datetime) -> list[Entry]:
    """The open findings that nobody has muted, each with all that its saving covers.

    entries: all of an account.
    """
    at = iso(now) or ""
    standing = with_all_covered(entry for entry in entries if entry.status == "open")
    return [entry for entry in standing if not mute_of(entry, mutes, at)]


def findings_link(console: str) -> str:
    """The page of the open findings; "" where the console's address is not known."""
    return f"{console.rstrip('/')}/cop/findings?status=open" if console else ""


def poster(webhooks: Mapping[str, str], patience: float = PATIENCE) -> Post:
    """patience: seconds for all channels together; once they are over, the next patrol tells the others."""
    until = time.monotonic() + patience

    def send(channel: str, message: Message) -> None:
        post(webhooks[channel], message, channel, total=min(TOTAL, until - time.monotonic()))

    return send


def notify(
    channels: Mapping[str, list[Entry]], store: FindingStore, around: Around, send: Post
) -> Iterator[Sent]:
    """channels: the open findings of each. One that fails does not keep the others from hearing theirs."""
    for channel, entries in channels.items():
        try:
            yield _tell(store.told(channel), entries, store, around, send)
        except PoloError as error:
            yield Sent(channel, error=str(error))


def preview(channels: Mapping[str, list[Entry]], store: FindingStore, around: Around) -> Iterator[Sent]:
    """The same, without sending or noting anything."""
    for channel, entries in channels.items():
        told = store.told(channel)
        made = None if told.trouble else _made(told, entries, around)
        yield Sent(channel, made.message if made else None, str(told.trouble or ""))


def _tell(told: Told, entries: list[Entry], store: FindingStore, around: Around, send: Post) -> Sent:
    if told.trouble:
        return _begin_again(told, entries, store, around)
    made = _made(told, entries, around)
    after = replace(told, marks=marks(entries, told, made.told if made else ()), week=week_of(around.now))
    if made is None:
        if after.marks != told.marks:  # what was resolved may come back
            store.tell(told, after)
        return Sent(told.channel)
    at = iso(around.now) or ""
    if not store.tell(told, replace(after, doubt=told.doubt or at)):
        return Sent(told.channel)  # somebody else is telling it
    noted = store.told(told.channel)
    try:
        send(told.channel, made.message)
    except NotTaken:
        store.tell(noted, told)
        raise
    except InDoubt as error:
        return Sent(told.channel, made.message, str(error))
    store.tell(noted, replace(after, doubt=""))
    return Sent(told.channel, made.message)


def _begin_again(told: Told, entries: list[Entry], store: FindingStore, around: Around) -> Sent:
    """Nobody knows what the channel has heard: all that is open counts as told, for nothing is sent twice."""
    after = replace(told, marks=marks(entries, told, entries), doubt=told.doubt or iso(around.now) or "")
    store.tell(told, after)
    return Sent(told.channel, error=str(told.trouble))


def _made(told: Told, entries: list[Entry], around: Around) -> Digest | None:
    """The week's summary with the first patrol of an ISO week, which begins on Monday; else what is news."""
    found = news(entries, told)
    week = week_of(around.now)
    if told.week != week and (entries or told.marks):
        return summary(entries, len(found), week, around.rules, told.doubt, around.link)
    return digest(found, around.rules, around.accounts, told.doubt, around.link) if found else None
