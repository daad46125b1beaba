"""The inspector: pages under /__polo__/ on what the functions were asked and what they answered.

The values of Authorization, Cookie, Set-Cookie and API key headers are masked, also in what is copied
as a test or as curl, unless `?reveal=1` stands in the URL of an invocation's page; bodies are not.
A replay uses the event as it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from devserver.gateway.gateway import Api
from devserver.gateway.http_message import Request, Response
from devserver.inspector.answer import answer, plain
from devserver.inspector.guard import refusal
from tooling.blocks.blocks import Function

HOME = "/__polo__/"
NOT_OURS = ("/__polo__/livereload", "/__polo__/overlay")  # served by the reload engine
ASSETS = Path(__file__).resolve().parent.parent / "assets"
OWN_FILES = {"inspector.css": "text/css; charset=utf-8", "inspector.js": "text/javascript; charset=utf-8"}
# the console's own, read from src/static, so that the pages look right whatever the functions do
CONSOLE_FILES = {
    "static/dist/main.css": "text/css; charset=utf-8",
    "static/inter.woff2": "font/woff2",
    "static/favicon.svg": "image/svg+xml",
}
HASH = re.compile(r"\.[0-9a-f]{12}(?=\.woff2$)")  # by which the style sheet names the font


@dataclass(frozen=True)
class Inspector:
    """Answers under /__polo__/. root: the project's folder; functions: all of src, with routes or not.

    become: called with a function before it is invoked.
    """

    root: Path
    functions: Sequence[Function]
    api: Api
    become: Callable[[Function], None]

    def respond(self, request: Request) -> Response | None:
        """The answer to a request that is the inspector's; None if it is not."""
        path = request.path
        if path != HOME.rstrip("/") and (not path.startswith(HOME) or path.startswith(NOT_OURS)):
            return None
        if why := refusal(request, self.api.port):
            return plain(403, why)
        if request.method not in ("GET", "HEAD", "POST"):
            return plain(405, "The inspector answers GET and POST.", ("Allow", "GET, HEAD, POST"))
        name = HASH.sub("", path.removeprefix(HOME))
        if request.method != "POST" and name in OWN_FILES | CONSOLE_FILES:
            return self._file(name)
        from devserver.inspector.pages import Pages  # a save must not wait for the pages' import

        return Pages(self.root, self.functions, self.api, self.become, request).respond(name)

    def _file(self, name: str) -> Response:
        file = ASSETS / name if name in OWN_FILES else self.root / "src" / name
        try:
            return answer(200, (OWN_FILES | CONSOLE_FILES)[name], file.read_bytes())
        except OSError:
            return plain(404, f"{name} is not there; inv tailwind builds the style sheet.")
