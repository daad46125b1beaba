"""A digest as a Slack message, within Slack's limits. All names in it may be hostile.

docs.slack.dev/reference/block-kit/blocks: 50 blocks, 3,000 characters in a section. A message of about 13,200
characters in all was refused (slackapi/bolt-js#2509): this keeps below 10,000.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

MOST_BLOCKS, MOST_IN_SECTION, MOST_IN_ALL = 50, 3000, 10_000
NAME = 80  # characters of a name or message that are shown
ROOM = 700  # characters kept for the last line

Message = dict[str, Any]


@dataclass(frozen=True)
class Group:
    """title and lines: mrkdwn, names in it escaped."""

    title: str
    lines: tuple[str, ...]


def message(title: str, intro: str, groups: Sequence[Group], link: str = "") -> Message:
    """What the webhook takes. title: plain. link: address of the page that has all of it, "" for none."""
    blocks = [{"type": "header", "text": {"type": "plain_text", "text": title[:150]}}, _section(intro)]
    shown = 0
    for text, lines in _sections(groups):
        block = _section(text)
        if len(blocks) + 2 > MOST_BLOCKS or _size(title, [*blocks, block]) + ROOM > MOST_IN_ALL:
            break
        blocks.append(block)
        shown += lines
    left = sum(len(group.lines) for group in groups) - shown
    if left or link:
        more = f"and {left:,} more lines" if left else "All of it"
        blocks.append(_section(f"<{link}|{more}: open the page>" if link else more))
    return {"text": title, "blocks": blocks}


def inert(text: str, most: int = NAME) -> str:
    """A name as Slack shows it: on one line, and no mention, link or channel of its own."""
    line = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    short = line if len(line) <= most else line[: most - 1] + "…"
    safe = short.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return safe.replace("@", "@\u2060")  # a word joiner: nobody is called


def _sections(groups: Iterable[Group]) -> Iterator[tuple[str, int]]:
    """Text of each section, and how many of the lines are in it."""
    for group in groups:
        text, count = group.title, 0
        for line in group.lines:
            if len(text) + 1 + len(line) > MOST_IN_SECTION:
                yield text, count
                text, count = group.title, 0
            text, count = f"{text}\n{line}", count + 1
        if text:
            yield text, count


def _section(text: str) -> Message:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _size(title: str, blocks: list[Message]) -> int:
    return len(json.dumps({"text": title, "blocks": blocks}, ensure_ascii=False))
