"""The Flask app of the dev server: its own files, and for all else whatever an environment answers."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path

import flask
from werkzeug.datastructures import Headers

from devserver.gateway import Request, Response
from devserver.http_server import REQUEST
from devserver.livereload_tag import OVERLAY_PATH, OWN_PAGES, SCRIPT_PATH, with_livereload

HERE = Path(__file__).resolve().parent
STYLES_PATH = f"{OWN_PAGES}overlay.css"


def create_app(answer: Callable[[Request], Response], livereload_port: int | None = None) -> flask.Flask:
    """An app that answers by `answer`; with a LiveReload port, its pages reload by themselves."""
    app = flask.Flask("polo", static_folder=None)
    app.url_map.merge_slashes = False
    files = {
        SCRIPT_PATH: _livereload_js(),
        OVERLAY_PATH: HERE / "overlay.js",
        STYLES_PATH: HERE / "overlay.css",
    }

    @app.before_request
    def respond() -> flask.Response:  # before routing, so Flask adds no HEAD, OPTIONS or redirect
        request: Request = flask.request.environ[REQUEST]
        if file := files.get(request.target.partition("?")[0]):
            return flask.send_file(file)
        response = answer(request)
        if livereload_port is not None and not request.target.startswith(OWN_PAGES):
            response = with_livereload(response, request, livereload_port)
        return _as_flask(response)

    return app


def _as_flask(response: Response) -> flask.Response:
    answer = flask.Response(response.body, response.status)
    answer.headers = Headers(list(response.headers))  # nothing that Flask adds by itself
    return answer


def _livereload_js() -> Path:
    spec = importlib.util.find_spec("livereload")  # its folder only: importing it would bring tornado
    folders = (spec and spec.submodule_search_locations) or []
    return Path(folders[0], "vendors", "livereload.js")
