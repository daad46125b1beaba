"""GET /costs: what was spent, as page, JSON and CSV."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import Response

import dom
from errors import BadRequest, NotFound
from routes.accounts_named import account_id
from routes.common import Request, answer, answer_csv, answer_json, context_of, new_router, request_of
from routes.export import costs_csv
from routes.lists import Asked, or_csv
from routes.parameters import SHOWN, Given, check
from services.costs.dates import count_between
from services.models.domain.cost_names import short
from services.models.domain.costs import DIMENSIONS, CostQuery, Pivot, Spent, cut_of, dollars_of
from services.models.everything.query import NONE
from views.costs import costs as view
from views.costs.form import Known

if TYPE_CHECKING:
    from services.costs.costs import Costs

router = new_router()
COLUMNS = 1_000  # periods of a CSV; days are kept for 14 months at the most
REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-[0-9]{1,2}")


def read_costs(given: Given) -> CostQuery:
    """The query in a URL's parameters. Raises BadRequest that names the value and what would do."""
    by = check("by", given.one("by", "account"), DIMENSIONS, "is not known")
    filters = {name: value for name in DIMENSIONS if (value := given.one(name))}
    if filters:
        filters = _checked(given.request, filters)
    if cut_of(by, *filters) is None:
        raise BadRequest(
            f"Nobody asked Cost Explorer for costs by {' and '.join(sorted({by, *filters}))}",
            "it groups by two: account and service, account and region, or owner and service",
        )
    first, last = (_period(given, name) for name in ("from", "to"))
    if first and last and (len(first) != len(last) or first > last):
        raise BadRequest(f"from={first} to={last} is no stretch of time", "two months or two days, in order")
    return CostQuery(by, filters, first, last)


def _checked(request: Request, filters: dict[str, str]) -> dict[str, str]:
    """The keys that these filters mean: of an account its id, of a service its whole name.

    An owner may have spent nothing, and so may any region. Raises BadRequest for what can't be a key.
    """
    found = request.console.costs.current()
    if "account" in filters:
        names = names_of(request, found) if found else request.everything.accounts()
        filters["account"] = account_id(filters["account"], names)
    if "service" in filters and found:
        filters["service"] = _service(filters["service"], found.keys("service"))
    if "region" in filters and found and not REGION.fullmatch(filters["region"]):
        check("region", filters["region"], found.keys("region"), "is no region")
    if filters.get("owner") == NONE:
        filters["owner"] = ""
    return filters


def _service(value: str, services: Sequence[str]) -> str:
    """The service that is called so in Cost Explorer, or in short on the pages."""
    in_short = {short(service).casefold(): service for service in services}
    return check("service", in_short.get(value.casefold(), value), tuple(services), "has no costs")


def _period(given: Given, name: str) -> str:
    text = given.one(name)
    try:
        day = date.fromisoformat(text if len(text) != 7 else f"{text}-01") if text else None
        if day and text in (f"{day}", f"{day:%Y-%m}"):  # ISO 8601 has other forms too
            return text
    except ValueError:
        pass
    if text:
        raise BadRequest(
            f"{name}={text[:SHOWN]!r} is no month and no day", "write it as 2026-11 or 2026-11-20"
        )
    return ""


@router.get("/costs", takes=or_csv(read_costs))
def costs(asked: Asked[CostQuery]) -> Response[Any]:
    request, query = request_of(router), asked.query
    if asked.csv:
        known = _known(request)
        pivot = known.pivot(query)
        if not pivot.known:
            raise _not_known(pivot)
        _check_columns(pivot)
        return answer_csv(request, "costs", costs_csv(pivot, names_of(request, known)))
    found = request.console.costs.current()
    if found is None:
        return answer(request, dom.document(view.empty(context_of(request))))
    request.note(found.notice)
    context = context_of(request)
    shown = _shown(request, found, found.pivot(query))
    if request.partial:
        return answer(request, dom.render(view.heading(context, shown), view.results(context, shown)))
    return answer(request, dom.document(view.view(context, shown)))


@router.get("/api/costs", takes=read_costs)
def costs_json(query: CostQuery) -> Response[Any]:
    request = request_of(router)
    found = _known(request)
    pivot, headline = found.pivot(query), found.headline()
    months = _months_around(found, pivot)
    amounts = ("to_date", "same_days", "last_month", "forecast")
    content = {
        "by": query.by,
        "filters": query.filters,
        "metric": found.metric,
        "taken": found.taken,
        "periods": pivot.periods,
        "kept": {"from": pivot.kept[0] or None, "to": pivot.kept[1] or None},
        "missing": pivot.missing,
        "open": sorted(pivot.open),
        "rows": [
            {"key": row.key, "amounts": _usd(row.nanos), "total": str(dollars_of(row.total))}
            for row in pivot.rows
        ],
        "totals": _usd(pivot.totals),
        "total": str(dollars_of(pivot.total)) if pivot.known else None,
        "months": months and months.known and str(dollars_of(months.total)) or None,
        "month": headline and {name: _maybe(getattr(headline, name)) for name in amounts},
        "notice": found.notice,
    }
    return answer_json(request, content)


def _known(request: Request) -> Costs:
    """Raises NotFound while there are none."""
    found = request.console.costs.current()
    if found is None:
        raise NotFound("There are no costs yet", "inv costs asks for them; deployed, lambda_costs each night")
    return found


def _check_columns(pivot: Pivot) -> None:
    """Raises BadRequest for more columns than anybody reads: most of them would be of no known time."""
    count = count_between(*pivot.asked)
    if count > COLUMNS:
        raise BadRequest(
            f"From {pivot.asked[0]} to {pivot.asked[1]} are {count:,} {pivot.query.unit}s",
            f"a file has at most {COLUMNS:,}; kept are {pivot.kept[0]} to {pivot.kept[1]}",
        )


def _not_known(pivot: Pivot) -> NotFound:
    query, (first, last) = pivot.query, pivot.kept
    kept = f"{query.unit}s are kept from {first} to {last}" if first else f"no {query.unit}s are kept"
    asked = " to ".join(filter(None, (query.first, query.last)))
    return NotFound(f"What {asked} cost is not known", f"{kept}; inv costs asks for more")


def names_of(request: Request, found: Costs) -> dict[str, str]:
    """The accounts' names: as Polo knows them, else as the organisation does."""
    return {**(found.outlook.names if found.outlook else {}), **request.everything.accounts()}


def _shown(request: Request, found: Costs, pivot: Pivot) -> view.Shown:
    spent = request.console.costs.spent(found.taken[:10]) if found.taken else Spent()
    return view.Shown(
        pivot,
        names_of(request, found),
        Known(found.months, found.days),
        found.metric,
        found.taken,
        found.headline(),
        found.movers() if not pivot.query.filters else None,
        found.outlook.anomalies if found.outlook else (),
        spent,
        _months_around(found, pivot),
    )


def _months_around(found: Costs, pivot: Pivot) -> Pivot | None:
    """The months of days that are not all known."""
    query = pivot.query
    if query.unit != "day" or not pivot.missing:
        return None
    return found.pivot(replace(query, first=query.first[:7], last=query.last[:7]))


def _usd(nanos: tuple[int, ...]) -> list[str]:
    return [str(dollars_of(each)) for each in nanos]


def _maybe(nanos: int | None) -> str | None:
    return None if nanos is None else str(dollars_of(nanos))
