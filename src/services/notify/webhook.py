"""Post to a webhook: what was surely not taken is sent again, what may have been taken never is."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Literal

import requests
import urllib3
from requests import exceptions

from errors import PoloError

TRIES = 4
CONNECT, ANSWER, TOTAL = 5.0, 20.0, 150.0  # seconds: of a try, of a try, of all that is done for one message
PAUSE, LONGEST = 0.5, 60.0  # seconds between two tries: doubled each time, or what Retry-After says, no less
AGAIN = (429, 500, 503)  # the receiver says that it did not take it
ANSWERED_BY_ANOTHER = (502, 504)  # a gateway, which has lost sight of the receiver

# when each of requests' exceptions is raised: before anything is sent, once something may have been, or
# either, which the error that it was made of tells
SENT: Mapping[type[requests.RequestException], Literal["nothing", "perhaps", "look"]] = {
    exceptions.MissingSchema: "nothing",
    exceptions.InvalidSchema: "nothing",
    exceptions.InvalidURL: "nothing",
    exceptions.InvalidProxyURL: "nothing",
    exceptions.URLRequired: "nothing",
    exceptions.InvalidHeader: "nothing",
    exceptions.InvalidJSONError: "nothing",
    exceptions.UnrewindableBodyError: "nothing",
    exceptions.ConnectTimeout: "nothing",
    exceptions.ProxyError: "nothing",  # urllib3: only while there is no connection to the proxy
    exceptions.ConnectionError: "look",
    exceptions.SSLError: "look",
    exceptions.JSONDecodeError: "perhaps",
    exceptions.ReadTimeout: "perhaps",
    exceptions.Timeout: "perhaps",
    exceptions.ChunkedEncodingError: "perhaps",
    exceptions.ContentDecodingError: "perhaps",
    exceptions.StreamConsumedError: "perhaps",
    exceptions.HTTPError: "perhaps",
    exceptions.RetryError: "perhaps",
    exceptions.TooManyRedirects: "perhaps",
    exceptions.RequestException: "perhaps",
}


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
    total: float = TOTAL,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Raises NotTaken and InDoubt, which name the channel and never the address, for that is a secret.

    total: seconds for all tries and pauses together; what they do not suffice for is told with the next
    patrol.
    """
    until, told = clock() + total, "there is no time left"
    for attempt in range(1, TRIES + 1):
        rest = until - clock()
        if rest <= 0:
            break
        told, again, asked = _try(url, message, channel, min(CONNECT, rest / 2), min(answer_within, rest / 2))
        if not told:
            return
        pause = asked or PAUSE * 2**attempt
        if attempt == TRIES or not again or pause > min(LONGEST, until - clock()):
            break
        sleep(pause)
    raise NotTaken(f"Slack channel {channel}: {told}", "check its part of SLACK_WEBHOOK_URL")


def _try(
    url: str, message: Mapping[str, Any], channel: str, connect: float, answer: float
) -> tuple[str, bool, float | None]:
    """Why it was not taken, "" if it was; whether another try may help, and after how many seconds.

    Raises InDoubt.
    """
    try:
        status, asked = _in_time(lambda: _posted(url, message, (connect, answer)), connect + answer)
    except requests.RequestException as error:
        if not never_sent(error):
            raise _in_doubt(channel, f"no answer ({type(error).__name__})") from None
        return "it can't be reached", isinstance(error, requests.ConnectionError), None
    except ValueError:  # of an address that no connection can be made to
        return "it can't be reached", False, None
    if status in ANSWERED_BY_ANOTHER:
        raise _in_doubt(channel, f"it answered {status}")
    return "" if 200 <= status < 300 else f"it answered {status}", status in AGAIN, asked


def _in_time(ask: Callable[[], tuple[int, float | None]], seconds: float) -> tuple[int, float | None]:
    """What it answers, or raises; ReadTimeout for an answer that comes in drops, which no timeout ends."""
    done: SimpleQueue[tuple[tuple[int, float | None] | None, Exception | None]] = SimpleQueue()

    def work() -> None:
        try:
            done.put((ask(), None))
        except Exception as error:  # raised below
            done.put((None, error))

    Thread(target=work, daemon=True).start()
    try:
        answer, error = done.get(timeout=seconds)
    except Empty:
        raise requests.ReadTimeout from None
    if answer is None:
        raise error or requests.ReadTimeout
    return answer


def _posted(url: str, message: Mapping[str, Any], timeout: tuple[float, float]) -> tuple[int, float | None]:
    """The answer's status, and the seconds that it asks to wait."""
    with requests.post(url, json=message, timeout=timeout, allow_redirects=False, stream=True) as answer:
        return answer.status_code, _seconds(answer.headers.get("Retry-After", ""), datetime.now(UTC))


def _seconds(retry_after: str, now: datetime) -> float | None:
    """A number of seconds, or the time until a date (RFC 9110, 10.2.3); None for what is neither, or over."""
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after) or None
    try:
        then = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    rest = (then.replace(tzinfo=then.tzinfo or UTC) - now).total_seconds()
    return rest if rest > 0 else None


def never_sent(error: requests.RequestException) -> bool:
    """Whether nothing of the message has left: there was no connection, or no address to connect to."""
    sent = next(SENT[kind] for kind in type(error).__mro__ if kind in SENT)
    if sent != "look":
        return sent == "nothing"
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
