"""What a save does, seen from the browser and from the terminal."""

from __future__ import annotations

import asyncio
import http.client
import itertools
import json
import os
import re
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from devserver.conftest import DEADLINE, ROUTES, DevServer, Start, until
from devserver.serve_test import PAGE

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc"),
]
WAYS = pytest.mark.parametrize("way", [(), ("--no-fork",)], ids=["fork", "spare"])


async def connect(server: DevServer, path: str) -> WebSocketClientConnection:
    page = server.get(headers={"Sec-Fetch-Dest": "document"})[1]
    found = re.search(r"overlay\.js\?host=127\.0\.0\.1&amp;port=(\d+)", page)
    assert found
    return await websocket_connect(f"ws://127.0.0.1:{found[1]}/{path}")


async def next_of(page: WebSocketClientConnection) -> Any:
    return json.loads(await asyncio.wait_for(page.read_message(), DEADLINE) or "null")


@WAYS
def test_a_bad_save_is_laid_over_every_page_until_the_next_good_one(
    start: Start, way: tuple[str, ...]
) -> None:
    async def watch() -> None:
        pages = [await connect(server, "problem") for _ in range(2)]
        assert [await next_of(page) for page in pages] == [None, None]
        server.write("return 1 +")
        for page in pages:
            problem = await next_of(page)
            assert (problem["file"], problem["line"]) == ("src/lambda_function.py", 11)
            assert "return 1 +" in problem["text"]
            assert problem["serving"]
        assert "good" in server.get()[1]
        late = await connect(server, "problem")
        assert (await next_of(late))["line"] == 11
        server.write(PAGE % "better")
        assert [await next_of(page) for page in (*pages, late)] == [None] * 3
        assert "better" in server.get()[1]

    server = start(PAGE % "good", *way)
    asyncio.run(watch())


def test_without_code_that_ever_loaded_the_page_does_not_claim_that_some_answers(start: Start) -> None:
    async def watch() -> None:
        problem = await next_of(await connect(server, "problem"))
        assert (problem["line"], problem["serving"]) == (11, False)

    server = start("return {")
    until(lambda: "Waiting for a save that mends it." in server.output, "the complaint")
    asyncio.run(watch())


@WAYS
def test_a_module_that_others_import_is_reloaded_with_them(
    start: Start, tmp_path: Path, way: tuple[str, ...]
) -> None:
    (tmp_path / "src/parts").mkdir()
    for name, text in (("__init__", ""), ("word", "WORD = 0\n"), ("line", "from parts.word import WORD\n")):
        (tmp_path / f"src/parts/{name}.py").write_text(text)
    server = start("from parts import line; return {'body': str(line.WORD)}\n\n\nimport parts.line", *way)
    for word in range(1, 6):
        (tmp_path / "src/parts/word.py").write_text(f"WORD = {word}\n")
        until(lambda wanted=(200, str(word)): server.get() == wanted, f"word {word}")
    (tmp_path / "src/parts/line.py").write_text("from parts.new import WORD\n")
    (tmp_path / "src/parts/new.py").write_text("WORD = 'new'\n")
    until(lambda: server.get() == (200, "new"), "the module that came")
    (tmp_path / "src/parts/word.py").unlink()
    server.write("from parts import word; return {}\n\n\nimport parts.word")
    until(lambda: "No module named 'parts.word'" in server.output, "the module that went")


def with_pauses(saved: Callable[[], bool]) -> Callable[[], bool]:
    """A save after a pause that grows each time: the next environment is made between two saves."""
    pauses = (threading.Event().wait(0.1 * 1.5**number) for number in itertools.count())
    return lambda: next(pauses) or saved()


PREPARED = "CALLS = []\n\n\ndef before_snapshot():\n    CALLS.append('%s')\n"


def test_the_next_environment_has_prepared_what_no_save_has_touched(start: Start, tmp_path: Path) -> None:
    (tmp_path / "src").mkdir(exist_ok=True)
    (tmp_path / "src/part.py").write_text(PREPARED % "part")
    body = "return {'body': str(part.CALLS) + '%s'}\n\n\nimport part"
    server = start(body % 0)
    saves = iter(range(1, 1000))

    def save() -> str:
        number = str(next(saves))
        server.write(body % number)
        until(lambda: server.get()[1].endswith(f"]{number}"), f"save {number}")
        return server.get()[1].removesuffix(number)

    assert server.get() == (200, "[]0")
    until(with_pauses(lambda: save() == "['part']"), "an environment that was made ahead")
    (tmp_path / "src/part.py").write_text(PREPARED % "edited")
    until(lambda: server.get()[1].startswith("[]"), "the edited part, for which there was no time")
    assert {save() for _ in range(5)} <= {"[]", "['edited']"}


