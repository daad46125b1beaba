"""GET /sync: how fresh every scope is, as page and as JSON. POST /sync/collect: collect some again."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.event_handler import Response

import dom
from errors import BadRequest, NotFound
from routes.common import Request, answer, answer_json, context_of, new_router, request_of
from routes.forms import posted, see_other
from routes.lists import read_text
from services.models import RESOURCE_TYPES
from services.models.scope import Account, ScopeHead
from views import sync as view
from views.collecting import Again
from views.links import sync_url

router = new_router()
SKEW = 5_000  # milliseconds; SQS tells the time of a message by its own clock


@router.get("/sync")
def sync() -> Response[Any]:
    request = request_of(router)
    settings = request.console.settings
    left_out = () if settings.local else settings.excluded_type_names  # a laptop's sync leaves out none
    page = view.view(context_of(request), request.everything.heads(), _again(request), left_out)
    return answer(request, dom.document(page))


@router.get("/api/sync")
def sync_json() -> Response[Any]:
    request = request_of(router)
    return answer_json(request, {"scopes": [head.to_json() for head in request.everything.heads()]})


@router.post("/sync/collect")
def collect() -> Response[Any]:
    """Ask, and go to the page that shows how far it is."""
    request = request_of(router)
    form = posted(request)
    account, type = form.get("account", ""), form.get("type", "")
    heads = _heads(request, account, type)
    if not heads:
        raise NotFound(f"Nothing of {account[:100]!r} {type[:100]!r} is collected", "choose it on the board")
    types = tuple(sorted({head.scope.type for head in heads}))
    name = request.everything.accounts().get(account, account)
    request.console.collector.ask(Account(account, name), types)
    now = int(request.now.timestamp() * 1000)
    asked = max(now - SKEW, 1 + max(head.attempted for head in heads))
    return see_other(sync_url(context_of(request), account=account, type=type, asked=asked))


def _again(request: Request) -> Again:
    """Raises BadRequest for what no generation can be."""
    collector, query = request.console.collector, request.query
    account, type = (read_text(query.get(name, [""])[-1]) for name in ("account", "type"))
    given = query.get("asked", ["0"])[-1]
    if not (given.isascii() and given.isdigit() and len(given) < 15):
        raise BadRequest(f"asked={given[:100]!r} is no moment", "choose a scope on the board")
    asked = int(given) if account else 0
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
