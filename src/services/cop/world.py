"""World: what rules know beside the estate, put together from what Polo has."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from services.cop.inspection import World
from services.cop.limits import FILE, read_limits
from services.cop.rules import RULES
from services.daily_store import DailyStore, Known
from services.models.base import Resource
from services.models.daily import Values
from services.prices import prices


def world(now: datetime, store: DailyStore) -> World:
    """Raises SettingsError when cop.toml can't be read."""
    return World(now, prices(), partial(_daily, store, now, {}), read_limits(FILE, RULES))


def _daily(
    store: DailyStore,
    now: datetime,
    read: dict[tuple[str, str], Known],
    resource: Resource,
    metric: str,
    days: int,
) -> Values:
    """The values of the whole days before `now`; read: those of an account and type, once they were asked."""
    place = resource.account, resource.type
    if place not in read:
        read[place] = {id: each for _, known in store.of(*place) for id, each in known.items()}
    known = read[place].get(resource.id)
    return known.of(metric, (now - timedelta(days=1)).date(), days) if known else (None,) * days
