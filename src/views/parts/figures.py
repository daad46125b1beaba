"""The row of figures at the top of Home."""

from __future__ import annotations

from dom import Child, Element, Safe, x
from services.models.domain.costs import Headline, Spending, cents_of
from services.models.everything.collections import Collections
from services.models.everything.query import NONE, Group, Query, Totals
from services.models.kit.base import UNKNOWN
from views.links.context import Context
from views.links.costs import cost_url, key_title
from views.links.format import money, number, percent, plural
from views.links.links import accounts_url, list_url
from views.parts.cost_words import against, forecast_note, spent, to_date_title
from views.parts.parts import account_classes, account_name, bar, region_title

STEPS = ("step-1", "step-2", "step-3", "step-4")
SLIM = "bar slim"


def figures(
    context: Context,
    totals: Totals,
    by_account: tuple[Group, ...],
    by_type: tuple[Group, ...],
    by_region: tuple[Group, ...],
    by_owner: tuple[Group, ...],
    collections: Collections,
    spending: Spending | None = None,
) -> Element:
    """Resources, cost, accounts, regions, owned share, fresh scopes; where costs are known, the month's."""
    known = _cost(context, totals, by_account)
    if spending:
        told = (_month(context, spending), _forecast(context, spending.headline), known)
    else:
        told = (known, _accounts(context, by_account, collections), _regions(by_region))
    return x.div(class_="figures")(
        _resources(context, totals, by_account, by_type),
        told,
        _owned(context, totals, by_owner),
        _scopes(context, collections),
    )


def _resources(
    context: Context, totals: Totals, by_account: tuple[Group, ...], by_type: tuple[Group, ...]
) -> Element:
    shares = _by_account(context, [(group, group.totals.count) for group in by_account], money_=False)
    return _figure(
        "Resources",
        number(totals.count),
        f"of {plural(len(by_type), 'type')}",
        shares,
        list_url(context, Query()),
    )


def _cost(context: Context, totals: Totals, by_account: tuple[Group, ...]) -> Element:
    known = totals.count > totals.unknown
    value: Child = [money(totals.cost), x.small("/mo")] if known else money(None)
    note = f"{number(totals.unknown)} costs unknown" if totals.unknown else "of all resources"
    shares = _by_account(context, [(group, group.totals.cost) for group in by_account], money_=True)
    dearest = list_url(context, Query(sort="cost", descending=True))
    return _figure("Known cost", value, note, shares, dearest)


def _month(context: Context, spending: Spending) -> Element:
    headline, colours = spending.headline, account_classes(context)
    parts = [
        (
            max(0, cents_of(row.nanos[-1])),
            colours.get(row.key or "", "mut"),
            f"{key_title(spending.names, 'account', row.key)} {spent(row.nanos[-1])}",
        )
        for row in spending.pivot.rows
    ]
    title, value = to_date_title(headline), spent(headline.to_date)
    return _figure(title, value, against(headline), bar(parts, shape=SLIM), cost_url(context))


def _forecast(context: Context, headline: Headline) -> Element:
    forecast = None if headline.forecast is None else cents_of(headline.forecast)
    last = "" if headline.last_month is None else f"last month {spent(headline.last_month)}"
    last = forecast_note(headline) if headline.is_whole else last
    so_far = cents_of(headline.to_date)
    parts = [(so_far, "", f"{spent(headline.to_date)} so far")]
    shares = bar(parts, whole=forecast or so_far, shape=SLIM)
    value = money(None) if forecast is None else spent(headline.forecast or 0)
    return _figure("Forecast", value, last or "of the whole month", shares, cost_url(context))


def _accounts(context: Context, by_account: tuple[Group, ...], collections: Collections) -> Element:
    count = len(context.accounts or by_account)
    failing = len({part.account for part in collections.parts if part.failed or part.held})
    note = f"{number(failing)} with failing scopes" if failing else "all collected"
    parts = [
        (count - failing, "fill-good", plural(count - failing, "account") + " fresh"),
        (failing, "fill-bad", note),
    ]
    return _figure("Accounts", number(count), note, bar(parts, shape=SLIM), accounts_url(context))


def _regions(by_region: tuple[Group, ...]) -> Element:
    regions = [group for group in by_region if group.value not in ("", "global")]
    note = f"most in {regions[0].value}" if regions else "none"
    parts = [
        (group.totals.count, STEPS[min(place, len(STEPS) - 1)], _share(region_title(group.value), group))
        for place, group in enumerate(regions)
    ]
    return _figure("Regions", number(len(regions)), note, bar(parts, shape=SLIM))


def _owned(context: Context, totals: Totals, by_owner: tuple[Group, ...]) -> Element:
    owned = sum(group.totals.count for group in by_owner if group.value not in ("", NONE, UNKNOWN))
    unknown = sum(group.totals.count for group in by_owner if group.value == UNKNOWN)
    missing = totals.count - owned - unknown
    note = f"{number(missing)} without owner" if missing else "nothing without owner"
    note += f", {number(unknown)} unknown" if unknown else ""
    shares = bar([(owned, "fill-good", f"{number(owned)} owned")], whole=totals.count, shape=SLIM)
    return _figure(
        "Owned",
        percent(owned, totals.count),
        note,
        shares,
        list_url(context, Query(filters={"owner": (NONE,)})),
    )


def _scopes(context: Context, collections: Collections) -> Element:
    held, failed = (sum(getattr(part, name) for part in collections.parts) for name in ("held", "failed"))
    fresh, count = context.fresh, collections.scopes
    old = max(0, count - fresh - held - failed)
    closed = sum(part.closed for part in collections.parts)
    told = ((failed, "failed"), (held, "held back"), (old, "old"), (closed, "closed"))
    parts = [
        (fresh, "fill-good", f"{number(fresh)} fresh"),
        (held + old, "fill-held", f"{number(held + old)} held back or old"),
        (failed, "fill-bad", f"{number(failed)} failed"),
    ]
    value: Child = [number(fresh), x.small(f" of {number(count)}")]
    note = ", ".join(f"{number(count)} {word}" for count, word in told if count) or "none failed"
    return _figure("Fresh scopes", value, note, bar(parts, shape=SLIM), accounts_url(context))


def _by_account(context: Context, sizes: list[tuple[Group, int]], *, money_: bool) -> Safe:
    colours = account_classes(context)
    return bar(
        [
            (
                size,
                colours.get(group.value, "mut"),
                f"{account_name(context, group.value)} {money(size) if money_ else number(size)}",
            )
            for group, size in sizes
        ],
        shape=SLIM,
    )


def _share(title: str, group: Group) -> str:
    return f"{title} {number(group.totals.count)}"


def _figure(label: str, value: Child, note: str, shares: Safe, url: str | None = None) -> Element:
    content = (
        x.div(class_="mut")(label),
        x.div(class_="figure-value")(value),
        x.div(class_="figure-note", title=note)(note),
        shares,
    )
    return x.a(class_="figure", href=url)(content) if url else x.div(class_="figure")(content)
