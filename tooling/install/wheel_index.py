"""Where pip would look for a wheel, by the standard library alone: the launcher has nothing else yet."""

from __future__ import annotations

import base64
import configparser
import json
import netrc
import os
import ssl
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

PUBLIC = "pypi"  # pip's own index, where its configuration names no other
PUBLIC_INDEX = f"https://{PUBLIC}.org/simple/"
_UV_INDEXES = ("UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS")
_ACCEPT = "application/vnd.pypi.simple.v1+json, text/html;q=0.1"
_SECONDS = 60.0
_TRUE = ("1", "true", "yes", "on", "y", "t")


@dataclass(frozen=True)
class Wheel:
    """A file that an index or a folder offers. sha256: in hexadecimal, empty where it isn't said."""

    name: str
    url: str
    sha256: str = ""


@dataclass(frozen=True)
class PipConfiguration:
    """What pip's configuration says of where to look. certificates: a file; empty for the system's."""

    indexes: tuple[str, ...]
    folders: tuple[str, ...] = ()
    certificates: str = ""

    def wheels(self, package: str) -> Iterator[Wheel]:
        """All that is offered of a package, folders first. Raises OSError when none of them answers."""
        failures: list[OSError] = []
        offers = 0
        for place in (*self.folders, *(f"{index.rstrip('/')}/{package}/" for index in self.indexes)):
            try:
                found = list(self._offers(place))
            except OSError as error:
                failures.append(error)
                continue
            offers += len(found)
            yield from found
        if failures and not offers:
            raise failures[-1]

    def read(self, url: str) -> Iterator[bytes]:
        """The content behind an address, piece by piece. Raises OSError."""
        with self._open(url) as answer:
            while piece := answer.read(1 << 18):
                yield piece

    def for_uv(self, environ: Mapping[str, str]) -> dict[str, str]:
        """Variables by which uv looks at the same places; none where uv is configured by itself.

        All of them are asked for a version, as pip does: a hash says which file it may be.
        """
        own = (Path("/etc/uv/uv.toml"), Path(environ.get("XDG_CONFIG_HOME", "~/.config")) / "uv" / "uv.toml")
        if any(name in environ for name in _UV_INDEXES) or any(file.expanduser().is_file() for file in own):
            return {}
        first, *more = (*self.indexes, "")
        values = {
            "UV_DEFAULT_INDEX": first if first != PUBLIC_INDEX else "",
            "UV_INDEX": " ".join(filter(_is_there, more)),
            "UV_FIND_LINKS": ",".join(filter(_is_there, self.folders)),
            "UV_INDEX_STRATEGY": "unsafe-best-match",
            "SSL_CERT_FILE": self.certificates,
        }
        return {name: value for name, value in values.items() if value}

    def _offers(self, place: str) -> Iterator[Wheel]:
        local = _local_path(place)
        if local and local.is_dir() and not (local / "index.html").is_file():
            yield from (Wheel(file.name, file.as_uri()) for file in local.iterdir())
            return
        url = (local / "index.html" if local and local.is_dir() else local).as_uri() if local else place
        with self._open(url) as answer:
            content, base = answer.read(), answer.url
            kind = answer.headers.get("Content-Type", "")
        yield from _of_json(content, base) if "json" in kind else _of_html(content, base)

    def _open(self, url: str) -> Any:
        request = urllib.request.Request(_plain(url), headers={"Accept": _ACCEPT})  # noqa: S310  as pip is told
        if user := self._user(url):  # not for where an answer leads to
            request.add_unredirected_header("Authorization", user)
        context = ssl.create_default_context(cafile=self.certificates or None)
        opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=context))
        return opener.open(request, timeout=_SECONDS)

    def _user(self, url: str) -> str:
        """The header that says who asks: as the address says, else an index on the same host, else netrc."""
        place = _place(url)
        for each in (url, *self.indexes):
            parts = urlsplit(each)
            if parts.username and _place(each) == place:
                return _basic(unquote(parts.username), unquote(parts.password or ""))
        try:
            found = netrc.netrc().authenticators(urlsplit(url).hostname or "")
        except (OSError, netrc.NetrcParseError):
            return ""
        return _basic(found[0], found[2] or "") if found else ""


