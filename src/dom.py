"""Safe HTML: the only importer of htmxido.

`x.div(class_="card")("text", x.b("bold"))`: text and attribute values are escaped, URLs that could run code
are neutralised, and what the pages' CSP forbids can't be written: inline script, inline style, on* handlers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import Any, Protocol, cast

from htmxido.htmx import DOM, DOMElement, RawContent

Attribute = str | int | float | Decimal | bool | None
Child = object  # str, number, element, Safe, None or False (left out), or a list, tuple or iterator of these

DEAD = "#"  # what a URL that could run code becomes
URLS = frozenset(
    ("href", "src", "action", "formaction", "poster", "cite", "data", "background", "manifest", "xlink:href")
    + ("hx-get", "hx-post", "hx-put", "hx-patch", "hx-delete", "hx-push-url", "hx-replace-url")
)
FORBIDDEN_TAGS = frozenset(
    ("style", "iframe", "frame", "object", "embed", "applet", "base", "animate", "set")
)
FORBIDDEN_NAMES = re.compile(r"on|hx-on|data-hx-|(style|srcdoc|srcset|ping|hx-vars|http-equiv)$")
EVALUATED = frozenset(("hx-vals", "hx-headers", "hx-request"))  # htmx evaluates values that begin with js:
_NAME = re.compile(r"[a-z][a-zA-Z0-9]*(?:[-:][a-zA-Z0-9]+)*\Z")
_TAG = re.compile(r"[a-z][a-zA-Z0-9]*\Z")
_CAPITAL = re.compile(r"(?=[A-Z])")
_INVISIBLE = re.compile(r"[\0-\x20\x7f-\xa0\u1680\u2000-\u200f\u2028-\u202f\u2060\u3000\ufeff]+")
_SCHEME = re.compile(r"[^/?#]*?:")


class Element(Protocol):
    """A tag. A call gives it attributes, or its content (once), and returns it."""

    def __call__(self, *children: Child, **attributes: Attribute) -> Element: ...


class Tags(Protocol):
    def __getattr__(self, tag: str) -> Element: ...


@dataclass(frozen=True, slots=True)
class Safe:
    """HTML that is known to be inert: built from constants and `text()` only."""

    html: str


def text(value: object) -> str:
    """The value as text, escaped for content and for quoted attributes."""
    return escape(str(value))


def url(value: str) -> str:
    """The URL if it is relative or http(s), else DEAD. Not yet escaped."""
    if value[:1] in ("/", "?", "#") or ":" not in value:
        return value
    scheme = _SCHEME.match(_INVISIBLE.sub("", value))
    return value if scheme is None or scheme[0].lower() in ("http:", "https:") else DEAD


def refresh(seconds: int) -> Safe:
    """For a page's head: the browser asks for the page again after so many seconds, never for another."""
    return Safe(f'<meta http-equiv="refresh" content="{int(seconds)}">')


def render(*elements: Element | Safe) -> str:
    """The elements' HTML: a fragment that any UTF-8 stream can hold."""
    html = "".join(each.html if isinstance(each, Safe) else str(each) for each in elements)
    if "\0" in html:
        html = html.replace("\0", "\ufffd")
    try:
        html.encode()
    except UnicodeEncodeError:  # lone surrogates
        html = html.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return html


def document(root: Element) -> str:
    """A whole page, with its doctype."""
    return "<!doctype html>\n" + render(root)


def _attributes(given: dict[str, Any]) -> dict[str, str | None]:
    made: dict[str, str | None] = {}
    for key, value in given.items():
        if value is None or value is False:
            continue
        name = _names.get(key) or _name(key)
        if value is True:
            made[name] = None  # htmxido writes None as a bare attribute
        elif isinstance(value, str):
            made[name] = _checked(name, value) if name in _CHECKED else value
        elif isinstance(value, (int, float, Decimal)):
            made[name] = str(value)
        else:
            raise TypeError(f"{name}: {type(value).__name__} is no attribute value")
    return made


_names: dict[str, str] = {}
_CHECKED = URLS | EVALUATED


def _name(key: str) -> str:
    """Python name -> attribute name: class_, for_, data_id, aria_label, hx_get, hxGet, viewBox."""
    name = key.rstrip("_")
    if name.startswith("hx"):
        name = _CAPITAL.sub("-", name).lower()
    name = name.replace("_", "-")
    if not _NAME.match(name) or FORBIDDEN_NAMES.match(name.lower()):
        raise ValueError(f"attribute {key!r} is not allowed")
    return _names.setdefault(key, name)


def _checked(name: str, value: str) -> str:
    if name in URLS:
        return url(value)
    if ":" in value and _INVISIBLE.sub("", value).lower().startswith(("js:", "javascript:")):
        raise ValueError(f"{name} must be JSON")
    return value


def _children(given: Any) -> Iterator[Any]:
    for child in given:
        if isinstance(child, (str, DOMElement)):
            yield child
        elif child is None or child is False:
            continue
        elif isinstance(child, Safe):
            yield RawContent(child.html)
        elif isinstance(child, (list, tuple, Iterator)):
            yield from _children(child)
        elif isinstance(child, (int, float, Decimal)) and child is not True:
            yield str(child)
        else:
            raise TypeError(f"{type(child).__name__} is no content")


def _common(*children: Any, **attributes: Any) -> tuple[list[Any], dict[str, Any]]:
    return list(_children(children)), _attributes(attributes)


def _script(*children: Any, **attributes: Any) -> tuple[list[Any], dict[str, Any]]:
    """htmxido writes a script's content raw, and the CSP forbids inline scripts anyway."""
    if children:
        raise ValueError("a script has a src")
    return [], _attributes(attributes)


class _Tags:
    """Elements by tag, each with the pre-processor that makes it safe."""

    def __getattr__(self, tag: str) -> Element:
        if not _TAG.match(tag) or tag.lower() in FORBIDDEN_TAGS:
            raise AttributeError(f"no tag {tag!r}")
        return cast(Element, getattr(_scripts if tag.lower() == "script" else _dom, tag))


_dom = DOM([_common])
_scripts = DOM([_script])
x: Tags = _Tags()
