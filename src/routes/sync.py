"""GET /sync: how fresh every scope is, as page and as JSON. POST /sync/collect: collect some again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from aws_lambda_powertools.event_handler import Response

import dom
from errors import BadRequest, NotFound
from routes.accounts_named import read_accounts
from routes.common import Request, answer, answer_json, context_of, new_router, request_of
from routes.forms import see_other
from routes.parameters import SHOWN, Given, check
from services.models import RESOURCE_TYPES
from services.models.kit.scope import Account, ScopeHead, from_future
from views.estate import sync as view
from views.estate.collecting import Again
from views.links.links import sync_url

router = new_router()
SKEW = 5_000  # milliseconds; SQS tells the time of a message by its own clock


@dataclass(frozen=True)
class Scopes:
    """Those of an account and type, "" for all. asked: the generation that they were asked to reach, or 0."""

    account: str
    type: str
    asked: int = 0


def read_scopes(given: Given) -> Scopes:
    """Raises BadRequest for an account, a type or a generation that none can be."""
    account, type = given.one("account"), given.one("type")
    if account:
        (account,) = read_accounts(given.request, [account])
    if type:
        check("type", type, _types(given.request), "is no resource type")
    return Scopes(account, type)


def read_awaited(given: Given) -> Scopes:
    """The same, with what they were asked to reach."""
    scopes, text = read_scopes(given), given.one("asked", "0")
    if not (text.isascii() and text.isdigit() and len(text) < 15):
        raise BadRequest(f"asked={text[:SHOWN]!r} is no moment", "choose a scope on the board")
    return replace(scopes, asked=int(text) if scopes.account else 0)


@router.get("/sync", takes=read_awaited)
def sync(scopes: Scopes) -> Response[Any]:
    request = request_of(router)
    heads, left_out = request.everything.heads(), request.console.left_out
    page = view.view(context_of(request), heads, _again(request, scopes), left_out)
    return answer(request, dom.document(page))


@router.get("/api/sync")
def sync_json() -> Response[Any]:
    request = request_of(router)
    return answer_json(request, {"scopes": [head.shown() for head in request.everything.heads()]})


@router.post("/sync/collect", takes=read_scopes)
def collect(scopes: Scopes) -> Response[Any]:
    """Ask, and go to the page that shows how far it is."""
    request = request_of(router)
    account, type = scopes.account, scopes.type
    heads = _heads(request, account, type)
    if not heads:
        raise NotFound(f"Nothing of {account[:100]!r} {type[:100]!r} is collected", "choose it on the board")
    name = request.everything.accounts().get(account, account)
    request.console.collector.ask(Account(account, name), [head.scope for head in heads])
    now = int(request.now.timestamp() * 1000)
    tried = (head.attempted for head in heads if not from_future(head.attempted, now))
    asked = max(now - SKEW, 1 + max(tried, default=0))
    return see_other(sync_url(context_of(request), account=account, type=type, asked=asked))


def _types(request: Request) -> list[str]:
    """Those that are collected, and what else has scopes, as metrics have."""
    scopes = request.everything.collections().parts
    return [*dict.fromkeys((*RESOURCE_TYPES, *(part.type for part in scopes)))]


def _again(request: Request, scopes: Scopes) -> Again:
    collector, account, type, asked = request.console.collector, scopes.account, scopes.type, scopes.asked
    return Again(
        refusal=collector.refusal(),
        under_way=collector.under_way(),
        trouble=collector.trouble(),
        account=account,
        type=type,
        asked=asked,
        heads=_heads(request, account, type) if asked else (),
        at_work=bool(asked) and collector.at_work(asked / 1000),
    )


def _heads(request: Request, account: str, type: str) -> tuple[ScopeHead, ...]:
    """The scopes that are collected when these are asked for, as they are now; type: "" for all.

    Metrics are none of them: they are asked for once a day, for each time costs.
    """
    collector = request.console.collector
    heads = [head for head in collector.heads(account) if head.scope.type in RESOURCE_TYPES]
    types = collector.covers([type]) if type in {head.scope.type for head in heads} else ()
    return tuple(head for head in heads if not type or head.scope.type in types)
