"""The Flask app of the dev server: every request goes through the gateway, but for its own pages."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path

import flask
from werkzeug.datastructures import Headers

from devserver.gateway import Api, Invoke, Request, Response
from devserver.http_server import REQUEST
from devserver.invocations_watch import answer_recorded
from devserver.livereload_tag import SCRIPT_PATH, with_livereload

OWN_PAGES = "/__polo__/"
Inspect = Callable[[Request], Response | None]


def create_app(
    api: Api, invoke: Invoke, livereload_port: int | None = None, inspect: Inspect = lambda request: None
) -> flask.Flask:
    """An app that answers `api` by `invoke`; with a LiveReload port, its pages reload by themselves.

    inspect: answers what is the inspector's.
    """
    app = flask.Flask("polo", static_folder=None)
    app.url_map.merge_slashes = False

    @app.before_request
    def answer() -> flask.Response | None:  # before routing, so Flask adds no HEAD, OPTIONS or redirect
        request: Request = flask.request.environ[REQUEST]
        if (own := inspect(request)) is not None:
            return _as_flask(own)
        if request.target.startswith(OWN_PAGES):
            return None
        response = answer_recorded(api, request, invoke)
        if livereload_port is not None:
            response = with_livereload(response, request, livereload_port)
        return _as_flask(response)

    @app.get(SCRIPT_PATH)
    def livereload_script() -> flask.Response:
        return flask.send_file(_livereload_js(), mimetype="text/javascript")

    return app


def _as_flask(response: Response) -> flask.Response:
    answer = flask.Response(response.body, response.status)
    answer.headers = Headers(list(response.headers))  # nothing that Flask adds by itself
    return answer


def _livereload_js() -> Path:
    spec = importlib.util.find_spec("livereload")  # its folder only: importing it would bring tornado
    folders = (spec and spec.submodule_search_locations) or []
    return Path(folders[0], "vendors", "livereload.js")
