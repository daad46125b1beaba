"""The status of a URL, also of a local AWS: the hosts of its APIs have no address in every resolver."""

from __future__ import annotations

import http.client
import ssl
from pathlib import Path
from urllib.parse import urlsplit

LOOPBACK = "127.0.0.1"


def connect(url: str, seconds: float, certificate: Path | None = None) -> http.client.HTTPConnection:
    """A connection to the host of a URL, not opened yet. certificate: of the only one to trust.

    Raises OSError when that can't be read.
    """
    parts = urlsplit(url)
    host = LOOPBACK if (parts.hostname or "").endswith(".localhost") else parts.hostname or ""
    if parts.scheme == "http":
        return http.client.HTTPConnection(host, parts.port, timeout=seconds)
    trusted = ssl.create_default_context(cafile=certificate)
    return http.client.HTTPSConnection(host, parts.port, timeout=seconds, context=trusted)


def status_of(
    url: str, method: str = "GET", *, seconds: float = 30.0, certificate: Path | None = None
) -> int:
    """The status of the answer. Raises OSError, http.client.HTTPException."""
    parts = urlsplit(url)
    connection = connect(url, seconds, certificate)
    try:
        connection.request(method, parts.path, headers={"Host": parts.netloc})
        return connection.getresponse().status
    finally:
        connection.close()
