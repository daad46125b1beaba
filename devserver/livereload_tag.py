"""Full HTML pages get the LiveReload script, and a policy that lets it work; nothing else changes."""

from __future__ import annotations

import re
from dataclasses import replace

from devserver.http_message import Request, Response

SCRIPT_PATH = "/__polo__/livereload.js"
OVERLAY_PATH = "/__polo__/overlay.js"


def with_livereload(response: Response, request: Request, port: int) -> Response:
    """The page with the script tag of a LiveReload server on `port` of the same host."""
    if not _is_page(response):
        return response
    host = re.sub(r"[^\w.\[\]:-]", "", request.header("Host") or "localhost")
    name = re.sub(r":\d+$", "", host)
    query = f"?host={name}&amp;port={port}"
    tags = "".join(f'<script src="{path}{query}"></script>' for path in (SCRIPT_PATH, OVERLAY_PATH))
    body = _insert(response.body, tags.encode())
    policy_sources = (f"http://{host}{SCRIPT_PATH}", f"ws://{name}:{port}")
    headers = (_header(*line, len(body), *policy_sources) for line in response.headers)
    return replace(response, headers=tuple(headers), body=body)


def widen(policy: str, script: str, socket: str) -> str:
    """A Content-Security-Policy that also allows one script and one socket, and not a thing more."""
    directives = [part.split() for part in policy.split(";") if part.strip()]
    sources = {words[0].lower(): words[1:] for words in directives}
    added = dict[str, list[str]]()
    for directive, source in (("script-src", script), ("connect-src", socket)):
        allowed = sources.get(directive, sources.get("default-src"))
        if allowed is not None and not (directive == "script-src" and "'self'" in allowed):
            added[directive] = [*(item for item in allowed if item != "'none'"), source]
    lines = {words[0].lower(): words[1:] for words in directives} | added
    return "; ".join(" ".join([name, *values]) for name, values in lines.items())


def _is_page(response: Response) -> bool:
    start = response.body[:512].lstrip().lower()
    compressed = response.header("Content-Encoding") is not None
    page = start.startswith(b"<!doctype html") or start.startswith(b"<html")
    return page and response.content_type == "text/html" and not compressed


def _insert(body: bytes, tag: bytes) -> bytes:
    end = body.lower().rfind(b"</body>")
    return body + tag if end < 0 else body[:end] + tag + body[end:]


def _header(name: str, value: str, length: int, script: str, socket: str) -> tuple[str, str]:
    match name.lower():
        case "content-length":
            return name, str(length)
        case "content-security-policy":
            return name, widen(value, script, socket)
        case _:
            return name, value
