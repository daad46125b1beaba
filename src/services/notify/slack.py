"""A digest as a Slack message, within Slack's limits. All names in it may be hostile.

docs.slack.dev/reference/block-kit/blocks: 50 blocks, 3,000 characters in a section, 150 in a header. A
message of about 13,200 characters in all was refused (slackapi/bolt-js#2509): this keeps to 10,000. What a
character is Slack does not say: counted are UTF-16 units, of which an emoji has two, for these are the most.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

MOST_BLOCKS, MOST_IN_SECTION, MOST_IN_HEADER, MOST_IN_ALL = 50, 3000, 150, 10_000
NAME = 80  # units of a name or message that are shown
# Signs that would format what stands between two of them, and how they are shown; _ only at a word's edge.
SIGNS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "*": "∗", "~": "∼", "`": "ˋ"})  # noqa: RUF001
EDGE = re.compile(r"(?<![^\W_])_+|_+(?![^\W_])")

Message = dict[str, Any]


@dataclass(frozen=True)
class Group:
    """title and lines: mrkdwn, names in it escaped."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Fitted:
    """A message, and how many of the groups' lines are in it, counted from the first."""

    message: Message
    shown: int


def fitted(title: str, intro: str, groups: Sequence[Group], ending: Callable[[int], str]) -> Fitted:
    """What the webhook takes, with as many sections as fit. title: plain. ending: the last line where so many
    lines are left out, "" for none.
    """
    whole = sum(len(group.lines) for group in groups)
    sections = list(islice(_sections(groups), MOST_BLOCKS))

    def with_first(count: int) -> Fitted:
        shown = sum(lines for _, lines in sections[:count])
        texts = (intro, *(text for text, _ in sections[:count]), ending(whole - shown))
        return Fitted(_message(title, filter(None, texts)), shown)

    candidates = map(with_first, range(len(sections), 0, -1))
    return next((each for each in candidates if _fits(each.message)), with_first(0))


def units(text: str) -> int:
    """How long Slack may take it to be: UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def inert(text: str, most: int = NAME) -> str:
    """A name as Slack shows it: on one line, nothing formatted, and no mention or link of its own."""
    line = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    safe = EDGE.sub(lambda found: "ˍ" * len(found[0]), _cut(line, most)).translate(SIGNS)
    return safe.replace("@", "@\u2060")  # a word joiner: nobody is called


def _fits(message: Message) -> bool:
    size = units(json.dumps(message, ensure_ascii=False))
    return len(message["blocks"]) <= MOST_BLOCKS and size <= MOST_IN_ALL


def _cut(line: str, most: int) -> str:
    """At most so many units of it."""
    if units(line) <= most:
        return line
    kept = line.encode("utf-16-le")[: 2 * (most - 1)].decode("utf-16-le", "ignore")  # no half of an emoji
    return f"{kept}…"


def _sections(groups: Iterable[Group]) -> Iterator[tuple[str, int]]:
    """Text of each section, and how many of the lines are in it."""
    for group in groups:
        text, count = group.title, 0
        for line in group.lines:
            if count and units(f"{text}\n{line}") > MOST_IN_SECTION:
                yield text, count
                text, count = group.title, 0
            text, count = f"{text}\n{line}", count + 1
        if text:
            yield text, count


def _message(title: str, texts: Iterable[str]) -> Message:
    header = {"type": "header", "text": {"type": "plain_text", "text": _cut(title, MOST_IN_HEADER)}}
    return {"text": title, "blocks": [header, *map(_section, texts)]}


def _section(text: str) -> Message:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}
