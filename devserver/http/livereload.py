"""The LiveReload server: tells open pages to reload, or to swap a style sheet."""

from __future__ import annotations

import json
import socket
import threading
from typing import TYPE_CHECKING, Any

from devserver.inspector.guard import is_foreign, is_loopback, is_same_machine
from devserver.reload.problem import Problem

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop


class LiveReload:
    """Runs livereload's WebSocket handler in a thread of its own, on a socket that listens already."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._loop: AbstractEventLoop | None = None
        self._pages: set[Any] = set()
        self._overlays: set[Any] = set()
        self._problem = "null"
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def start(self) -> None:
        self._thread.start()

    def admits(self, origin: str, host: str) -> bool:
        """Whether a page may hear of saves, and of the text around what is wrong with them."""
        if is_loopback(str(self._listener.getsockname()[0])) and is_foreign(host):
            return False
        return is_same_machine(origin, host)

    def reload(self) -> None:
        self._tell({"command": "reload", "path": "*", "liveCSS": False})

    def refresh_styles(self) -> None:
        self._tell({"command": "reload", "path": "main.css", "liveCSS": True})

    def show(self, problem: Problem | None, serving: bool = False) -> None:
        """Lay a problem over the open pages, and those that are opened from now on; None: take it away.

        serving: whether code from before it still answers.
        """
        text = json.dumps(problem and vars(problem) | {"serving": serving})
        if text != self._problem:
            self._problem = text
            self._send(self._overlays, text)

    def _tell(self, message: dict[str, object]) -> None:
        self._send(self._pages, json.dumps(message))

    def _send(self, pages: set[Any], text: str) -> None:
        def send() -> None:
            for page in tuple(pages):
                page.write_message(text)

        if self._loop is not None:  # before that there is no page to tell
            self._loop.call_soon_threadsafe(send)

    def _run(self) -> None:
        import asyncio

        asyncio.run(self._serve())

    async def _serve(self) -> None:
        # slow to import; the worker starts meanwhile
        import asyncio

        from livereload.handlers import LiveReloadHandler
        from tornado.httpserver import HTTPServer
        from tornado.web import Application
        from tornado.websocket import WebSocketHandler

        server = self

        class Handler(LiveReloadHandler):  # type: ignore[misc]
            def check_origin(self, origin: str) -> bool:
                return server.admits(origin, self.request.host)

            def on_message(self, message: str) -> None:
                if json.loads(message).get("command") == "hello":
                    super().on_message(message)
                    server._pages.add(self)

            def on_close(self) -> None:
                server._pages.discard(self)

        class Overlay(WebSocketHandler):
            def check_origin(self, origin: str) -> bool:
                return server.admits(origin, self.request.host)

            def open(self, *_: str, **__: str) -> None:
                server._overlays.add(self)
                self.write_message(server._problem)

            def on_message(self, message: str | bytes) -> None:
                """Pages only listen."""

            def on_close(self) -> None:
                server._overlays.discard(self)

        self._listener.setblocking(False)
        handlers = [("/livereload", Handler), ("/problem", Overlay)]
        HTTPServer(Application(handlers, log_function=lambda _: None)).add_socket(self._listener)
        self._loop = asyncio.get_running_loop()
        await asyncio.Event().wait()
