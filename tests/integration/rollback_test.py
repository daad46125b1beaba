"""A rollback: what this version has written over an earlier one's data is read by that one's own code."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from settings import ROOT
from tests.fixtures.stored import deployed, dump_tables, load_tables, local, make_tables, read, save, write
from tests.upgrades_test import FOLDER, IDS, TOMORROW, VERSIONS, knows

pytestmark = pytest.mark.integration
DAY = TOMORROW.date()


def code_of(version: str, folder: Path) -> Path:
    """The sources of a version, out of the history."""
    command = ["git", "-C", str(ROOT), "archive", "--format=tar", version, "src"]
    archive = subprocess.run(command, capture_output=True)  # noqa: S603
    if archive.returncode:
        pytest.skip(f"{version} is not in this clone's history; tests/upgrades_test.py compares the schemas")
    folder.mkdir()
    subprocess.run(["tar", "-x", "-C", str(folder)], input=archive.stdout, check=True)  # noqa: S603, S607
    return folder


def read_by(code: Path, stored: Path) -> Any:
    """What that code reads, in a process of its own."""
    program = ROOT / "tests/fixtures/stored.py"
    done = subprocess.run(  # noqa: S603  this interpreter, our script
        [sys.executable, str(program), str(code), str(stored), "--read", str(DAY)],
        capture_output=True,
        text=True,
        cwd=stored,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_earlier_version_reads_what_this_one_wrote_over_its_data(version: str, tmp_path: Path) -> None:
    code = code_of(version, tmp_path / "code")
    stored = Path(shutil.copytree(FOLDER / version, tmp_path / "stored"))
    write(local(stored / "data", TOMORROW), TOMORROW, IDS)
    own = {"data": read(local(stored / "data", TOMORROW), DAY)}
    with mock_aws():
        client = make_tables()
        load_tables(client, json.loads((stored / "tables.json").read_text(encoding="utf-8")))
        write(deployed(client, TOMORROW), TOMORROW, IDS)
        save(stored / "tables.json", dump_tables(client))
        own["tables"] = read(deployed(client, TOMORROW), DAY)
    theirs = read_by(code, stored)
    for kind, content in theirs.items():
        for name, value in content.items():
            assert knows(own[kind][name], value), (kind, name)
            assert isinstance(value, str) or len(value) == len(own[kind][name]), (kind, name)
    assert len(theirs["data"]["findings"]) == len(theirs["tables"]["findings"]) == len(IDS)