def test_what_a_page_imports_late_is_imported_ahead_from_then_on(start: Start, tmp_path: Path) -> None:
    (tmp_path / "src").mkdir(exist_ok=True)
    (tmp_path / "src/part.py").write_text(PREPARED % "part")
    body = "if event['path'] == '/': return {'body': '%s'}\n    import part; return {'body': str(part.CALLS)}"
    server = start(body % 0)
    saves = iter(range(1, 1000))

    def late() -> str:
        number = str(next(saves))
        server.write(body % number)
        until(lambda: server.get() == (200, number), f"save {number}")
        return server.get("/late")[1]

    assert late() == "[]"
    until(with_pauses(lambda: late() == "['part']"), "the part in the environments that are made ahead")


@WAYS
def test_what_was_imported_ahead_of_a_save_is_not_what_answers_after_it(
    start: Start, tmp_path: Path, way: tuple[str, ...]
) -> None:
    (tmp_path / "src").mkdir(exist_ok=True)
    (tmp_path / "src/rehearsal.py").write_text("def before_snapshot():\n    import late\n")
    late = tmp_path / "src/late.py"
    late.write_text("TEXT = '0'\n")
    server = start("import late, rehearsal; return {'body': late.TEXT}", *way)
    assert server.get() == (200, "0")
    for number in map(str, range(1, 9)):
        threading.Event().wait(0.05 * int(number))  # the next environment gets further each time
        late.with_suffix(".new").write_text(f"TEXT = '{number}'\n")
        late.with_suffix(".new").replace(late)
        until(lambda wanted=(200, number): server.get() == wanted, f"save {number}")


@WAYS
def test_a_functions_own_module_prepares_once_before_its_first_request_and_as_itself(
    start: Start, way: tuple[str, ...]
) -> None:
    calls = (
        "CALLS = []\n\n\ndef before_snapshot():\n    CALLS.append(os.environ['AWS_LAMBDA_FUNCTION_NAME'])\n"
    )
    body = "return {'body': str(CALLS) + '%s'}\n\n\n" + calls
    server = start(body % 0, *way)
    server.write(body % 0, "lambda_other", '["/other"]')
    until(lambda: server.get("/other") == (200, "['OtherFunction']0"), "the other function")
    for number in range(1, 4):
        server.write(body % number)
        until(lambda wanted=(200, f"['PoloFunction']{number}"): server.get() == wanted, f"save {number}")
        assert server.get("/other") == (200, "['OtherFunction']0")


def test_what_fails_while_it_prepares_is_told_and_harms_nobody(start: Start, tmp_path: Path) -> None:
    (tmp_path / "src").mkdir(exist_ok=True)
    (tmp_path / "src/part.py").write_text("def before_snapshot():\n    1 / 0\n")
    body = "return {'body': '%s'}\n\n\nimport part"
    server = start(body % 0)
    assert server.get() == (200, "0")
    server.write(body % 1)
    until(lambda: "ZeroDivisionError" in server.output, "the traceback")
    server.write(body % 2)
    until(lambda: server.get() == (200, "2"), "the next save")


def test_new_data_reloads_the_page_and_new_settings_everything(start: Start, tmp_path: Path) -> None:
    async def watch() -> None:
        page = await connect(server, "livereload")
        await page.write_message(json.dumps({"command": "hello"}))
        assert (await next_of(page))["command"] == "hello"
        (tmp_path / "local_data.json").write_text("{}")
        assert (await next_of(page))["command"] == "reload"
        (tmp_path / ".env").write_text("GREETING=/elsewhere\n")
        assert (await next_of(page))["command"] == "reload"
        assert "/elsewhere" in server.get()[1]
        (tmp_path / "data").mkdir()
        (tmp_path / "data/local_data.json").write_text("{}")
        assert (await next_of(page))["command"] == "reload"

    body = PAGE.replace("'<!doctype html><p>%s'", "'<!doctype html><p>' + str(dict(os.environ))")
    server = start(body, routes=f"{ROUTES}\n  environment: [GREETING]")
    asyncio.run(watch())


@pytest.fixture(scope="module")
def page_server(start_for_all: Start) -> DevServer:
    return start_for_all(PAGE % "one")


