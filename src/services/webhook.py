"""Post to a webhook: what was surely not taken is sent again, what may have been taken never is."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import requests
import urllib3

from errors import PoloError

TRIES = 4
CONNECT, ANSWER = 5.0, 20.0  # seconds
PAUSE, LONGEST = 0.5, 60.0  # seconds between two tries: doubled each time, or what Retry-After says, no less
AGAIN = (429, 500, 503)  # the receiver says that it did not take it
ANSWERED_BY_ANOTHER = (502, 504)  # a gateway, which has lost sight of the receiver


class NotTaken(PoloError):
    """The receiver has surely not taken it."""


class InDoubt(PoloError):
    """The receiver may have taken it: the connection ended before its answer, or another answered for it."""


def post(
    url: str,
    message: Mapping[str, Any],
    channel: str,
    sleep: Callable[[float], None] = time.sleep,
    answer_within: float = ANSWER,
    longest: float = LONGEST,
) -> None:
    """Raises NotTaken and InDoubt, which name the channel and never the address, for that is a secret.

    longest: seconds that a pause may take; who asks for more is told with the next patrol.
    """
    for attempt in range(1, TRIES + 1):
        told, again, asked = _try(url, message, channel, (CONNECT, answer_within))
        if not told:
            return
        pause = PAUSE * 2**attempt if asked is None else asked
        if attempt == TRIES or not again or pause > longest:
            break
        sleep(pause)
    raise NotTaken(f"Slack channel {channel}: {told}", "check its part of SLACK_WEBHOOK_URL")


def _try(
    url: str, message: Mapping[str, Any], channel: str, timeout: tuple[float, float]
) -> tuple[str, bool, float | None]:
    """Why it was not taken, "" if it was; whether another try may help, and after how many seconds.

    Raises InDoubt.
    """
    try:
        status, asked = _posted(url, message, timeout)
    except requests.RequestException as error:
        if not _never_sent(error):
            raise _in_doubt(channel, f"no answer ({type(error).__name__})") from None
        return "it can't be reached", True, None
    if status in ANSWERED_BY_ANOTHER:
        raise _in_doubt(channel, f"it answered {status}")
    return "" if 200 <= status < 300 else f"it answered {status}", status in AGAIN, asked


def _posted(url: str, message: Mapping[str, Any], timeout: tuple[float, float]) -> tuple[int, float | None]:
    """The answer's status, and the seconds that it asks to wait."""
    with requests.post(url, json=message, timeout=timeout, allow_redirects=False, stream=True) as answer:
        return answer.status_code, _seconds(answer.headers.get("Retry-After", ""), datetime.now(UTC))


def _seconds(retry_after: str, now: datetime) -> float | None:
    """A number of seconds, or the time until a date (RFC 9110, 10.2.3); None for what is neither."""
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after)
    try:
        then = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max(0.0, (then.replace(tzinfo=then.tzinfo or UTC) - now).total_seconds())


def _never_sent(error: requests.RequestException) -> bool:
    """Whether there was no connection at all, or no address to connect to."""
    if isinstance(error, (requests.ConnectTimeout, requests.exceptions.InvalidURL)):
        return True
    reason = _within(error, "reason")
    if isinstance(reason, urllib3.exceptions.SSLError):  # any other may have come after all was sent
        return isinstance(_within(reason), ssl.SSLCertVerificationError)
    return isinstance(reason, urllib3.exceptions.NewConnectionError)


def _within(error: Exception, name: str = "") -> object:
    """What an error was made of, or that one's attribute of this name."""
    first = error.args[0] if error.args else None
    return getattr(first, name, None) if name else first


def _in_doubt(channel: str, told: str) -> InDoubt:
    return InDoubt(
        f"Slack channel {channel}: {told}, so the digest may have arrived",
        "look there; it is not sent again",
    )
