"""One invocation: what it was asked, what it answered, what it logged; to replay, and to take along."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from devserver.inspector.dom import Child, Element, x
from devserver.inspector.export import as_curl, as_test
from devserver.inspector.layout import (
    HOME,
    SOURCES,
    Frame,
    card,
    code,
    copy_button,
    crumbs,
    dot,
    facts,
    milliseconds,
    page,
    post,
    status_chip,
)
from devserver.inspector.logs import log_lines
from devserver.inspector.secrets import masked
from devserver.record.invocation import Invocation
from tooling.blocks.blocks import Function

_GZIP = 31  # zlib's window bits for it
_SHOWN = 200_000  # bytes of an unpacked body


def detail_page(
    frame: Frame, invocation: Invocation, function: Function | None, origin: str, reveal: bool = False
) -> Element:
    """function: None if src has it no more. reveal: show secret headers. origin: where the console is."""
    shown = invocation
    if not reveal:
        shown = replace(invocation, event=masked(invocation.event), response=masked(invocation.response))
    summary, http = invocation.summary, _is_http(invocation.event)
    url = f"{HOME}invocations/{invocation.id}"
    secret = masked([invocation.event, invocation.response]) != [invocation.event, invocation.response]
    actions = [
        x.a(class_="btn", href=url if reveal else f"{url}?reveal=1")(
            "Hide secrets" if reveal else "Reveal secrets"
        )
        if secret
        else None,
        copy_button("Copy as test", "test") if function else None,
        copy_button("Copy as curl", "curl") if http else None,
        post(frame, f"{url}/replay", "Replay", drawing="again", main=True)
        if function and not _cut_event(invocation)
        else None,
    ]
    head = x.div(class_="head calls-head")(
        dot(summary.failed),
        x.h1(summary.title.partition("?")[0] if http else summary.title),
        x.span(class_="mut")(x.code(invocation.id)),
        x.div(class_="actions")(actions),
    )
    left = [
        _failure(invocation),
        card("Log", log_lines(invocation.logs), note=None if http else "and what it would have sent"),
        _response(shown),
        card("Event", *_event(shown), more=copy_button("Copy", "event")),
    ]
    right = [
        card("Overview", _overview(invocation, function)),
        _take_along(shown, function, origin if http else None),
        card("Context", code(_pretty(invocation.context), label="context")),
    ]
    links = [(HOME, "Invocations"), (f"{HOME}?function={invocation.function}", invocation.function)]
    columns = x.div(class_="grid-cards detail calls")(
        x.div(class_="stack")(left), x.div(class_="stack")(right)
    )
    return page(frame, summary.title, crumbs(links, f"{invocation.started:%H:%M:%S} UTC"), head, columns)


def _overview(invocation: Invocation, function: Function | None) -> Element:
    memory: Child = "unknown"
    if invocation.memory is not None:
        limit = f" of {function.memory} MB" if function else " MB"
        memory = (f"{invocation.memory}{limit} ", x.span(class_="mut")("peak of its process"))
    timeout = x.span(class_="mut")(f" of {function.timeout} s") if function else None
    return facts(
        {
            "Outcome": status_chip(invocation.status, invocation.error, invocation.open),
            "Query": _query(invocation.event) if _is_http(invocation.event) else None,
            "Function": (invocation.function, " ", x.code(function.file) if function else "gone from src"),
            "Started": f"{invocation.started:%Y-%m-%d %H:%M:%S.%f}"[:-3] + " UTC",
            "Duration": (milliseconds(invocation.duration), timeout),
            "Memory": memory,
            "Start": "cold: its first in this process" if invocation.cold else "warm",
            "Source": SOURCES.get(invocation.source, invocation.source),
            "Request id": x.code(invocation.context.get("aws_request_id", "unknown")),
            "Not whole": "; ".join(invocation.cut),
        }
    )


def _query(event: Mapping[str, Any]) -> Child:
    pairs = event.get("multiValueQueryStringParameters")
    known = pairs.items() if isinstance(pairs, dict) else ()
    return [
        x.div(class_="pair")(x.span(class_="mut")(f"{name} "), x.code(str(value)))
        for name, values in known
        for value in values or ()
    ] or None


def _failure(invocation: Invocation) -> Element | None:
    if invocation.error is None:
        return None
    last = invocation.error.strip().rpartition("\n")[2]
    return card("Failure", x.p(class_="error-text")(last), code(invocation.error.strip(), label="traceback"))


def _take_along(shown: Invocation, function: Function | None, origin: str | None) -> Element | None:
    if function is None:
        return None
    curl = None
    if origin:
        pasted = code(as_curl(shown.event, origin), id="curl", label="curl")
        curl = x.details(open=True)(x.summary(class_="link")("curl"), pasted)
    test = x.details(open=origin is None)(
        x.summary(class_="link")("pytest"), code(as_test(shown, function), id="test", label="test")
    )
    return card("Take along", curl, test)


def _response(shown: Invocation) -> Element | None:
    answer = shown.response
    if answer is None and shown.error:
        return None
    if not (isinstance(answer, dict) and _is_http(shown.event)):
        return card("Result", code(_pretty(answer), label="result"))
    lines = _header_lines(answer)
    packed = any((name.lower(), value) == ("content-encoding", "gzip") for name, value in lines)
    body, note = _readable(answer.get("body"), bool(answer.get("isBase64Encoded")), packed)
    return card(
        "Response",
        facts({name: x.code(value) for name, value in lines}) if lines else None,
        code(body, label="body") if body else x.p(class_="mut")(note or "no body"),
        note=f"{answer.get('statusCode', 200)}" + (f", {note}" if body and note else ""),
    )


def _event(shown: Invocation) -> list[Child]:
    parts: list[Child] = []
    if _is_http(shown.event) and shown.event.get("body"):
        body, note = _readable(shown.event["body"], bool(shown.event.get("isBase64Encoded")))
        parts += [x.h3("Body, decoded"), code(body, label="body") if body else x.p(class_="mut")(note)]
    return [*parts, code(_pretty(shown.event), id="event", label="event")]


def _header_lines(answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    single, multi = answer.get("headers") or {}, answer.get("multiValueHeaders") or {}
    if not (isinstance(single, dict) and isinstance(multi, dict)):
        return []
    lines = [(name, str(value)) for name, value in single.items()]
    return lines + [(name, ", ".join(map(str, values or ()))) for name, values in multi.items()]


def _readable(body: Any, encoded: bool, packed: bool = False) -> tuple[str, str]:
    """A body as text, JSON indented, and a note; ("", note) for bytes that are no text. packed: by gzip."""
    text, note = str(body or ""), ""
    if encoded:
        try:
            content = base64.b64decode(text[: len(text) // 4 * 4])
        except binascii.Error:
            return text, "not base64, as isBase64Encoded says"
        try:
            plain = zlib.decompressobj(_GZIP).decompress(content, _SHOWN) if packed else content
            text, note = plain.decode(errors="ignore" if packed else "strict"), "from base64"
        except (UnicodeDecodeError, zlib.error):
            return "", f"binary, {len(content):,} bytes"
        note += f" and gzip, {len(content):,} bytes" if packed else ""
    try:
        return _pretty(json.loads(text)) if text[:1] in ("{", "[") else text, note
    except ValueError:
        return text, note


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, default=repr)


def _is_http(event: Any) -> bool:
    return isinstance(event, dict) and {"httpMethod", "path", "headers"} <= set(event)


def _cut_event(invocation: Invocation) -> bool:
    """Whether the event is not whole, so that a replay would ask for something else."""
    return any(line.startswith("event") for line in invocation.cut)
