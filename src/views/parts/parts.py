"""The parts that pages are put together from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import chain

from dom import Child, Element, Safe, text, x
from services.models import RESOURCE_TYPES
from services.models.domain.costs import SPEND
from services.models.everything.query import FACETS, NONE
from services.models.kit.scope import GLOBAL, METRICS
from views.links.context import Context
from views.links.format import LONGEST_ACCOUNT, named

ACCOUNT_CLASSES = (
    ("acct-1", "acct-2", "acct-3", "acct-4", "acct-5", "acct-6")
    + ("acct-7", "acct-8", "acct-9", "acct-10", "acct-11", "acct-12")
)  # fmt: skip
STRONG = 6  # of them; the others are lighter and darker steps
BAD_STATES = frozenset(
    ("failed", "error", "impaired", "inaccessible-encryption-credentials", "incompatible-restore")
    + ("rollback_complete", "rollback_failed", "create_failed", "delete_failed", "expired", "outofservice")
)
YES_NO = {"1": "yes", "0": "no"}  # how Everything counts a typed column of truth values
PSEUDO = {METRICS: "Metrics", SPEND: "Costs"}  # types that are no resource's
MISSING = {"owner": "no owner", "state": "no state", "region": "no region", "account": "no account"}


def account_classes(context: Context) -> Mapping[str, str]:
    """Account id -> the class that has its colour.

    The id says which, so that another account changes no colours but those that it shares; when all are taken
    they come round again.
    """
    return _coloured(tuple(sorted(context.accounts or {})))


@lru_cache(maxsize=4)
def _coloured(ids: tuple[str, ...]) -> Mapping[str, str]:
    """Each has the first that is free from its own on, of the strong ones while there are any."""
    made: dict[str, str] = {}
    for start in range(0, len(ids), len(ACCOUNT_CLASSES)):
        taken: set[str] = set()
        for id in ids[start : start + len(ACCOUNT_CLASSES)]:
            own = blake2b(id.encode(errors="replace"), digest_size=1).digest()[0] % STRONG
            turned = (
                half[own:] + half[:own] for half in (ACCOUNT_CLASSES[:STRONG], ACCOUNT_CLASSES[STRONG:])
            )
            made[id] = next(each for each in chain.from_iterable(turned) if each not in taken)
            taken.add(made[id])
    return made


def account_name(context: Context, id: str) -> str:
    return named((context.accounts or {}).get(id, id), id, LONGEST_ACCOUNT)


def account(context: Context, id: str) -> Element:
    """The account's square and name; its number on hover."""
    colour = account_classes(context).get(id, "mut")
    return x.span(class_="acct", title=id)(square(colour), account_name(context, id))


def square(colour: str) -> Safe:
    return Safe(f'<i class="sq {text(colour)}"></i>')


def type_title(name: str) -> str:
    kind = RESOURCE_TYPES.get(name)
    return kind.title if kind else PSEUDO.get(name, name)


def value_title(context: Context, field: str, value: str) -> str:
    """How a filter's value is called: an account by its name, a type by its title, none in words."""
    if value == NONE:
        return MISSING.get(field, NONE)
    if field == "account":
        return account_name(context, value)
    if field == "type":
        return type_title(value)
    if field == "region":
        return region_title(value)
    return YES_NO.get(value, value) if field not in FACETS and field != "tag" else value


def region_title(region: str) -> str:
    return "global" if region in ("", GLOBAL) else region


def dot_class(type: str, state: str | None) -> str:
    """How a state's dot looks: filled when good, red when failed, hollow otherwise; a dash without one."""
    kind = RESOURCE_TYPES.get(type)
    if not state:
        return "dot none"
    if kind and state in kind.good_states:
        return "dot on"
    return "dot off" if state.lower() in BAD_STATES else "dot"


def dot(type: str, state: str | None, big: bool = False) -> Element:
    """A state's dot with its word for screen readers."""
    classes = dot_class(type, state)
    return x.span(class_=f"{classes} big" if big else classes, role="img", aria_label=state or "no state")


def card(
    title: str, *content: Child, note: Child = None, more: Child = None, classes: str = "card"
) -> Element:
    """A titled box. note: beside the title. more: a link at the right."""
    head = x.div(class_="card-head")(x.h2(title), note and x.span(class_="mut")(note), more)
    return x.section(class_=classes)(head, content)


def bar(parts: Iterable[tuple[int, str, str]], *, whole: int = 0, shape: str = "bar") -> Safe:
    """Parts of a whole, side by side: (size, class of its colour, title). whole: if there is more of it."""
    shown = [part for part in parts if part[0] > 0]
    total = max(whole, sum(size for size, _, _ in shown)) or 1
    rects, start = [], 0.0
    for size, colour, title in shown:
        width = 100 * size / total
        rects.append(
            f'<rect class="{text(colour)}" x="{start:.2f}" width="{width:.2f}" height="6">'
            f"<title>{text(title)}</title></rect>"
        )
        start += width
    name = text("; ".join(title for _, _, title in shown) or "none")
    return Safe(
        f'<svg class="{text(shape)}" viewBox="0 0 100 6" preserveAspectRatio="none" role="img"'
        f' aria-label="{name}">{"".join(rects)}</svg>'
    )


def gauge(size: int, most: int, colour: str = "") -> Safe:
    """One bar of a bar chart. colour: a class, else the accent. Screen readers skip it."""
    width = 100 * size / most if most else 0
    return Safe(
        '<svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="{text(colour)}" width="{width:.2f}" height="6"/></svg>'
    )


def copy_button(label: str, value: str) -> Element:
    """Copies the value; only there when scripts run."""
    return x.button(class_="btn js-only", type="button", data_copy=value)(label)


def page_head(title: Child, note: Child = None, actions: Sequence[Child] = ()) -> Element:
    return x.div(class_="head")(title, note, x.div(class_="actions")(actions) if actions else None)
