"""GET and POST /cop/mutes: what nobody wants to hear of, with a preview of what a mute would cover."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from aws_lambda_powertools.event_handler import Response

import dom
from errors import BadRequest
from routes.accounts_named import read_accounts
from routes.common import Request, answer, context_of, new_router, request_of, segment
from routes.findings import findings_of
from routes.forms import see_other
from routes.parameters import Given, check
from services.models.finding import Mute
from services.models.findings import FindingQuery
from services.models.values import iso
from views import mutes as view
from views.cop_links import CONDITIONS, OPEN

router = new_router()
LIMIT = 300  # characters of a condition
NEW = Mute("", "", "", "", "9999-12-31T00:00:00Z")


def read_draft(given: Given) -> dict[str, str]:
    """The fields of a mute, as far as they are given. Raises BadRequest for a span that is none."""
    fields = {name: value for name in (*CONDITIONS, "reason") if (value := given.one(name))}
    return fields | {"days": check("days", given.one("days", "90"), tuple(view.SPANS), "is not known")}


@router.get("/cop/mutes", takes=read_draft)
def mutes(given: dict[str, str]) -> Response[Any]:
    request = request_of(router)
    desk = request.console.cop
    muted = findings_of(request).muted()
    page = view.view(
        context_of(request),
        desk.mutes(),
        muted,
        _draft(request, given),
        tuple(desk.rules()),
        request.everything.coverage(None, {}),
    )
    return answer(request, dom.document(page))


@router.post("/cop/mutes", takes=read_draft)
def mute(form: dict[str, str]) -> Response[Any]:
    request = request_of(router)
    request.console.cop.store().mute(read_mute(request, form))
    return see_other(f"{request.prefix}/cop/mutes")


@router.post("/cop/mutes/<id>/delete")
def unmute(id: str) -> Response[Any]:
    request = request_of(router)
    request.console.cop.store().unmute(segment(id))
    return see_other(f"{request.prefix}/cop/mutes")


def read_mute(request: Request, form: Mapping[str, str]) -> Mute:
    """The mute that a form describes. Raises BadRequest that names what is missing or wrong."""
    conditions = read_conditions(request, form)
    reason, days = form.get("reason", "").strip(), form["days"]
    if not reason:
        raise BadRequest("A mute has no reason", "say why: others will read it")
    return replace(
        conditions,
        id=secrets.token_hex(8),
        reason=reason[:500],
        author=request.identity,
        created=iso(request.now) or "",
        expires=iso(request.now + timedelta(days=int(days))) or "",
    )


def read_conditions(request: Request, given: Mapping[str, str]) -> Mute:
    """What a mute covers. Raises BadRequest."""
    values = {name: given.get(name, "").strip() for name in CONDITIONS}
    if not any(values.values()):
        raise BadRequest(
            "A mute without a condition would mute everything", f"give one of {', '.join(CONDITIONS)}"
        )
    for name, value in values.items():
        if len(value) > LIMIT:
            raise BadRequest(f"{name} has {len(value)} characters", f"use at most {LIMIT}")
    if values["rule"]:
        check("rule", values["rule"], tuple(request.console.cop.rules()), "is no rule")
    if values["account"]:
        (values["account"],) = read_accounts(request, [values["account"]])
    if values["tag"] and "=" not in values["tag"]:
        raise BadRequest(f"tag={values['tag'][:100]!r} has no '='", "write it as Key=Value")
    return replace(NEW, **values)


def _draft(request: Request, given: Mapping[str, str]) -> view.Draft:
    """With how many open findings it would mute, or why it would mute none."""
    if not any(given.get(name, "").strip() for name in CONDITIONS):
        return view.Draft(given)
    try:
        conditions = read_conditions(request, given)
    except BadRequest as error:
        return view.Draft(given, problem=error.message)
    return view.Draft(given, _covered(request, conditions))


def _covered(request: Request, conditions: Mute) -> int:
    filters = {name: (value,) for name in ("rule", "account") if (value := getattr(conditions, name))}
    query = FindingQuery(filters={**OPEN.filters, **filters})
    open_ones = findings_of(request).every(query)
    return sum(conditions.covers(row.entry, iso(request.now) or "") for row in open_ones)
