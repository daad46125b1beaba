"""What AWS and botocore say when they refuse, as one clear line and the way out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from errors import Closed, CollectError, Unavailable
from services.cloud.callers import Caller
from services.cloud.denials import denial_of
from services.models.kit.error_codes import (
    DENIED,
    EITHER,
    EXPIRED,
    FAILING,
    INVALID,
    MISSING,
    SKEWED,
    THROTTLED,
    UNREACHABLE,
)
from services.models.kit.iam_actions import action_of

FAILED = 500  # HTTP status from which on it is the service, or what stands before it, that failed
# as of a proxy that answers in HTML, or of a connection that ends midway
UNREADABLE = {"ResponseParserError", "IncompleteReadError", "ResponseStreamingError"}
# "Signature expired: 20261130T140000Z is now earlier than ...", "Signature not yet current: ..."
_SKEW = re.compile(r"signature (?:has )?expired|signature not yet current|too skewed", re.IGNORECASE)
_MARKUP = re.compile(r"""(b?["'])?<[?!/]?[A-Za-z][^<>]*>""")
_LONGEST = 300


@dataclass(frozen=True)
class Asked:
    """What was asked by whom; operation as the API names it (DescribeInstances)."""

    caller: Caller
    service: str
    operation: str
    region: str = ""


def translate(error: Exception, asked: Asked) -> CollectError:
    """The error as CollectError; its code is AWS's own, or the class of botocore's exception."""
    response: dict[str, Any] = getattr(error, "response", None) or {}
    answer = response.get("Error") or {}
    code = str(answer.get("Code") or type(error).__name__)
    told = str(answer.get("Message") or error)
    said, who, renew = one_line(told), asked.caller.name, asked.caller.renew
    if code in EITHER:
        message = f"the clock of this machine is wrong, or the credentials of {who} have expired ({code})"
        return CollectError(message, f"set the clock; else {renew}", code)
    if code in SKEWED or (code in INVALID and _SKEW.search(told)):
        return CollectError(f"the clock of this machine is wrong ({code}: {said})", "set the clock", code)
    if code in EXPIRED:
        return CollectError(f"the credentials of {who} have expired ({code})", renew, code)
    if code in INVALID:
        message = f"the credentials of {who} are not valid{_there(asked)} ({code})"
        return CollectError(message, _enable(asked) + renew, code)
    if code in MISSING:
        return CollectError(f"no credentials for {who}: {said}", renew, code)
    if code in DENIED:
        return _denied(code, told, asked)
    if code in THROTTLED:
        message = f"AWS throttled {asked.service} {asked.operation} ({code})"
        return Unavailable(message, "run it again later", code)
    if code in UNREACHABLE:
        return Unavailable(f"can't reach AWS: {said}", "check the network and endpoint_url", code)
    message = f"{asked.service} {asked.operation} failed: {code}: {said}"
    if code in FAILING or _status(response) >= FAILED or code in UNREADABLE:
        return Unavailable(message, "run it again later", code)
    return CollectError(message, code=code)


def one_line(words: object) -> str:
    """At most 300 characters, without line breaks, a closing full stop, or the XML or HTML of an answer."""
    text, markup, _ = _MARKUP.sub("\0", str(words), count=1).partition("\0")
    said = " ".join(text.split()).rstrip(": ")
    return (
        f"{said} (the answer was XML or HTML)".strip()[:_LONGEST] if markup else said[:_LONGEST].rstrip(".")
    )


def _status(response: dict[str, Any]) -> int:
    """The HTTP status of an answer, 0 where there is none."""
    return int((response.get("ResponseMetadata") or {}).get("HTTPStatusCode") or 0)


def _denied(code: str, told: str, asked: Asked) -> CollectError:
    denial = denial_of(told)
    action = denial.action or action_of(asked.service, asked.operation)
    why = f": {denial.why}" if denial.why else ""
    kind = Closed if denial.closed else CollectError
    message = f"{code}: {asked.caller.name} may not call {action}{why}"
    return kind(message, denial.way_out(action), code, action)


def _there(asked: Asked) -> str:
    return f" in {asked.region}" if asked.region else ""


def _enable(asked: Asked) -> str:
    """A region that is not enabled knows no account's credentials; STS is asked where they are known."""
    return f"enable {asked.region} if it is not; else " if asked.region and asked.service != "sts" else ""
