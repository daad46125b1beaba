from __future__ import annotations

import io

from tooling.progress import Progress


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def said(out: io.StringIO) -> str:
    seconds = iter(range(100))
    progress = Progress(12_000, out, lambda: float(next(seconds)))
    for done in range(1_000, 13_000, 1_000):
        progress("items", done)
    progress.end()
    return out.getvalue()


def test_a_line_every_five_seconds_where_it_is_no_terminal() -> None:
    assert said(io.StringIO()) == "items: 5,000 of 12,000\nitems: 10,000 of 12,000\n"


def test_in_place_on_a_terminal_and_gone_at_the_end() -> None:
    text = said(Screen())
    assert text.startswith("\r\033[Kitems: 1,000 of 12,000\r\033[Kitems: 2,000 of")
    assert text.endswith("\r\033[K")
    assert "\n" not in text
