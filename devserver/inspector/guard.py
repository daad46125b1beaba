"""Who may use the inspector: a browser on this machine that was sent here by the inspector's own pages.

Events hold cookies and the inspector runs code, so being on loopback is not enough: any site that the
developer visits can make the browser send requests to it.
- A name that its owner points at 127.0.0.1 (DNS rebinding) shows in Host, which must be this server's.
- A form on another site (CSRF) lacks the run's token, and its Origin is not ours. The cookie that goes
  with the token is for this path only, and other than the token: a server on another port, which gets
  the cookies of localhost too, learns nothing of use.
- Answers carry no CORS header, so other sites can't read them; their requests are refused besides.
"""

from __future__ import annotations

import hmac
import ipaddress
from hashlib import sha256
from urllib.parse import urlsplit

from devserver.gateway.http_message import Request, values_of

PATH = "/__polo__/"


def refusal(request: Request, port: int) -> str | None:
    """One line on why a request is none of ours; None if it may be answered."""
    if not is_loopback(request.source_ip):
        return f"The inspector answers this machine only, not {request.source_ip}."
    if any(values_of(request.headers, name) for name in ("Forwarded", "X-Forwarded-For")):
        return "The inspector answers no proxy: it shows cookies and runs code."
    hosts = values_of(request.headers, "Host")
    if len(hosts) != 1 or hosts[0].lower() not in own_hosts(port):
        return f"The inspector is at http://localhost:{port}{PATH}, and under no other name."
    site = request.header("Sec-Fetch-Site") or "none"
    followed = request.method == "GET" and request.header("Sec-Fetch-Mode") == "navigate"
    if site not in ("none", "same-origin") and not followed:
        return "Another site asked for this; the inspector answers its own pages only."
    return None


def forgery(request: Request, token: str, secret: str, port: int) -> str | None:
    """One line on why a POST was not sent by a form of ours; None if it was."""
    origins = values_of(request.headers, "Origin")
    if len(origins) > 1 or (origins and origins[0] != f"http://{request.header('Host')}"):
        return "This form stood on another site; use the inspector's own."
    cookie = _cookie(request, cookie_name(port))
    if not (
        hmac.compare_digest(cookie.encode(), derived(secret, "cookie").encode())
        and hmac.compare_digest(token.encode(), derived(secret, "form").encode())
    ):
        return "The form's token is not this run's; load the page again, cookies allowed."
    return None


def own_hosts(port: int) -> frozenset[str]:
    """What a browser on this machine sends as Host."""
    names = ("localhost", "127.0.0.1", "[::1]")
    plain = names if port == 80 else ()
    return frozenset((*plain, *(f"{name}:{port}" for name in names)))


def derived(secret: str, purpose: str) -> str:
    """The run's token for one purpose: "form" or "cookie"; neither tells the other."""
    return hmac.new(secret.encode(), purpose.encode(), sha256).hexdigest()


def cookie_name(port: int) -> str:
    """Cookies know no ports; two servers that run at once must not overwrite each other's."""
    return f"polo_inspector_{port}"


def set_cookie(secret: str, port: int) -> str:
    return f"{cookie_name(port)}={derived(secret, 'cookie')}; Path={PATH}; HttpOnly; SameSite=Strict"


def is_loopback(address: str) -> bool:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(ip, "ipv4_mapped", None)
    return bool((mapped or ip).is_loopback)


def is_foreign(host: str) -> bool:
    """Whether a name is not this machine's own: its owner may have pointed it here (DNS rebinding)."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return True
    return not (name == "localhost" or name.endswith(".localhost") or is_loopback(name))


def is_same_machine(origin: str, host: str) -> bool:
    """Whether a page's Origin and the Host it speaks to, on another port, are one machine."""
    try:
        page, server = urlsplit(origin), urlsplit(f"//{host}")
    except ValueError:
        return False
    return page.scheme in ("http", "https") and page.hostname == server.hostname and bool(page.hostname)


def _cookie(request: Request, name: str) -> str:
    for line in values_of(request.headers, "Cookie"):
        for part in line.split(";"):
            key, _, value = part.strip().partition("=")
            if key == name:
                return value
    return ""