def pip_configuration(environ: Mapping[str, str] = os.environ) -> PipConfiguration:
    """Of pip's files (global, the user's, the environment's) and variables, the later over the earlier."""
    values = dict[str, str]()
    for file in _files(environ):
        values |= _read(file)
    prefix = "PIP_"
    values |= {
        name.removeprefix(prefix).lower().replace("_", "-"): value
        for name, value in environ.items()
        if name.startswith(prefix) and value
    }
    indexes = (values.get("index-url", PUBLIC_INDEX), *values.get("extra-index-url", "").split())
    certificates = values.get("cert") or environ.get("SSL_CERT_FILE") or environ.get("REQUESTS_CA_BUNDLE")
    return PipConfiguration(
        () if values.get("no-index", "").lower() in _TRUE else indexes,
        tuple(values.get("find-links", "").split()),
        certificates or "",
    )


def _files(environ: Mapping[str, str]) -> Iterator[Path]:
    """pip's configuration files, the weakest first; as `pip config debug` lists them."""
    named = environ.get("PIP_CONFIG_FILE", "")
    if named == os.devnull:
        return
    home = Path.home()
    if os.name == "nt":
        roots = [environ.get("PROGRAMDATA", ""), environ.get("APPDATA", "")]
        yield from (Path(root) / "pip" / "pip.ini" for root in roots if root)
        yield home / "pip" / "pip.ini"
    else:
        shared = environ.get("XDG_CONFIG_DIRS") or "/etc/xdg"
        yield from (Path(folder) / "pip" / "pip.conf" for folder in reversed(shared.split(":")) if folder)
        yield Path("/etc/pip.conf")
        if sys.platform == "darwin":
            support = Path("Library/Application Support/pip/pip.conf")
            yield from (Path("/") / support, home / support)
        yield home / ".pip" / "pip.conf"
        yield Path(environ.get("XDG_CONFIG_HOME") or home / ".config") / "pip" / "pip.conf"
    yield Path(sys.prefix) / ("pip.ini" if os.name == "nt" else "pip.conf")
    if named:
        yield Path(named)


def _read(file: Path) -> dict[str, str]:
    """The options of a file for `pip install`; nothing of one that isn't there or can't be read."""
    parser = configparser.RawConfigParser()
    try:
        parser.read(file, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError):
        return {}
    found = dict[str, str]()
    for section in ("global", "download", "install"):
        if parser.has_section(section):
            found |= {name.replace("_", "-"): value for name, value in parser.items(section)}
    return found


def _local_path(place: str) -> Path | None:
    if place.startswith("file:"):
        return Path(urllib.request.url2pathname(urlsplit(place).path))
    return None if "://" in place else Path(place).expanduser().absolute()


def _is_there(place: str) -> bool:
    """uv fails at a folder that isn't there; pip passes it over."""
    local = _local_path(place)
    return bool(place) and (local is None or local.exists())


def _place(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.rpartition("@")[2]


def _plain(url: str) -> str:
    """Without the user."""
    return urlunsplit(urlsplit(url)._replace(netloc=_place(url)[1]))


def _basic(user: str, word: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{word}".encode()).decode()


def _of_json(content: bytes, base: str) -> Iterator[Wheel]:
    for file in json.loads(content).get("files", ()):
        yield Wheel(file["filename"], urljoin(base, file["url"]), file.get("hashes", {}).get("sha256", ""))


def _of_html(content: bytes, base: str) -> Iterator[Wheel]:
    page = _Links()
    page.feed(content.decode("utf-8", errors="replace"))
    for link in page.links:
        url, _, fragment = urljoin(base, link).partition("#")
        digest = fragment.removeprefix("sha256=") if fragment.startswith("sha256=") else ""
        yield Wheel(unquote(urlsplit(url).path.rpartition("/")[2]), url, digest)


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value for name, value in attrs if tag == "a" and name == "href" and value]
