"""How many examples Hypothesis tries in tests of which each takes long: all of them with --deep."""

from __future__ import annotations

ORDINARY, LEAST = 6, 5  # a sixth of them in an ordinary run, which CI has many of, but never fewer than that
deep = False  # set from the command line by the root's conftest.py, before any test is imported


def examples(full: int) -> int:
    """As many examples as this run tries. full: with --deep."""
    return full if deep else min(full, max(LEAST, full // ORDINARY))
