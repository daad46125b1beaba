from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest

from devserver import port
from devserver.options import OptionError, Options
from devserver.port import open_listener, owner_of

pytestmark = pytest.mark.integration


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_the_owner_is_found_in_proc() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert owner_of(taken.getsockname()[1]).endswith(f"(pid {os.getpid()})")


def test_an_owner_that_cannot_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert owner_of(1, proc=tmp_path) == "another program"


def test_lsof_is_asked_where_there_is_no_proc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lsof = tmp_path / "lsof"
    lsof.write_text("#!/bin/sh\necho p77; echo cnode\n")
    lsof.chmod(0o700)
    monkeypatch.setattr(port.shutil, "which", lambda name: str(lsof))
    assert owner_of(1, proc=tmp_path) == "node (pid 77)"


def test_a_host_that_is_not_ours() -> None:
    with pytest.raises(OptionError, match=r"^192\.0\.2\.1:0: .* Way out: inv run --host 127\.0\.0\.1$"):
        open_listener("192.0.2.1", 0)


def test_a_host_that_is_no_name() -> None:
    with pytest.raises(OptionError, match=r"^--host 1\.2\.3\.4\.5: .*; try --host 127\.0\.0\.1$"):
        open_listener("1.2.3.4.5", 0)


@pytest.mark.parametrize("options", [Options(stage="a/b"), Options(port=70000), Options(port=-1)])
def test_choices_that_cannot_be_served(options: Options) -> None:
    with pytest.raises(OptionError, match="such as"):
        options.check()


def test_options_travel_as_json() -> None:
    options = Options(stage="prod", demo=True, root=Path("/x"))
    assert Options.from_json(options.to_json()) == options
