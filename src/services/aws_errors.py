"""What AWS and botocore say when they refuse, as one clear line and the way out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from errors import CollectError, Unavailable
from services.iam_actions import action_of
from services.models.steps import DENIED

EXPIRED = {
    "ExpiredToken",
    "ExpiredTokenException",
    "RequestExpired",
    "TokenRefreshRequired",
    "SSOTokenLoadError",
    "UnauthorizedSSOTokenError",
    "TokenRetrievalError",
}
INVALID = {
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "AuthFailure",
    "SignatureDoesNotMatch",
    "InvalidAccessKeyId",
    "IncompleteSignature",
}
THROTTLED = {
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "TooManyRequestsException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "SlowDown",
    "ProvisionedThroughputExceededException",
}
FAILING = {"InternalServerError", "InternalError", "InternalFailure", "ServiceUnavailable"}
MISSING = {"NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError", "NoAuthTokenError"}
UNREACHABLE = {
    "EndpointConnectionError",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ConnectionClosedError",
    "ConnectionError",
    "ProxyConnectionError",
    "SSLError",
    "HTTPClientError",
}
FAILED = 500  # HTTP status from which on it is the service, or what stands before it, that failed
# as of a proxy that answers in HTML, or of a connection that ends midway
UNREADABLE = {"ResponseParserError", "IncompleteReadError", "ResponseStreamingError"}
_NAMED_ACTION = re.compile(r"perform:? ([a-z0-9-]+:[A-Za-z0-9]+)")
_MARKUP = re.compile(r"""(b?["'])?<[?!/]?[A-Za-z][^<>]*>""")
_LONGEST = 300


@dataclass(frozen=True)
class Asked:
    """What was asked of whom; operation as the API names it (DescribeInstances).

    who: how to call the caller, where it isn't a profile.
    """

    profile: str
    service: str
    operation: str
    region: str = ""
    sso: bool = False
    who: str = ""


def translate(error: Exception, asked: Asked) -> CollectError:
    """The error as CollectError; its code is AWS's own, or the class of botocore's exception."""
    response: dict[str, Any] = getattr(error, "response", None) or {}
    answer = response.get("Error") or {}
    code = str(answer.get("Code") or type(error).__name__)
    said = one_line(answer.get("Message") or error)
    who = asked.who or f"profile {asked.profile!r}"
    if code in EXPIRED:
        return CollectError(f"the credentials of {who} have expired ({code})", _renew(asked), code)
    if code in INVALID:
        message = f"the credentials of {who} are not valid{_there(asked)} ({code})"
        return CollectError(message, f"aws configure --profile {asked.profile}", code)
    if code in MISSING:
        return CollectError(f"no credentials for {who}: {said}", _renew(asked), code)
    if code in DENIED:
        action = _action(said, asked)
        return CollectError(f"{code}: {who} may not call {action}", f"allow {action} in its policy", code)
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


def _renew(asked: Asked) -> str:
    verb = "sso login" if asked.sso else "configure"
    return f"aws {verb} --profile {asked.profile}"


def _there(asked: Asked) -> str:
    return f" in {asked.region}" if asked.region else ""


def _action(said: str, asked: Asked) -> str:
    named = _NAMED_ACTION.search(said)
    return named[1] if named else action_of(asked.service, asked.operation)
