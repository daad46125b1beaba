"""The words of a search, and what a short one finds: every list is searched by the same."""

from __future__ import annotations

import re
from collections.abc import Iterable

MOST_WORDS = 20  # different ones
SHORT = 2  # letters; they are in nearly everything, so such a word only begins others, or is all of a value
START = "\1"  # stands before the beginnings of words in a searched text
BEGINS = START * SHORT
MOST_STARTS = 64  # of one text
# where a word begins: after a space, after what is no letter and no digit, or at the hump of a camelCase
_STARTS = re.compile(r"(?:(?<![^\W_])(?=[^\W_])|(?<!\S)(?=\S)|(?<=[a-z0-9])(?=[A-Z]))(?=(..?))", re.DOTALL)


def words_of(text: str) -> tuple[str, ...]:
    """The words of a search, each once, in lower case."""
    return tuple(dict.fromkeys(text.lower().replace("\0", "").split()))


def needle(word: str) -> str:
    """What a searched text has if the word finds it: at least the three letters that a trigram takes."""
    return START * (SHORT + 1 - len(word)) + word


def starts(name: str, id: str = "", values: Iterable[str] = ()) -> str:
    """What short words find, for the end of a searched text: beginnings of words in the name and of the id,
    and all of a short value.
    """
    begins = _STARTS.findall(name)
    text = BEGINS.join(("", *begins[:MOST_STARTS], id[:SHORT]))
    short = [value for value in values if len(value) <= SHORT]
    if short:
        text += "".join(map(needle, filter(None, short)))
    if "\0" in text or "\n" in text:
        text = text.replace("\0", "").replace("\n", " ")
    return text.lower()
