"""The inspector's responses: nothing inline runs in them, no other site may frame or read them."""

from __future__ import annotations

from devserver.gateway.http_message import Response

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = (
    ("Content-Security-Policy", POLICY),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
)


def answer(status: int, content_type: str, body: bytes, *lines: tuple[str, str]) -> Response:
    length = ("Content-Length", str(len(body)))
    return Response(status, (("Content-Type", content_type), length, *HEADERS, *lines), body)


def plain(status: int, text: str, *lines: tuple[str, str]) -> Response:
    """One line of text."""
    return answer(status, "text/plain; charset=utf-8", f"{text}\n".encode(errors="replace"), *lines)


def redirect(to: str) -> Response:
    """Load another page of ours next, by GET."""
    return plain(303, to, ("Location", to))
