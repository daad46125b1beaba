"""GET /costs: what was spent, as page, JSON and CSV."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import Response

import dom
from errors import BadRequest, NotFound
from routes.common import Request, answer, answer_csv, answer_json, context_of, new_router, request_of
from routes.export import costs_csv
from routes.lists import read_values, wants_csv
from services.models.costs import DIMENSIONS, CostQuery, Pivot, Spent, cut_of, dollars_of
from services.models.everything.query import NONE
from views import costs as view
from views.cost_form import Known

if TYPE_CHECKING:
    from services.costs.costs import Costs

router = new_router()


@router.get("/costs")
def costs() -> Response[Any]:
    request = request_of(router)
    query = read_costs(request.query)
    as_csv = wants_csv(request.query, "/api/costs")
    if as_csv:
        known = _known(request)
        return answer_csv(request, "costs", costs_csv(known.pivot(query), names_of(request, known)))
    found, context = request.console.costs.current(), context_of(request)
    if found is None:
        return answer(request, dom.document(view.empty(context)))
    shown = _shown(request, found, found.pivot(query))
    if request.partial:
        return answer(request, dom.render(view.heading(context, shown), view.results(context, shown)))
    return answer(request, dom.document(view.view(context, shown)))


@router.get("/api/costs")
def costs_json() -> Response[Any]:
    request = request_of(router)
    query, found = read_costs(request.query), _known(request)
    pivot, headline = found.pivot(query), found.headline()
    amounts = ("to_date", "same_days", "last_month", "forecast")
    content = {
        "by": query.by,
        "filters": query.filters,
        "metric": found.metric,
        "taken": found.taken,
        "periods": pivot.periods,
        "open": sorted(pivot.open),
        "rows": [
            {"key": row.key, "amounts": _usd(row.nanos), "total": str(dollars_of(row.total))}
            for row in pivot.rows
        ],
        "totals": _usd(pivot.totals),
        "total": str(dollars_of(pivot.total)),
        "month": headline and {name: _maybe(getattr(headline, name)) for name in amounts},
    }
    return answer_json(request, content)


def _known(request: Request) -> Costs:
    """Raises NotFound while there are none."""
    found = request.console.costs.current()
    if found is None:
        raise NotFound("There are no costs yet", "inv costs asks for them; deployed, lambda_costs each night")
    return found


def read_costs(parameters: dict[str, list[str]]) -> CostQuery:
    """The query in a URL's parameters. Raises BadRequest that names the value and what would do."""
    by = parameters.get("by", ["account"])[-1]
    if by not in DIMENSIONS:
        raise BadRequest(f"by={by[:100]!r} is not known", f"one of {', '.join(DIMENSIONS)}")
    filters = {name: values[-1] for name, values in read_values(parameters, DIMENSIONS).items()}
    if filters.get("owner") == NONE:
        filters["owner"] = ""
    if cut_of(by, *filters) is None:
        raise BadRequest(
            f"Nobody asked Cost Explorer for costs by {' and '.join(sorted({by, *filters}))}",
            "it groups by two: account and service, account and region, or owner and service",
        )
    first, last = (_period(parameters, name) for name in ("from", "to"))
    if first and last and (len(first) != len(last) or first > last):
        raise BadRequest(f"from={first} to={last} is no stretch of time", "two months or two days, in order")
    return CostQuery(by, filters, first, last)


def _period(parameters: dict[str, list[str]], name: str) -> str:
    given = parameters.get(name, [""])[-1]
    try:
        day = date.fromisoformat(given if len(given) != 7 else f"{given}-01") if given else None
        if day and given in (f"{day}", f"{day:%Y-%m}"):  # ISO 8601 has other forms too
            return given
    except ValueError:
        pass
    if given:
        raise BadRequest(
            f"{name}={given[:100]!r} is no month and no day", "write it as 2026-11 or 2026-11-20"
        )
    return ""


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
    )


def _usd(nanos: tuple[int, ...]) -> list[str]:
    return [str(dollars_of(each)) for each in nanos]


def _maybe(nanos: int | None) -> str | None:
    return None if nanos is None else str(dollars_of(nanos))