@pytest.mark.parametrize("path", ["livereload", "problem"])
@pytest.mark.parametrize(
    ("origin", "host", "status"),
    [
        ("http://127.0.0.1:2200", "", 101),
        ("http://evil.example", "", 403),
        ("null", "", 403),
        ("http://rebound.example:2200", "rebound.example", 403),
    ],
)
def test_only_pages_of_this_machine_hear_of_saves(
    page_server: DevServer, path: str, origin: str, host: str, status: int
) -> None:
    found = re.search(r"overlay\.js\?host=127\.0\.0\.1&amp;port=(\d+)", page_server.get()[1])
    assert found
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    upgrade |= {"Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==", "Origin": origin}
    connection = http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=DEADLINE)
    connection.request("GET", f"/{path}", headers=upgrade | ({"Host": f"{host}:{found[1]}"} if host else {}))
    assert connection.getresponse().status == status
    connection.close()


def test_other_dependencies_are_imported_anew(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "packages").mkdir()
    package = tmp_path / "packages/third_party.py"
    package.write_text("VERSION = '1'\n")
    monkeypatch.setenv("PYTHONPATH", str(package.parent))
    body = "return {'body': third_party.VERSION + '%s'}\n\n\nimport third_party"
    server = start(body % "a")
    assert server.get() == (200, "1a")
    seen: list[tuple[int, str]] = []
    package.write_text("import time\n\ntime.sleep(0.3)\nVERSION = 'new'\n")
    (tmp_path / "src/requirements.txt").write_text("third-party==new\n")
    until(lambda: seen.append(server.get()) or seen[-1] == (200, "newa"), "the new version")  # type: ignore[func-returns-value]
    assert set(seen) <= {(200, "1a"), (200, "newa")}
    server.write(body % "b")
    until(lambda: server.get() == (200, "newb"), "the next save")
    until(lambda: server.environments() <= 2, "the old environments to leave")


def test_each_request_has_an_environment_of_its_own(start: Start) -> None:
    code = "import threading; print('busy', flush=True); input() if event['path'] == '/wait' else 0"
    server = start(f"{code}; return {{'body': str(os.getpid())}}")
    answers: list[tuple[int, str]] = []
    waiting = threading.Thread(target=lambda: answers.append(server.get("/wait")))
    waiting.start()
    until(lambda: "busy" in server.output, "the first to begin")
    status, other = server.get()
    assert status == 200
    server.type("")
    waiting.join(DEADLINE)
    assert answers[0][0] == 200
    assert answers[0][1] != other


def test_breakpoint_stops_in_src_and_a_save_does_not_end_the_session(start: Start) -> None:
    server = start(
        "word = 'held'\n    breakpoint()\n    return {'body': word}", routes=f"{ROUTES}\n  timeout: 1"
    )
    answers: list[tuple[int, str]] = []
    held = threading.Thread(target=lambda: answers.append(server.get()))
    held.start()
    server.type("p word * 2")
    until(lambda: "'heldheld'" in server.output, "the debugger")
    assert re.search(r"> .*src/lambda_function\.py\(14\)lambda_handler\(\)", server.output)
    server.write("return {'body': 'new'}")
    until(lambda: server.get() == (200, "new"), "the new code")
    assert "The debugger goes on with the code before" in server.output
    server.type("word = 'changed'")
    server.type("c")
    held.join(DEADLINE)
    assert answers == [(200, "changed")]


def test_two_sessions_at_once_share_the_terminal_one_after_the_other(start: Start) -> None:
    server = start("word = event['path']\n    breakpoint()\n    return {'body': word}")
    answers: list[tuple[int, str]] = []
    both = [threading.Thread(target=lambda: answers.append(server.get("/held"))) for _ in range(2)]
    for each in both:
        each.start()
    until(lambda: "Another breakpoint() waits for the end of this session." in server.output, "the second")
    assert server.output.count("-> return {'body': word}") == 1
    server.type("word = 'first'")
    server.type("c")
    until(lambda: answers == [(200, "first")], "the end of the first session")
    until(lambda: server.output.count("-> return {'body': word}") == 2, "the second session")
    server.type("c")
    for each in both:
        each.join(DEADLINE)
    assert answers == [(200, "first"), (200, "/held")]


def test_a_fork_server_that_is_killed_is_made_again(start: Start) -> None:
    server = start("return {'body': 'one'}")
    assert server.get() == (200, "one")
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
    for pid in map(int, children):
        os.kill(pid, signal.SIGKILL)
    server.write("return {'body': 'two'}")
    until(lambda: server.get() == (200, "two"), "the next save")
