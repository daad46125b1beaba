from __future__ import annotations

import pytest

from services.models.everything.words import needle, starts, words_of


def test_a_repeated_word_counts_once_in_any_case() -> None:
    assert words_of("web WEB  web\tdb\0") == ("web", "db")


@pytest.mark.parametrize(
    ("name", "word", "found"),
    [
        ("prod-ml-01", "ml", True),
        ("prod-ml-01", "m", True),
        ("prod-ml-01", "l", False),
        ("prod-ml-01", "0", True),
        ("prod-html-01", "ml", False),
        ("my.s3.logs", "s3", True),
        ("mys3logs", "s3", False),
        ("ProdDbCluster", "db", True),
        ("Ärger Über", "üb", True),
        ("/aws/lambda/db", "/a", True),
        ("x", "x", True),
        ("x", "xy", False),
        ("a_b", "b", True),
        ("two\nlines", "li", True),
        ("", "a", False),
    ],
)
def test_a_short_word_begins_a_word_of_the_name(name: str, word: str, found: bool) -> None:
    assert (needle(word) in starts(name)) is found


def test_a_short_word_is_all_of_a_value_or_begins_the_id() -> None:
    text = starts("", "i-0a", ("ml", "m", "html", "", "DB"))
    assert [word for word in ("ml", "m", "db", "d", "ht", "i-", "i", "0a") if needle(word) in text] == [
        "ml",
        "m",
        "db",
        "i-",
        "i",
    ]


def test_no_name_makes_the_text_grow_without_end() -> None:
    assert len(starts("a b " * 10_000)) < 400
