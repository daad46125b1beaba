"""Answers of AWS that are not whole, or somebody else's: refused, for botocore makes empty ones of them.

botocore does not compare the length of a body with what was announced (`enforce_content_length=False` in its
httpsession), and its JSON parser answers {} for a body that isn't JSON: no item, no resource.
"""

from __future__ import annotations

from typing import Any

from botocore.parsers import ResponseParserError


def refuse_what_is_not_whole(client: Any) -> None:
    """From now on this client's calls raise ResponseParserError for such an answer."""
    client.meta.events.register("before-parse", _look)


def _look(operation_model: Any, response_dict: dict[str, Any], **_: Any) -> None:
    body, length = response_dict["body"], response_dict["headers"].get("content-length", "")
    if not isinstance(body, bytes) or operation_model.http.get("method") == "HEAD":
        return  # a stream counts by itself
    if length.isdigit() and len(body) < int(length):
        raise ResponseParserError(f"the answer was cut off after {len(body)} of {length} bytes")
    is_json = operation_model.service_model.resolved_protocol == "json"  # an object, where there is something
    expected = is_json and operation_model.output_shape and response_dict["status_code"] < 300
    if expected and not _is_object(body.strip()):
        raise ResponseParserError(f"the answer is not JSON: {body[:80].decode(errors='replace')}")


def _is_object(body: bytes) -> bool:
    return not body or (body.startswith(b"{") and body.endswith(b"}"))
