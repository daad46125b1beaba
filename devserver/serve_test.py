from __future__ import annotations

import asyncio
import http.client
import json
import os
import re
import signal
import socket
import sys
import threading
from pathlib import Path

import pytest
from tornado.websocket import websocket_connect

from devserver.conftest import DEADLINE, ROUTES, DevServer, Start, until

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc"),
]

PAGE = "return {'headers': {'Content-Type': 'text/html'}, 'body': '<!doctype html><p>%s'}"


def alive(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    try:
        return state.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_the_start_line_says_where_and_what(start: Start) -> None:
    routes = f"{ROUTES}\n  environment: [LOCAL_DATA_PATH]"
    server = start("return {'body': os.environ['LOCAL_DATA_PATH']}", routes=routes)
    assert server.get() == (200, str(server.root / "data/local_data.json"))
    assert f"Polo  http://localhost:{server.port}  (demo data)\n" in server.output
    until(lambda: re.search(r"GET / 200 \d+ ms\n", server.output), "the access log")


def test_functions_are_found_by_their_routes(start: Start) -> None:
    server = start("return {'body': 'page'}")
    server.write("return {'body': event['pathParameters']['proxy']}", "lambda_static", '["/static/{proxy+}"]')
    until(lambda: server.get("/static/a/b.css") == (200, "a/b.css"), "the new function")
    assert server.get("/static") == (200, "page")
    assert "GET /static/a/b.css" not in server.output


def test_each_function_sees_the_variables_of_its_own_block(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNDECLARED", "1")
    (tmp_path / ".env").write_text("MARQO_URL=/out\nEXTERNAL_ID=x\n")
    names = ("MARQO_URL", "EXTERNAL_ID", "UNDECLARED", "AWS_LAMBDA_FUNCTION_NAME")
    seen = f"*(os.environ.get(name, '-') for name in AT_IMPORT + {names})"
    after = f"\n\n\nAT_IMPORT = tuple(name for name in {names} if name in os.environ)"
    routes = f"{ROUTES}\n  environment: [MARQO_URL]"
    server = start("return {}", routes=routes)
    body = f"return {{'body': ' '.join(('%s', {seen}))}}{after}"
    server.write(body % "-", "lambda_other", '["/other"]\n  environment: [EXTERNAL_ID]')
    for number in range(3):  # in the last ones a template has imported what does not change
        server.write(body % number, routes=routes)
        wanted = (200, f"{number} /out PoloFunction /out - - PoloFunction")
        until(lambda wanted=wanted: server.get() == wanted, f"save {number}")
        assert server.get("/other") == (200, "- x OtherFunction - x - OtherFunction")


def test_a_stage_is_a_prefix(start: Start) -> None:
    server = start(
        "return {'body': event['path'] + ' ' + event['requestContext']['path']}", "--stage", "prod"
    )
    assert server.get("/prod/x") == (200, "/x /prod/x")
    assert server.get("/x")[0] == 403
    assert f"http://localhost:{server.port}/prod/" in server.output


def test_an_exception_is_a_502_and_a_traceback_on_the_console(start: Start) -> None:
    server = start("return {'body': 1 / 0}")
    assert server.get() == (502, '{"message":"Internal server error"}')
    until(lambda: "ZeroDivisionError" in server.output, "the traceback")
    assert str(server.root / "src" / "lambda_function.py") in server.output


def test_no_request_is_refused_while_the_code_changes(start: Start) -> None:
    server = start("return {'body': '0'}")
    seen: list[tuple[int, str]] = []
    done = threading.Event()
    port = server.port

    def ask() -> None:
        while not done.is_set():
            seen.append(server.get())

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for version in range(1, 4):
        server.write(f"return {{'body': '{version}'}}")
        until(lambda wanted=(200, str(version)): seen and seen[-1] == wanted, f"version {version}")
    done.set()
    for thread in threads:
        thread.join()
    assert {status for status, _ in seen} == {200}
    assert server.port == port
    until(lambda: server.environments() <= 2, "the old environments to leave")


def test_a_kept_alive_connection_gets_the_new_code(start: Start) -> None:
    server = start("return {'body': 'old'}")
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=DEADLINE)

    def ask() -> bytes:
        connection.request("GET", "/")
        return connection.getresponse().read()

    assert ask() == b"old"
    first = connection.sock
    server.write("return {'body': 'new'}")
    until(lambda: ask() == b"new", "the new code")
    assert connection.sock is first
    connection.close()


def test_a_save_that_does_not_import_keeps_the_last_good_code(start: Start) -> None:
    server = start("return {'body': 'good'}")
    assert server.get() == (200, "good")
    server.write("return {")
    until(lambda: "goes on serving" in server.output, "the complaint")
    assert server.get() == (200, "good")
    server.write("return {'body': 'better'}")
    until(lambda: server.get() == (200, "better"), "the next good save")


def test_a_wrong_infra_block_is_told_and_mended(start: Start) -> None:
    server = start("return {'body': 'one'}", "--backoff", "60")
    assert server.get() == (200, "one")
    server.write("return {'body': 'two'}", routes="[nowhere]")
    until(
        lambda: "src/lambda_function.py:4: routes: 'nowhere' is not a path" in server.output, "the complaint"
    )
    assert server.get() == (200, "one")
    server.write("return {'body': 'three'}")
    until(lambda: server.get() == (200, "three"), "the next good save")


CRASH = "return {'body': 'up'} if event['path'] != '/crash' else os._exit(3)"


def test_a_crash_is_a_502_and_the_next_request_gets_a_new_environment(start: Start) -> None:
    server = start(CRASH, "--backoff", "3600")
    assert server.get("/crash") == (502, '{"message":"Internal server error"}')
    assert server.get() == (200, "up")
    assert "Runtime exited" in server.output


def test_code_that_ends_its_process_is_tried_again_after_a_while(start: Start, tmp_path: Path) -> None:
    server = start(
        f"return {{'body': 'up'}}\n\n\nif not os.path.exists('{tmp_path}/go'): os._exit(3)",
        "--backoff",
        "0.05",
    )
    until(lambda: server.output.count("Next try in 0.05 s, or on a save") > 1, "tries")
    assert server.get()[0] == 502
    (tmp_path / "go").touch()
    until(lambda: server.get() == (200, "up"), "a try that works")


def test_a_save_ends_the_wait_after_a_crash(start: Start) -> None:
    server = start("return {}\n\n\nos._exit(3)", "--backoff", "3600")
    until(lambda: "Next try in 3600 s" in server.output, "the crash to be seen")
    server.write("return {'body': 'mended'}")
    until(lambda: server.get() == (200, "mended"), "the mended code")


def hang(seconds: int) -> str:
    wait = "__import__('time').sleep(60)"
    return f"return {{'body': 'up'}} if event['path'] != '/hang' else {wait}\n\n\n# {seconds}"


def test_a_handler_that_hangs_is_cut_off_and_the_others_go_on(start: Start) -> None:
    server = start(hang(1), routes='["/", "/{proxy+}"]\n  timeout: 1')
    answers: list[tuple[int, str]] = []
    hanging = threading.Thread(target=lambda: answers.append(server.get("/hang")))
    hanging.start()
    until(lambda: server.get() == (200, "up") and hanging.is_alive(), "an answer meanwhile")
    hanging.join(DEADLINE)
    assert answers == [(502, '{"message":"Internal server error"}')]
    until(lambda: "PoloFunction: Task timed out after 1.00 seconds" in server.output, "the reason")
    assert server.get() == (200, "up")


def test_the_gateway_gives_up_before_a_function_that_may_take_longer(start: Start) -> None:
    wait = "__import__('time').sleep(60)"
    server = start(
        f"return {{'body': str(os.getpid())}} if event['path'] != '/hang' else {wait}",
        *("--integration-timeout", "0.5"),
        routes='["/", "/{proxy+}"]\n  timeout: 4',
    )
    hung = int(server.get()[1])
    assert server.get("/hang") == (504, '{"message":"Endpoint request timed out"}')
    until(lambda: "PoloFunction: Task timed out after 0.50 seconds" in server.output, "the reason")
    status, other = server.get()
    assert status == 200
    assert int(other) != hung
    assert alive(hung), "the function has the rest of its own time"
    until(lambda: not alive(hung), "its end")
    assert server.get() == (200, other)


def test_a_start_with_broken_code_serves_what_the_gateway_would(start: Start) -> None:
    server = start("return {}\n\n\nimport no_such_module")
    assert server.get() == (502, '{"message":"Internal server error"}')
    status, page = server.get(headers={"Sec-Fetch-Dest": "document"})
    assert status == 502
    assert "/__polo__/overlay.js" in page
    assert "No module named 'no_such_module'" in server.output


def test_a_start_without_a_readable_function_waits_for_a_save(start: Start) -> None:
    server = start("return {")
    until(lambda: "src/lambda_function.py:11: '{' was never closed" in server.output, "the complaint")
    until(lambda: "Waiting for a save" in server.output, "the way out")
    server.write("return {'body': 'mended'}")
    until(lambda: server.get() == (200, "mended"), "the mended code")


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_everything(start: Start, kind: signal.Signals) -> None:
    server = start("return {'body': 'one'}")
    assert server.get() == (200, "one")
    processes = server.processes()
    server.process.send_signal(kind)
    assert server.process.wait(DEADLINE) == 0
    assert processes
    assert not [pid for pid in processes if alive(pid)]
    assert "Traceback" not in server.output


def test_processes_do_not_outlive_a_killed_supervisor(start: Start) -> None:
    server = start("return {'body': 'one'}")
    assert server.get() == (200, "one")
    processes = server.processes()
    server.process.kill()
    until(lambda: not [pid for pid in processes if alive(pid)], "the processes to end")


def test_a_taken_port_is_one_line_that_names_the_owner(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        server = start("return {}", "--port", str(port))
        assert server.process.wait(DEADLINE) == 1
    until(lambda: server.output.endswith("\n"), "the line")
    name = Path("/proc/self/comm").read_text().strip()
    way_out = f"Way out: inv run --port {port + 1}"
    assert server.output == f"Port {port} is taken by {name} (pid {os.getpid()}). {way_out}\n"


def test_other_machines_are_let_in_with_a_warning(start: Start) -> None:
    server = start("return {'body': 'one'}", "--host", "0.0.0.0")  # noqa: S104
    assert server.get() == (200, "one")
    assert server.output.startswith("Warning: --host 0.0.0.0 lets other machines reach Polo")


def test_a_choice_that_cannot_be_served_is_one_line(start: Start) -> None:
    server = start("return {}", "--stage", "a/b")
    assert server.process.wait(DEADLINE) == 1
    until(lambda: server.output.startswith("--stage 'a/b': a stage is"), "the line")
    assert server.output.count("\n") == 1


async def messages_of(server: DevServer, action: str, count: int) -> list[dict[str, object]]:
    found = re.search(r"livereload\.js\?host=127\.0\.0\.1&amp;port=(\d+)", server.get()[1])
    assert found
    browser = await websocket_connect(f"ws://127.0.0.1:{found[1]}/livereload")
    await browser.write_message(json.dumps({"command": "hello"}))
    received = [json.loads(await browser.read_message())]
    if action == "code":
        server.write(PAGE % "two")
    else:
        (server.root / "src/static/dist/main.css").write_text("p {}")
    while len(received) < count:
        received.append(json.loads(await asyncio.wait_for(browser.read_message(), DEADLINE)))
    browser.close()
    return received


def test_the_browser_reloads_once_the_new_code_serves(start: Start) -> None:
    server = start(PAGE % "one")
    hello, reload = asyncio.run(messages_of(server, "code", 2))
    assert hello["command"] == "hello"
    assert (reload["command"], reload["liveCSS"]) == ("reload", False)
    assert "two" in server.get()[1]


def test_a_changed_style_sheet_is_swapped(start: Start, tmp_path: Path) -> None:
    (tmp_path / "src/static/dist").mkdir(parents=True)
    _, refresh = asyncio.run(messages_of(start(PAGE % "one"), "styles", 2))
    assert (refresh["path"], refresh["liveCSS"]) == ("main.css", True)
