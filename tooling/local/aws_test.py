from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from errors import PoloError
from tooling import processes
from tooling.local import aws
from tooling.local.aws import LocalAws, command

SERVER = """
import http.server, os
class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"{}")
    do_GET = do_POST = answer
    def log_message(self, *_): ...
http.server.HTTPServer((os.environ["BIND_HOST"], int(os.environ["GATEWAY_PORT"])), Handler).serve_forever()
"""


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def local(tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalAws]:
    """A local AWS that is a tiny server of our own, for the time of a test."""
    monkeypatch.setattr(aws, "tool_python", lambda folder, *requirements: Path(sys.executable))
    monkeypatch.setattr(aws, "CODE", SERVER)
    local = LocalAws(tmp_path, port)
    yield local
    if local._pid() is not None:
        local.stop()


def test_it_starts_resets_and_stops(local: LocalAws) -> None:
    assert f"runs at http://127.0.0.1:{local.port}" in local.start()
    assert "is empty" in local.reset()
    pid = json.loads((local.folder / f"{local.port}.pid").read_text())["pid"]
    assert "is stopped" in local.stop()
    assert processes.command_of(pid) == ""
    deadline = time.monotonic() + 10
    while list(local.folder.iterdir()):  # another process removes what its functions had there
        assert time.monotonic() < deadline


def test_second_start_says_that_it_runs(local: LocalAws) -> None:
    local.start(auth=True)
    assert "already running" in local.start()


@pytest.mark.parametrize("action", ["stop", "reset"])
def test_what_does_not_run_is_told(local: LocalAws, action: str) -> None:
    with pytest.raises(
        PoloError, match=f"no local AWS is running on port {local.port}. Way out: inv aws start"
    ):
        getattr(local, action)()


def test_taken_port_says_how_to_choose_another(local: LocalAws) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", local.port))
        other.listen()
        with pytest.raises(PoloError, match=f"port {local.port} is taken. Way out: set LOCAL_AWS_PORT to"):
            local.start()


def test_process_that_took_over_the_id_is_left_alone(local: LocalAws) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        (local.folder / f"{local.port}.pid").write_text(json.dumps({"pid": stranger.pid}))
        with pytest.raises(PoloError, match="no local AWS is running"):
            local.stop()
        assert stranger.poll() is None
        stranger.communicate(b"\n")


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"pid": "x"}'])
def test_odd_pid_file_is_none(local: LocalAws, content: str) -> None:
    (local.folder / f"{local.port}.pid").write_text(content)
    with pytest.raises(PoloError, match="no local AWS is running"):
        local.stop()


def test_server_that_ends_at_once_points_to_its_log(local: LocalAws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws, "CODE", "raise SystemExit(3)")
    with pytest.raises(PoloError, match=rf"ended at once with code 3. Way out: see .*{local.port}.log"):
        local.start()


def test_server_that_never_answers_is_ended(local: LocalAws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws, "CODE", "input() if False else __import__('threading').Event().wait()")
    monkeypatch.setattr(aws, "START_SECONDS", 0.2)
    with pytest.raises(PoloError, match="did not answer"):
        local.start()
    assert local._pid() is None


def test_command_answers_with_exit_codes(
    tmp_path: Path, port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(tmp_path, "stop", port=port) == 1
    assert command(tmp_path, "explode", port=port) == 1
    assert capsys.readouterr().err.splitlines() == [
        f"no local AWS is running on port {port}. Way out: inv aws start",
        "unknown action 'explode'. Way out: one of start, status, stop, reset",
    ]


def test_a_process_is_known_again_until_it_ends() -> None:
    assert processes.lives(processes.myself())
    assert not processes.lives(f"{os.getpid()} another command")
    assert not processes.lives("no process")


def test_a_local_aws_of_tests_says_whose_it_is_and_can_be_removed(local: LocalAws) -> None:
    local.start(tests=True)
    told = json.loads((local.folder / f"{local.port}.pid").read_text())
    assert told["run"] == processes.myself()
    local.remove()
    assert [*local.folder.iterdir()] == []
    assert processes.command_of(told["pid"]) == ""


def test_a_reset_that_takes_too_long_says_what_to_do(
    local: LocalAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    local.start()

    def time_out(url: str, method: str, **_: object) -> int:
        raise TimeoutError("timed out")

    monkeypatch.setattr(aws, "status_of", time_out)
    with pytest.raises(
        PoloError, match="was not empty within 60 s. Way out: inv aws stop, then inv aws start"
    ):
        local.reset()


def test_own_process_has_a_command_line() -> None:
    assert "py" in processes.command_of(os.getpid())


def test_status_and_stop_find_the_port_that_it_was_started_on(
    local: LocalAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(aws, "FOLDER", Path())
    assert command(tmp_path, "status") == 1
    assert "no local AWS is running on port 4566" in capsys.readouterr().err
    local.start(auth=True)
    assert command(tmp_path, "STATUS") == 0
    assert f"runs at http://127.0.0.1:{local.port} (process " in (said := capsys.readouterr().out)
    assert "IAM is enforced" in said
    assert command(tmp_path, "stop") == 0
    assert LocalAws.of(tmp_path).port == aws.PORT


def test_that_of_a_run_of_tests_is_nobody_elses(
    local: LocalAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aws, "FOLDER", Path())
    local.start(tests=True)
    assert LocalAws.of(tmp_path).port == aws.PORT
