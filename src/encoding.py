"""How answers leave for API Gateway: compressed for who accepts that, and no larger than Lambda sends."""

from __future__ import annotations

import base64
import gzip
import re
from collections.abc import Iterable
from typing import Any

COMPRESSED_FROM = 1024  # bytes; smaller answers don't get smaller
# bytes of text that go out as JSON text, which makes up to six bytes of one; base64 makes four of three
PLAIN_LIMIT = 1_000_000
BODY_LIMIT = 5_900_000  # characters of a body; with its headers below the 6 MB that Lambda may answer
LEAST = 0.001  # the smallest weight there is: that of identity where the header does not name it
_WEIGHT = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?")
_TEXT = re.compile(r"text/|application/(problem\+)?json|image/svg\+xml")


def encoded(answer: dict[str, Any], event: dict[str, Any]) -> dict[str, Any]:
    """A proxy result, whose body is text or base64, as this request takes it; HEAD is answered as GET.

    API Gateway drops the body of an answer to HEAD, and makes Content-Length of it before.
    """
    headers = {name: [value] for name, value in (answer.get("headers") or {}).items()}
    headers |= answer.get("multiValueHeaders") or {}
    result = {"statusCode": answer["statusCode"], "multiValueHeaders": headers}
    body: str = answer.get("body") or ""
    if answer.get("isBase64Encoded") or not _TEXT.match("".join(headers.get("Content-Type", []))):
        return result | {"body": body, "isBase64Encoded": bool(answer.get("isBase64Encoded"))}
    headers["Vary"] = [", ".join([*headers.get("Vary", []), "Accept-Encoding"])]
    content = body.encode("utf-8", "replace")
    if content and wants_gzip(accepted_by(event), len(content)):
        content = gzip.compress(content, 5, mtime=0)
        headers["Content-Encoding"] = ["gzip"]
    elif len(content) <= PLAIN_LIMIT:
        return result | {"body": content.decode(), "isBase64Encoded": False}
    return result | {"body": base64.b64encode(content).decode(), "isBase64Encoded": True}


def too_large(answer: dict[str, Any]) -> bool:
    """Whether Lambda would refuse to send what `encoded` made."""
    return len(answer["body"]) > BODY_LIMIT


def accepted_by(event: dict[str, Any]) -> str | None:
    """The Accept-Encoding of a proxy event, several lines as one; None where there is none."""
    lines: dict[str, list[str]] = event.get("multiValueHeaders") or {
        name: [value] for name, value in (event.get("headers") or {}).items()
    }
    found = [line for name, many in lines.items() if name.lower() == "accept-encoding" for line in many]
    return ", ".join(found) if found else None


def wants_gzip(accepted: str | None, size: int) -> bool:
    """Whether a body of this many bytes goes out compressed. Weights are compared as RFC 9110, 12.5.3 says.

    One who takes neither is answered without compression: a page is better than a 406.
    """
    weights = _weights((accepted or "").lower().split(","))
    others = weights.get("*")
    compressed = weights.get("gzip", weights.get("x-gzip", others or 0.0))
    plain = weights.get("identity", LEAST if others is None else others)
    return compressed > 0 and compressed >= plain and (size >= COMPRESSED_FROM or plain == 0)


def _weights(parts: Iterable[str]) -> dict[str, float]:
    """Coding -> weight; one whose weight can't be read is not asked for."""
    found: dict[str, float] = {}
    for part in parts:
        coding, *parameters = (piece.strip() for piece in part.split(";"))
        if coding:
            found[coding] = _weight(parameters)
    return found


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = (piece.strip() for piece in parameter.partition("="))
        if name == "q":
            return float(value) if _WEIGHT.fullmatch(value) else 0.0
    return 1.0
