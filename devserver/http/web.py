"""What the dev server answers: its own files by Flask, and all else as an environment does."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from functools import partial
from pathlib import Path

import flask

from devserver.gateway.gateway import Request, Response
from devserver.http.livereload_tag import OVERLAY_PATH, OWN_PAGES, SCRIPT_PATH, with_livereload

HERE = Path(__file__).resolve().parent
STYLES_PATH = f"{OWN_PAGES}overlay.css"


def create_app() -> flask.Flask:
    """An app that serves the dev server's own files; the rest never comes to it."""
    app = flask.Flask("polo", static_folder=None)
    for path, file in own_files().items():
        app.add_url_rule(path, path, partial(flask.send_file, file))
    return app


def responder(
    answer: Callable[[Request], Response], livereload_port: int | None = None
) -> Callable[[Request], Response | None]:
    """Request -> response by `answer`; None for the server's own files.

    With a LiveReload port, pages reload by themselves; not the inspector's, which show what has been and
    may hold an event that is being edited.
    """
    own = own_files()

    def respond(request: Request) -> Response | None:
        if request.path in own:
            return None
        response = answer(request)
        if livereload_port is None or f"{request.path}/".startswith(OWN_PAGES):
            return response
        return with_livereload(response, request, livereload_port)

    return respond


def own_files() -> dict[str, Path]:
    """Paths of URLs to files."""
    return {
        SCRIPT_PATH: _livereload_js(),
        OVERLAY_PATH: HERE / "overlay.js",
        STYLES_PATH: HERE / "overlay.css",
    }


def _livereload_js() -> Path:
    spec = importlib.util.find_spec("livereload")  # its folder only: importing it would bring tornado
    folders = (spec and spec.submodule_search_locations) or []
    return Path(folders[0], "vendors", "livereload.js")
