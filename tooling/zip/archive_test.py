from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tooling.zip.archive import block, entries, write

names = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0\\/"), min_size=1)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(names, st.binary()))
def test_zipfile_reads_what_is_written(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]
) -> None:
    path = tmp_path_factory.mktemp("zip") / "a.zip"
    write(path, [block(name, content) for name, content in files.items()])
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == files


def test_entries_have_one_date_and_one_mode(tmp_path: Path) -> None:
    write(tmp_path / "a.zip", [block("a", b"1"), block("b/c", b"22")])
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        found = archive.infolist()
    assert {entry.date_time for entry in found} == {(1980, 1, 1, 0, 0, 0)}
    assert {stat.filemode(entry.external_attr >> 16) for entry in found} == {"-rw-r--r--"}


def test_run_of_blocks_is_as_good_as_its_blocks(tmp_path: Path) -> None:
    run = block("a", b"1") + block("b", b"x" * 1000)
    write(tmp_path / "one.zip", [run, block("c", b"")])
    write(tmp_path / "three.zip", [block("a", b"1"), block("b", b"x" * 1000), block("c", b"")])
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "three.zip").read_bytes()
    assert [(entry.name, entry.offset) for entry in entries(run)] == [("a", 0), ("b", len(block("a", b"1")))]
