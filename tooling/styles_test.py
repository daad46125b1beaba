from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tooling import styles


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with one view and the smallest style sheet."""
    source = tmp_path / styles.SOURCE
    source.parent.mkdir(parents=True)
    source.write_text('@import "tailwindcss" source(none);\n@source "../../views/**/*.py";\n')
    (tmp_path / styles.VIEWS).mkdir(parents=True)
    (tmp_path / styles.VIEWS / "home.py").write_text('x.p(class_="mt-7")\n')
    return tmp_path


def later(path: Path) -> None:
    then = time.time() + 10
    os.utime(path, (then, then))


def test_a_build_has_the_classes_of_the_views(checkout: Path) -> None:
    target = styles.build(checkout)
    assert target == checkout / "src/static/dist/main.css"
    text = target.read_text()
    assert ".mt-7{" in text
    assert "\n\n" not in text


def test_the_style_sheet_is_stale_until_it_is_built(checkout: Path) -> None:
    assert styles.stale(checkout)
    styles.build(checkout)
    assert not styles.stale(checkout)


def test_a_changed_view_or_style_makes_it_stale_and_a_test_does_not(checkout: Path) -> None:
    styles.build(checkout)
    (checkout / styles.VIEWS / "home_test.py").write_text("")
    later(checkout / styles.VIEWS / "home_test.py")
    assert not styles.stale(checkout)
    later(checkout / styles.VIEWS / "home.py")
    assert styles.stale(checkout)


def test_a_build_that_changes_nothing_is_fresh_too(checkout: Path) -> None:
    target = styles.build(checkout)
    os.utime(target, (1, 1))
    styles.build(checkout)
    assert not styles.stale(checkout)


def test_a_broken_style_sheet_says_what_is_wrong(checkout: Path) -> None:
    (checkout / styles.SOURCE).write_text('@import "tailwindcss";\n.a { @apply no-such-thing; }\n')
    with pytest.raises(styles.StylesError, match="no-such-thing"):
        styles.build(checkout)


def test_watching_rebuilds(checkout: Path) -> None:
    process = styles.watch(checkout)
    try:
        target = checkout / styles.TARGET
        wait_for(lambda: target.is_file() and ".mt-7" in target.read_text())
        (checkout / styles.VIEWS / "new.py").write_text('x.p(class_="mb-9")\n')
        wait_for(lambda: ".mb-9" in target.read_text())
    finally:
        process.terminate()
        process.wait(10)


def wait_for(condition: object, seconds: float = 15) -> None:
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)
