"""Post to a webhook: what was surely not taken is sent again, what may have been taken never is."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import requests

from errors import PoloError

TRIES = 4
CONNECT, ANSWER = 5.0, 20.0  # seconds
PAUSE, LONGEST = 0.5, 60.0  # seconds between two tries: doubled each time, or what Retry-After says
AGAIN = (429, 500, 502, 503, 504)  # the receiver says that it did not take it


class NotTaken(PoloError):
    """The receiver has surely not taken it."""


class InDoubt(PoloError):
    """The receiver may have taken it: the connection ended before its answer."""


def post(
    url: str,
    message: Mapping[str, Any],
    channel: str,
    sleep: Callable[[float], None] = time.sleep,
    answer_within: float = ANSWER,
) -> None:
    """Raises NotTaken and InDoubt, which name the channel and never the address, for that is a secret."""
    told, pause = "", PAUSE
    for attempt in range(TRIES):
        if attempt:
            sleep(pause)
        pause = min(LONGEST, PAUSE * 2 ** (attempt + 1))
        try:
            status, asked = _posted(url, message, (CONNECT, answer_within))
        except requests.RequestException as error:
            if not _never_sent(error):
                raise _in_doubt(channel, error) from None
            told = "it can't be reached"
            continue
        if status == 200:
            return
        told = f"it answered {status}"
        if status not in AGAIN:
            break
        pause = pause if asked is None else min(LONGEST, asked)
    raise NotTaken(f"Slack channel {channel}: {told}", "check its part of SLACK_WEBHOOK_URL")


def _posted(url: str, message: Mapping[str, Any], timeout: tuple[float, float]) -> tuple[int, float | None]:
    """The answer's status, and the seconds that it asks to wait."""
    with requests.post(url, json=message, timeout=timeout, allow_redirects=False, stream=True) as answer:
        wait = answer.headers.get("Retry-After", "")
        return answer.status_code, float(wait) if wait.isascii() and wait.isdigit() else None


def _never_sent(error: requests.RequestException) -> bool:
    """Whether there was no connection at all, or no address to connect to."""
    if isinstance(error, (requests.ConnectTimeout, requests.exceptions.InvalidURL)):
        return True
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return type(reason).__name__ in ("NewConnectionError", "NameResolutionError", "SSLError")


def _in_doubt(channel: str, error: requests.RequestException) -> InDoubt:
    return InDoubt(
        f"Slack channel {channel}: no answer ({type(error).__name__}), so the digest may have arrived",
        "look there; it is not sent again",
    )
