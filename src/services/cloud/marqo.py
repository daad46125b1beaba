"""Marqo Cloud's control plane, read only: one GET."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from errors import CollectError
from services.cloud.tally import count
from services.models.kit.base import Call
from services.models.kit.scope import GLOBAL
from services.models.kit.values import Item

URL = "https://api.marqo.ai"
TIMEOUT = 10  # seconds
TRIES = 3
_KEY_WAY_OUT = "set MARQO_API_KEY to a key of your Marqo Cloud account"


class MarqoCloud:
    """Source of Marqo's resource types. The key is sent to Marqo and appears nowhere else."""

    region = GLOBAL

    def __init__(self, key: str, url: str = URL) -> None:
        self._key = key.strip()
        self._url = url.rstrip("/")

    def pages(self, call: Call, region: str | None = None) -> Iterator[Item]:
        yield self.call(call.service, call.operation)

    def call(
        self,
        service: str,
        operation: str,
        *,
        absent: Sequence[str] = (),
        region: str | None = None,
        **parameters: Any,
    ) -> Item:
        """GET <url>/api/v2/<operation>. Raises CollectError."""
        import requests  # only here: it would slow the start of everything else

        if not (self._key.isascii() and self._key.isprintable()):  # else it would be quoted in the error
            raise CollectError("the Marqo key has characters that no key has", _KEY_WAY_OUT)
        try:
            with _session(requests) as session:
                answer = session.get(
                    f"{self._url}/api/v2/{operation}",
                    headers={"x-api-key": self._key, "accept": "application/json"},
                    params=parameters,
                    timeout=TIMEOUT,
                    allow_redirects=False,  # the key goes to no other host
                )
        except requests.RequestException as error:
            count(calls=TRIES)
            message = f"can't reach Marqo Cloud ({type(error).__name__})"
            raise CollectError(message, "check the network", type(error).__name__) from None
        again = answer.raw.retries.history
        count(
            calls=1 + len(again), throttles=[*(each.status for each in again), answer.status_code].count(429)
        )
        return _results(answer)


def _session(requests: Any) -> Any:
    session = requests.Session()
    retry = requests.adapters.Retry(
        TRIES - 1,
        backoff_factor=0.5,
        status_forcelist=(429, 500, 502, 503, 504),
        allowed_methods=("GET",),
        raise_on_status=False,
    )
    for scheme in ("https://", "http://"):
        session.mount(scheme, requests.adapters.HTTPAdapter(max_retries=retry))
    return session


def _results(answer: Any) -> Item:
    code = str(answer.status_code)
    if answer.status_code in (401, 403):
        raise CollectError(f"Marqo Cloud refused the key ({code})", _KEY_WAY_OUT, code)
    if answer.status_code != 200:
        raise CollectError(f"Marqo Cloud answered {code} {answer.reason}", "run it again later", code)
    try:
        document = answer.json()
    except ValueError:
        document = None
    if not isinstance(document, Mapping) or not isinstance(document.get("results"), list):
        raise CollectError("Marqo Cloud answered without a list of indexes", "run it again later", code)
    return document
