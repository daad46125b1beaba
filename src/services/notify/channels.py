"""Channels: which findings are told where, as [[route]] in cop.toml says, and the webhooks to them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from errors import SettingsError
from services.models.domain.finding import Entry

DEFAULT = "default"
NAMED = re.compile(r"([\w.-]+)=(.*)", re.DOTALL)
LOOPBACK = ("localhost", "127.0.0.1", "::1")  # where a test receives
KEYS = ("owner", "account", "webhook")


@dataclass(frozen=True)
class Route:
    """Findings of this owner and this account, "" for any, go to the channel of that name."""

    webhook: str
    owner: str = ""
    account: str = ""

    def takes(self, entry: Entry) -> bool:
        return self.owner in ("", entry.owner) and self.account in ("", entry.account)


def read_routes(file: Path) -> tuple[Route, ...]:
    """The routes of cop.toml. Raises SettingsError that names what can't be read."""
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise SettingsError(f"{file}: {error.strerror}", "make it readable") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: {error}", "mend the file, or empty it") from None
    tables = content.get("route", [])
    if not isinstance(tables, list) or not all(isinstance(table, Mapping) for table in tables):
        raise SettingsError(f"{file}: route is no list of tables", "write [[route]] above each")
    return tuple(map(_route, tables))


def _route(table: Mapping[str, object]) -> Route:
    for name in table:
        if name not in KEYS:
            raise SettingsError(f"a route in cop.toml has {name!r}", f"one of {', '.join(KEYS)}")
    if not table.get("webhook") or not (table.get("owner") or table.get("account")):
        raise SettingsError(
            f"a route in cop.toml is {dict(table)!r}", "give it a webhook's name, and an owner or an account"
        )
    return Route(*(str(table.get(name, "")) for name in ("webhook", "owner", "account")))


def read_webhooks(setting: str) -> dict[str, str]:
    """Channel -> address: "https://..." is that of DEFAULT, "search=https://..., data=https://..." are named.

    Raises SettingsError that tells no address: they are secrets.
    """
    webhooks = {}
    for number, each in enumerate(setting.replace(",", " ").split(), 1):
        named = NAMED.match(each)
        name, url = (named[1], named[2]) if named else (DEFAULT, each)
        if problem := _problem_with(url):
            whose = f"of channel {name}" if named else f"number {number}"
            raise SettingsError(
                f"the address {whose} in SLACK_WEBHOOK_URL {problem}",
                "write https://..., or name=https://... for each channel, separated by commas",
            )
        if name in webhooks:
            raise SettingsError(
                f"SLACK_WEBHOOK_URL has two addresses of {name}", "give each channel a name of its own"
            )
        webhooks[name] = url
    return webhooks


def _problem_with(url: str) -> str:
    """Why nothing can be posted there, "" if it can: in words that do not tell the address."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
        host.encode("idna")
    except ValueError:
        return "is no address"
    if parts.scheme != "https" and not (parts.scheme == "http" and host in LOOPBACK):
        return "does not begin with https://"
    return "" if host and all(host.removesuffix(".").split(".")) else "names no host"


def by_channel(
    entries: Iterable[Entry], routes: Iterable[Route], webhooks: Mapping[str, str]
) -> dict[str, list[Entry]]:
    """Each finding in every channel whose route takes it; in DEFAULT, if there is one, when none does.

    Every channel is in it, also one without findings. Raises SettingsError for a route to a name without an
    address.
    """
    routes = tuple(routes)
    for route in routes:
        if route.webhook not in webhooks:
            raise SettingsError(
                f"cop.toml has a route to {route.webhook!r}, which SLACK_WEBHOOK_URL does not name",
                f"add {route.webhook}=https://... to it; it names {', '.join(webhooks) or 'none'}",
            )
    channels: dict[str, list[Entry]] = {name: [] for name in webhooks}
    for entry in entries:
        names = {route.webhook for route in routes if route.takes(entry)} or {DEFAULT} & webhooks.keys()
        for name in names:
            channels[name].append(entry)
    return channels
