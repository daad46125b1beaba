"""A browser with one page of the dev server open: it is told of a save by LiveReload, then asks again."""

from __future__ import annotations

import asyncio
import http.client
import json

from common import DEADLINE
from tornado.websocket import WebSocketClientConnection, websocket_connect


class Browser:
    """Keeps its two connections open, as browsers do."""

    def __init__(self, port: int, livereload_port: int) -> None:
        self._loop = asyncio.new_event_loop()
        self._http = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE)
        self._page = self._loop.run_until_complete(_opened(livereload_port))

    def get(self, path: str) -> bytes | None:
        """The body of a page; None where it is refused, or a 5xx."""
        try:
            self._http.request("GET", path)
            response = self._http.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException):
            self._http.close()
            return None
        return body if response.status < 500 else None

    def told(self, seconds: float) -> bool:
        """Wait until LiveReload asks for a reload; False if it does not in time."""
        try:
            self._loop.run_until_complete(asyncio.wait_for(_reload(self._page), seconds))
        except TimeoutError:
            return False
        return True

    def close(self) -> None:
        self._page.close()
        self._http.close()
        self._loop.close()


async def _opened(port: int) -> WebSocketClientConnection:
    page = await websocket_connect(f"ws://127.0.0.1:{port}/livereload")
    await page.write_message(json.dumps({"command": "hello"}))
    await page.read_message()
    return page


async def _reload(page: WebSocketClientConnection) -> None:
    while json.loads(await page.read_message() or "{}").get("command") != "reload":
        pass
