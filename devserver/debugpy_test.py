"""`inv run --debugpy`, spoken to as an editor does."""

from __future__ import annotations

import importlib.util
import json
import socket
import sys

import pytest

from devserver.conftest import DEADLINE, Start, until

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc"),
    pytest.mark.skipif(importlib.util.find_spec("debugpy") is None, reason="needs debugpy"),
]


def message(number: int, command: str, **arguments: object) -> bytes:
    content = {"seq": number, "type": "request", "command": command, "arguments": arguments}
    body = json.dumps(content).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def test_the_code_is_loaded_once_an_editor_has_attached(start: Start) -> None:
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", 5678)) == 0:
            pytest.skip("somebody is debugging on port 5678")
    server = start("return {'body': 'up'}", "--debugpy")
    until(lambda: "Waiting for an editor to attach to 127.0.0.1:5678" in server.output, "the offer")
    assert "Polo  http" not in server.output
    with socket.create_connection(("127.0.0.1", 5678), timeout=DEADLINE) as editor:
        editor.sendall(message(1, "initialize", adapterID="python", clientID="test"))
        editor.sendall(message(2, "attach", justMyCode=True))
        heard = b""
        while b'"initialized"' not in heard:
            heard += editor.recv(65536)
        editor.sendall(message(3, "configurationDone"))
        assert server.get() == (200, "up")
