"""World: what rules know beside the estate, put together from what Polo has."""

from __future__ import annotations

from datetime import datetime

from services.cop import RULES
from services.cop.inspection import World
from services.cop.limits import FILE, read_limits
from services.models.base import Resource
from services.prices import prices


def world(now: datetime) -> World:
    """Raises SettingsError when cop.toml can't be read."""
    return World(now, prices(), _unknown, read_limits(FILE, RULES))


def _unknown(resource: Resource, metric: str, days: int) -> tuple[None, ...]:
    return (None,) * days
