"""The LiveReload server: tells open pages to reload, or to swap a style sheet."""

from __future__ import annotations

import json
import socket
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop


class LiveReload:
    """Runs livereload's WebSocket handler in a thread of its own, on a socket that listens already."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._loop: AbstractEventLoop | None = None
        self._pages: set[Any] = set()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def start(self) -> None:
        self._thread.start()

    def reload(self) -> None:
        self._tell({"command": "reload", "path": "*", "liveCSS": False})

    def refresh_styles(self) -> None:
        self._tell({"command": "reload", "path": "main.css", "liveCSS": True})

    def _tell(self, message: dict[str, object]) -> None:
        if self._loop is not None:  # before that there is no page to tell
            self._loop.call_soon_threadsafe(self._send, json.dumps(message))

    def _send(self, text: str) -> None:
        for page in tuple(self._pages):
            page.write_message(text)

    def _run(self) -> None:
        import asyncio

        asyncio.run(self._serve())

    async def _serve(self) -> None:
        # slow to import; the worker starts meanwhile
        import asyncio

        from livereload.handlers import LiveReloadHandler
        from tornado.httpserver import HTTPServer
        from tornado.web import Application

        class Handler(LiveReloadHandler):  # type: ignore[misc]
            waiters = self._pages

            def check_origin(self, origin: str) -> bool:
                host = urlsplit(f"//{self.request.host}").hostname
                return urlsplit(origin).hostname == host

            def on_message(self, message: str) -> None:
                if json.loads(message).get("command") == "hello":
                    super().on_message(message)
                    self.waiters.add(self)

            def on_close(self) -> None:
                self.waiters.discard(self)

        self._listener.setblocking(False)
        HTTPServer(Application([("/livereload", Handler)], log_function=lambda _: None)).add_socket(
            self._listener
        )
        self._loop = asyncio.get_running_loop()
        await asyncio.Event().wait()
