"""An invocation as something to paste: a pytest, or a curl command."""

from __future__ import annotations

import base64
import binascii
import re
import shlex
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from devserver.record.invocation import Invocation, title_of
from tooling.blocks.blocks import Function

INDENT = "    "
WIDTH = 110
# what the gateway adds, or curl writes by itself
_NOT_SENT = frozenset(
    ("host", "content-length", "x-amzn-trace-id", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto")
)


def as_test(invocation: Invocation, function: Function) -> str:
    """A whole pytest module for src/: it calls the handler with the event, and expects the same outcome.

    The event stands there as given: mask it before where it must not be shown.
    """
    title = title_of(invocation.event)
    expected, imports = _expectation(invocation)
    name = re.sub(r"\W+", "_", title.partition("?")[0].lower(), flags=re.ASCII).strip("_")[:60] or "event"
    call = "lambda_handler(EVENT, make_context(FUNCTION))"
    body = [line.replace("CALL", call) for line in expected]
    note = "".join(f"\n{line}" for line in _notes(invocation))
    text = "\n".join(
        [
            _docstring(
                f"{title}, as {function.name} was asked on {invocation.started:%Y-%m-%d %H:%M} UTC.{note}"
            ),
            "",
            "from __future__ import annotations",
            "",
            *imports,
            "from devserver.gateway.gateway import LambdaFunction, make_context",
            f"from {function.module} import lambda_handler",
            "",
            f"FUNCTION = LambdaFunction({literal(function.name)}, {function.memory}, {function.timeout})",
            f"EVENT = {literal(invocation.event)}",
            "",
            "",
            f"def test_{name}() -> None:",
            *(f"{INDENT}{line}" for line in body),
            "",
        ]
    )
    return text if max(map(len, text.splitlines())) <= WIDTH else f"# ruff: noqa: E501\n{text}"


def literal(value: Any, depth: int = 0) -> str:
    """A JSON value as Python source, as ruff would lay it out but for long texts."""
    pad, end = INDENT * (depth + 1), INDENT * depth
    if isinstance(value, dict) and value:
        items = (f"{pad}{literal(key)}: {literal(item, depth + 1)},\n" for key, item in value.items())
        return "{\n" + "".join(items) + end + "}"
    if isinstance(value, list) and value:
        short = "[" + ", ".join(literal(item, depth + 1) for item in value) + "]"
        if "\n" not in short and len(short) + len(pad) < WIDTH - 40:
            return short
        return "[\n" + "".join(f"{pad}{literal(item, depth + 1)},\n" for item in value) + end + "]"
    text = repr(value)
    if isinstance(value, str) and text.startswith("'") and '"' not in text:
        return f'"{text[1:-1]}"'
    return text


def as_curl(event: Mapping[str, Any], origin: str) -> str:
    """The request behind a proxy event as a shell command; origin: `http://localhost:2200`."""
    headers = event.get("multiValueHeaders") or {}
    lines = [(name, value) for name, values in headers.items() for value in values]
    sent = [(name, value) for name, value in lines if name.lower() not in _NOT_SENT]
    method, body = str(event["httpMethod"]), _body(event)
    words = ["curl", "-i", "--path-as-is"]
    if any(name.lower() == "accept-encoding" for name, _ in sent):
        words.append("--compressed")
    if method == "HEAD":
        words.append("--head")
    elif method != ("GET" if body is None else "POST"):
        words += ["-X", method]
    parts = [" ".join([*words, shlex.quote(_url(event, origin))])]
    parts += ["-H " + shlex.quote(f"{name}: {value}" if value else f"{name};") for name, value in sent]
    if body is None:
        return " \\\n  ".join(parts)
    if not any(name.lower() == "content-type" for name, _ in sent):
        parts.append("-H 'Content-Type:'")  # curl would add one
    try:
        text = body.decode()
        if "\0" in text:
            raise ValueError
    except ValueError:
        piped = f"printf %s {base64.b64encode(body).decode()} | base64 -d | "
        return piped + " \\\n  ".join([*parts, "--data-binary @-"])
    return " \\\n  ".join([*parts, f"--data-raw {shlex.quote(text)}"])


def _url(event: Mapping[str, Any], origin: str) -> str:
    path = (event.get("requestContext") or {}).get("path") or event["path"]
    query = urlencode(event.get("multiValueQueryStringParameters") or {}, doseq=True, quote_via=quote)
    safe = re.sub(r"[^!-~]|[\[\]{}#?]", lambda found: quote(found[0]), str(path))  # curl globs [] and {}
    return f"{origin}{safe}" + (f"?{query}" if query else "")


def _body(event: Mapping[str, Any]) -> bytes | None:
    body = event.get("body")
    if body is None:
        return None
    if event.get("isBase64Encoded"):
        try:
            return base64.b64decode(body)
        except binascii.Error:
            return str(body).encode()
    return str(body).encode(errors="replace")


def _expectation(invocation: Invocation) -> tuple[list[str], list[str]]:
    """The lines that assert the outcome, with CALL for the call, and the imports that they need."""
    if invocation.raised:
        module, _, kind = invocation.raised.rpartition(".")
        known = kind.isidentifier() and module and re.fullmatch(r"[A-Za-z_][\w.]*", module)
        own = [] if module == "builtins" or not known else [f"from {module} import {kind}", ""]
        raises = kind if known else "Exception"
        return [f"with pytest.raises({raises}):", f"{INDENT}CALL"], ["import pytest", "", *own]
    answer = invocation.response
    match answer:
        case {"statusCode": status}:
            return ["answer = CALL", f'assert answer["statusCode"] == {literal(status)}'], []
        case {"batchItemFailures": failures}:
            return ["answer = CALL", f'assert answer["batchItemFailures"] == {literal(failures)}'], []
        case dict():
            return ["answer = CALL", f"assert sorted(answer) == {literal(sorted(answer))}"], []
        case None:
            return ["assert CALL is None"], []
    return [f"assert isinstance(CALL, {type(answer).__name__})"], []


def _notes(invocation: Invocation) -> list[str]:
    cut = [line for line in invocation.cut if line.startswith("event")]
    return ["", "Not whole: " + "; ".join(cut) + "."] if cut else []


def _docstring(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    shown = "".join(char if char.isprintable() or char == "\n" else repr(char)[1:-1] for char in escaped)
    return f'"""{shown}\n"""' if "\n" in shown else f'"""{shown}"""'
