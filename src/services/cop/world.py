"""World: what rules know beside the estate, put together from what Polo has."""

from __future__ import annotations

from datetime import datetime

from services.cop.inspection import World
from services.cop.limits import FILE, read_limits
from services.cop.rules import RULES
from services.daily_store import DailyStore
from services.daily_values import DailyValues
from services.models.daily import DAY
from services.prices import prices


def world(now: datetime, store: DailyStore) -> World:
    """Raises SettingsError when cop.toml can't be read."""
    daily = DailyValues(store, now.date() - DAY)
    return World(now, prices(), daily, daily.asked, read_limits(FILE, RULES))
