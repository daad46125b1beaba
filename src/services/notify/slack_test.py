from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.notify.slack import (
    MOST_BLOCKS,
    MOST_IN_ALL,
    MOST_IN_SECTION,
    NAME,
    Fitted,
    Group,
    fitted,
    inert,
    units,
)


def texts(made: dict[str, Any]) -> list[str]:
    return [block["text"]["text"] for block in made["blocks"]]


def made(groups: list[Group], ending: str = "") -> Fitted:
    """ending: what stands before the number of lines that are left out, where there are any."""
    return fitted("Cloud Cop: 3 new", "$1 a month", groups, lambda left: f"{ending}{left}" if left else "")


def size(message: dict[str, Any]) -> int:
    return units(json.dumps(message, ensure_ascii=False))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("data", "data"),
        ("<!channel> & co", "&lt;!channel&gt; &amp; co"),
        ("<https://evil.test|click>", "&lt;https://evil.test|click&gt;"),
        ("a\nb\x1b[2J\u2028c", "a b [2J c"),
        ("@here", "@\u2060here"),
        ("\u200b\u202e\ud800hidden", "hidden"),
        ("x" * 80, "x" * 80),
        ("x" * 81, "x" * 79 + "…"),
        ("🙂" * 40, "🙂" * 40),
        ("🙂" * 41, "🙂" * 39 + "…"),
        ("x" + "🙂" * 40, "x" + "🙂" * 39 + "…"),
        ("*bold* ~gone~ `code` ```all", "∗bold∗ ∼gone∼ ˋcodeˋ ˋˋˋall"),  # noqa: RUF001
        ("_slanted_ my_bucket_name __init__", "ˍslantedˍ my_bucket_name ˍˍinitˍˍ"),
    ],
)
def test_a_name_stays_a_name(name: str, shown: str) -> None:
    assert inert(name) == shown


@settings(deadline=None)
@given(st.text(max_size=200))
def test_a_name_calls_links_and_formats_nothing_and_has_its_length(name: str) -> None:
    shown = inert(name)
    assert not {*shown} & {*"<>*~`\n"}
    assert "@" not in shown.replace("@\u2060", "")
    plain = shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").replace("\u2060", "")
    assert units(plain) <= NAME
    assert units(shown) <= 5 * NAME


LINES = st.lists(st.text(max_size=300).map(lambda text: inert(text, 300)), max_size=60).map(tuple)
GROUPS = st.lists(st.builds(Group, st.text(max_size=90).map(inert), LINES), max_size=80)


@settings(deadline=None, max_examples=60)
@given(GROUPS, st.sampled_from(["", "https://polo.test/cop/findings?status=open "]))
def test_a_message_keeps_slacks_limits_and_says_what_it_leaves_out(groups: list[Group], ending: str) -> None:
    found = made(groups, ending)
    message, lines = found.message, [line for group in groups for line in group.lines]
    assert len(message["blocks"]) <= MOST_BLOCKS
    assert all(0 < units(text) <= MOST_IN_SECTION for text in texts(message))
    assert size(message) <= MOST_IN_ALL
    assert all(block["text"].get("verbatim") for block in message["blocks"][1:])
    told = "\n".join(texts(message))
    assert all(line in told for line in lines[: found.shown])
    if found.shown < len(lines):
        assert texts(message)[-1] == f"{ending}{len(lines) - found.shown}"


def test_what_does_not_fit_is_counted() -> None:
    groups = [Group(f"*owner {n}*", ("x" * 200,) * 10) for n in range(10)]
    found = made(groups)
    assert sum(text.count("x" * 200) for text in texts(found.message)) == found.shown
    assert 30 < found.shown < 100
    assert texts(found.message)[-1] == str(100 - found.shown)


@pytest.mark.parametrize(("groups", "shown"), [(48, 48), (49, 47)])
def test_fifty_blocks_are_full_and_one_more_leaves_room_to_say_so(groups: int, shown: int) -> None:
    found = made([Group(f"*{n}*", ("x",)) for n in range(groups)], "left out: ")
    assert len(found.message["blocks"]) == MOST_BLOCKS
    assert found.shown == shown


@pytest.mark.parametrize("each", ["x", "🙂"])
def test_a_section_is_full_at_its_limit(each: str) -> None:
    start = f"*ada*\n{'y' * 2000}"
    rest = MOST_IN_SECTION - units(start) - 1
    line = each * (rest // units(each)) + "z" * (rest % units(each))
    for longer, sections in ((line, 1), (line + "z", 2)):
        found = made([Group("*ada*", ("y" * 2000, longer))])
        assert len(found.message["blocks"]) == 2 + sections
        assert found.shown == 2


@pytest.mark.parametrize("each", ["x", "🙂"])
def test_a_message_is_full_at_its_limit(each: str) -> None:
    def of(length: int) -> list[Group]:
        last = each * (length // units(each)) + "z" * (length % units(each))
        return [*(Group(f"*{n}*", ("y" * 2900,)) for n in range(3)), Group("*last*", (last,))]

    room = MOST_IN_ALL - size(made(of(0)).message)
    assert size(made(of(room)).message) == MOST_IN_ALL
    assert [made(of(room + more)).shown for more in (0, 1)] == [4, 3]


def test_a_group_longer_than_a_section_goes_on_in_the_next() -> None:
    message = made([Group("*ada*", tuple(f"{n} {'x' * 100}" for n in range(40)))]).message
    parts = texts(message)[2:]
    assert len(parts) == 2
    assert all(part.startswith("*ada*\n") for part in parts)
    assert [line.split()[0] for part in parts for line in part.split("\n")[1:]] == [str(n) for n in range(40)]
