"""GET and POST /cop/mutes: what nobody wants to hear of, with a preview of what a mute would cover."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from aws_lambda_powertools.event_handler import Response

import dom
from errors import BadRequest
from routes.common import Request, answer, context_of, new_router, request_of, segment
from routes.forms import posted, see_other
from services.models.finding import Mute
from services.models.findings import FindingQuery
from services.models.values import iso
from views import mutes as view
from views.cop_links import CONDITIONS, OPEN

router = new_router()
LIMIT = 300  # characters of a condition
NEW = Mute("", "", "", "", "9999-12-31T00:00:00Z")


@router.get("/cop/mutes")
def mutes() -> Response[Any]:
    request = request_of(router)
    given = {name: values[-1][:LIMIT] for name, values in request.query.items()}
    desk = request.console.cop
    findings = desk.findings(request.everything, request.now)
    muted = findings.every(FindingQuery(filters={"status": ("muted",)}))
    page = view.view(
        context_of(request),
        desk.mutes(),
        Counter(row.mute for row in muted),
        view.Draft(given, _covered(request, given)),
        tuple(desk.rules()),
    )
    return answer(request, dom.document(page))


@router.post("/cop/mutes")
def mute() -> Response[Any]:
    request = request_of(router)
    form = posted(request)
    request.console.cop.store().mute(read_mute(request, form))
    return see_other(f"{request.prefix}/cop/mutes")


@router.post("/cop/mutes/<id>/delete")
def unmute(id: str) -> Response[Any]:
    request = request_of(router)
    posted(request)
    request.console.cop.store().unmute(segment(id))
    return see_other(f"{request.prefix}/cop/mutes")


def read_mute(request: Request, form: Mapping[str, str]) -> Mute:
    """The mute that a form describes. Raises BadRequest that names what is missing or wrong."""
    conditions = read_conditions(request, form)
    reason, days = form.get("reason", "").strip(), form.get("days", "90")
    if not reason:
        raise BadRequest("A mute has no reason", "say why: others will read it")
    if days not in view.SPANS:
        raise BadRequest(f"days={days[:20]!r} is not known", f"one of {', '.join(view.SPANS)}")
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
    rules = request.console.cop.rules()
    if values["rule"] and values["rule"] not in rules:
        raise BadRequest(f"There is no rule {values['rule'][:100]!r}", f"one of {', '.join(rules)}")
    if values["tag"] and "=" not in values["tag"]:
        raise BadRequest(f"tag={values['tag'][:100]!r} has no '='", "write it as Key=Value")
    return replace(NEW, **values)


def _covered(request: Request, given: Mapping[str, str]) -> int | None:
    """Open findings that the mute would cover; None while it has no condition that can be read."""
    try:
        conditions = read_conditions(request, given)
    except BadRequest:
        return None
    open_ones = request.console.cop.findings(request.everything, request.now).every(OPEN)
    return sum(conditions.covers(row.entry, iso(request.now) or "") for row in open_ones)
