"""World: what rules know beside the estate, put together from what Polo has."""

from __future__ import annotations

from datetime import datetime

from errors import DataFileError, Lost
from services.cop.judge.daily_values import DailyValues
from services.cop.judge.inspection import World
from services.cop.judge.limits import FILE, read_limits
from services.cop.judge.spend import Spending, spending
from services.cop.registry import RULES
from services.costs.source import CostsSource
from services.daily_store import DailyStore
from services.models.domain.daily import DAY
from services.prices import prices


def world(now: datetime, store: DailyStore, costs: CostsSource | None = None, *, demo: bool = False) -> World:
    """costs: None for none. demo: whether their days do not move on. Raises SettingsError when cop.toml
    can't be read.
    """
    daily = DailyValues(store, now.date() - DAY)

    def told() -> Spending | None:
        try:
            return spending(costs, None if demo else now.date()) if costs else None
        except (Lost, DataFileError) as error:  # then it is not known what accounts pay
            daily.troubles[str(error)] = error
            return None

    return World(now, prices(), daily, daily.asked, read_limits(FILE, RULES), told, daily.troubles)
