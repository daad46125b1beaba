from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.slack import MOST_BLOCKS, MOST_IN_ALL, MOST_IN_SECTION, Group, inert, message


def texts(made: dict[str, Any]) -> list[str]:
    return [block["text"]["text"] for block in made["blocks"]]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("data", "data"),
        ("<!channel> & co", "&lt;!channel&gt; &amp; co"),
        ("<https://evil.test|click>", "&lt;https://evil.test|click&gt;"),
        ("a\nb\x1b[2J\u2028c", "a b [2J c"),
        ("@here", "@\u2060here"),
        ("x" * 100, "x" * 79 + "…"),
    ],
)
def test_a_name_stays_a_name(name: str, shown: str) -> None:
    assert inert(name) == shown


LINES = st.lists(st.text(max_size=300).map(lambda text: inert(text, 300)), max_size=60).map(tuple)
GROUPS = st.lists(st.builds(Group, st.text(max_size=90).map(inert), LINES), max_size=80)


@settings(deadline=None, max_examples=60)
@given(GROUPS, st.sampled_from(["", "https://polo.test/cop/findings?status=open"]))
def test_a_message_keeps_slacks_limits(groups: list[Group], link: str) -> None:
    made = message("Cloud Cop: 3 new", "$1 a month", groups, link)
    assert len(made["blocks"]) <= MOST_BLOCKS
    assert all(0 < len(text) <= MOST_IN_SECTION for text in texts(made))
    assert len(json.dumps(made, ensure_ascii=False)) < MOST_IN_ALL
    assert all(block["text"].get("verbatim") for block in made["blocks"][1:])


def test_what_does_not_fit_is_counted_and_linked() -> None:
    groups = [Group(f"*owner {n}*", ("x" * 200,) * 10) for n in range(10)]
    made = message("t", "i", groups, "https://polo.test/x")
    shown = sum(text.count("x" * 200) for text in texts(made))
    assert 30 < shown < 100
    assert texts(made)[-1] == f"<https://polo.test/x|and {100 - shown} more lines: open the page>"
    assert texts(message("t", "i", groups))[-1] == f"and {100 - shown} more lines"


def test_a_group_longer_than_a_section_goes_on_in_the_next() -> None:
    made = message("t", "i", [Group("*ada*", tuple(f"{n} {'x' * 100}" for n in range(40)))])
    parts = texts(made)[2:]
    assert len(parts) == 2
    assert all(part.startswith("*ada*\n") for part in parts)
    assert [line.split()[0] for part in parts for line in part.split("\n")[1:]] == [str(n) for n in range(40)]
