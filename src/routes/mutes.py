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
from services.models.domain.finding import Mute
from services.models.domain.findings import FindingQuery
from services.models.kit.values import iso
from views.cop import mutes as view
from views.links.cop import CONDITIONS, OPEN

router = new_router()
LIMIT = 300  # characters of a condition
REASON_LIMIT = 500
NEW = Mute("", "", "", "", "9999-12-31T00:00:00Z")


def read_draft(given: Given) -> dict[str, str]:
    """The fields of a mute, as far as they are given. Raises BadRequest for a span that is none."""
    fields = {name: value for name in (*CONDITIONS, "reason") if (value := given.one(name))}
    return fields | {"days": check("days", given.one("days", "90"), tuple(view.SPANS), "is not known")}


class Refused(BadRequest):
    """A mute that can't be: its form says why, beside the field, "" for all of its conditions."""

    def __init__(self, field: str, message: str, way_out: str = "") -> None:
        super().__init__(message, way_out)
        self.field = field


@router.get("/cop/mutes", takes=read_draft)
def mutes(given: dict[str, str]) -> Response[Any]:
    request = request_of(router)
    return _answer(request, _draft(request, given))


@router.post("/cop/mutes", takes=read_draft)
def mute(form: dict[str, str]) -> Response[Any]:
    request = request_of(router)
    try:
        entered = read_mute(request, form)
    except Refused as error:
        return _answer(request, view.Draft(form, problem=str(error), field=error.field), error.status)
    request.console.cop.store().mute(entered)
    return see_other(f"{request.prefix}/cop/mutes")


@router.post("/cop/mutes/<id>/delete")
def unmute(id: str) -> Response[Any]:
    request = request_of(router)
    request.console.cop.store().unmute(segment(id))
    return see_other(f"{request.prefix}/cop/mutes")


def read_mute(request: Request, form: Mapping[str, str]) -> Mute:
    """The mute that a form describes. Raises Refused that names what is missing or wrong."""
    conditions = read_conditions(request, form)
    reason, days = form.get("reason", "").strip(), form["days"]
    if not reason:
        raise Refused("reason", "A mute has no reason", "say why: others will read it")
    if len(reason) > REASON_LIMIT:
        raise Refused("reason", f"The reason has {len(reason)} characters", f"use at most {REASON_LIMIT}")
    return replace(
        conditions,
        id=secrets.token_hex(8),
        reason=reason,
        author=request.identity,
        created=iso(request.now) or "",
        expires=iso(request.now + timedelta(days=int(days))) or "",
    )


def read_conditions(request: Request, given: Mapping[str, str]) -> Mute:
    """What a mute covers. Raises Refused."""
    values = {name: given.get(name, "").strip() for name in CONDITIONS}
    if not any(values.values()):
        raise Refused(
            "", "A mute without a condition would mute everything", f"give one of {', '.join(CONDITIONS)}"
        )
    for name, value in values.items():
        try:
            values[name] = _condition(request, name, value) if value else ""
        except BadRequest as error:
            raise Refused(name, error.message, error.way_out) from None
    return replace(NEW, **values)


def _condition(request: Request, name: str, value: str) -> str:
    """As it is stored: an account by its id. Raises BadRequest."""
    if len(value) > LIMIT:
        raise BadRequest(f"{name} has {len(value)} characters", f"use at most {LIMIT}")
    if name == "rule":
        check(name, value, tuple(request.console.cop.rules()), "is no rule")
    if name == "account":
        return read_accounts(request, [value])[0]
    if name == "tag" and "=" not in value:
        raise BadRequest(f"tag={value[:100]!r} has no '='", "write it as Key=Value")
    return value


def _answer(request: Request, draft: view.Draft, status: int = 200) -> Response[Any]:
    desk, muted = request.console.cop, findings_of(request).muted()  # first, for the notice of what is lost
    page = view.view(
        replace(context_of(request), path=request.path),  # of a refused form too: it is this page
        desk.mutes(),
        muted,
        draft,
        tuple(desk.rules()),
        request.everything.coverage(None, {}),
    )
    return answer(request, dom.document(page), status=status)


def _draft(request: Request, given: Mapping[str, str]) -> view.Draft:
    """With how many open findings it would mute, or why it would mute none."""
    if not any(given.get(name, "").strip() for name in CONDITIONS):
        return view.Draft(given)
    try:
        conditions = read_conditions(request, given)
    except Refused as error:
        return view.Draft(given, problem=error.message)
    return view.Draft(given, _covered(request, conditions))


def _covered(request: Request, conditions: Mute) -> int:
    filters = {name: (value,) for name in ("rule", "account") if (value := getattr(conditions, name))}
    query = FindingQuery(filters={**OPEN.filters, **filters})
    open_ones = findings_of(request).every(query)
    return sum(conditions.covers(row.entry, iso(request.now) or "") for row in open_ones)
