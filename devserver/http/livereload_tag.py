"""Full HTML pages get the LiveReload script, and a policy that lets it work; nothing else changes."""

from __future__ import annotations

import gzip
import re
import zlib
from dataclasses import replace

from devserver.gateway.http_message import Request, Response

OWN_PAGES = "/__polo__/"
SCRIPT_PATH = f"{OWN_PAGES}livereload.js"
OVERLAY_PATH = f"{OWN_PAGES}overlay.js"


def with_livereload(response: Response, request: Request, port: int) -> Response:
    """The page with the script tags of a LiveReload server on `port` of the same host; not compressed."""
    page = _page_of(response)
    if page is None:
        return response
    host = re.sub(r"[^\w.\[\]:-]", "", request.header("Host") or "localhost")
    name = re.sub(r":\d+$", "", host)
    # maxdelay, ms: a page that was left alone for long would try to connect once a minute
    query = f"?host={name}&amp;port={port}&amp;maxdelay=1000"
    tags = "".join(f'<script src="{path}{query}"></script>' for path in (SCRIPT_PATH, OVERLAY_PATH))
    body = _insert(page, tags.encode())
    policy_sources = (f"http://{host}{OWN_PAGES}", f"ws://{name}:{port}")
    headers = (
        _header(*line, len(body), *policy_sources)
        for line in response.headers
        if line[0].lower() != "content-encoding"
    )
    return replace(response, headers=tuple(headers), body=body)


def widen(policy: str, own: str, socket: str) -> str:
    """A Content-Security-Policy that also allows the server's own scripts and styles, and one socket."""
    directives = [part.split() for part in policy.split(";") if part.strip()]
    sources = {words[0].lower(): words[1:] for words in directives}
    added = dict[str, list[str]]()
    for directive, source in (("script-src", own), ("style-src", own), ("connect-src", socket)):
        allowed = sources.get(directive, sources.get("default-src"))
        if allowed is not None and not (source == own and "'self'" in allowed):
            added[directive] = [*(item for item in allowed if item != "'none'"), source]
    lines = {words[0].lower(): words[1:] for words in directives} | added
    return "; ".join(" ".join([name, *values]) for name, values in lines.items())


def _page_of(response: Response) -> bytes | None:
    """The whole page that a response is, as it is without compression; None for all else."""
    encoding = response.header("Content-Encoding")
    if response.content_type != "text/html" or encoding not in (None, "gzip"):
        return None
    try:
        body = gzip.decompress(response.body) if encoding else response.body
    except (OSError, EOFError, zlib.error):
        return None
    start = body[:512].lstrip().lower()
    return body if start.startswith((b"<!doctype html", b"<html")) else None


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
