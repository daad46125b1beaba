"""Text for a terminal."""

from __future__ import annotations


def plain(text: str) -> str:
    """A name from AWS without what a terminal would obey."""
    return "".join(character if character.isprintable() else "?" for character in text)
