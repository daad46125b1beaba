"""The account that pays for the others, as tasks on a laptop ask it."""

from __future__ import annotations

from services.cloud.aws import Aws
from services.costs.core import core_source
from services.models.kit.base import Source
from services.models.kit.scope import GLOBAL
from settings import Settings
from tooling.credentials import chosen


def payer_source(profile: str, settings: Settings) -> Source:
    """The given profile's account; else the role in the account that pays; else the first one's of
    tooling.credentials.

    Raises UnknownName, SettingsError.
    """
    if not profile and (settings.core_role_arn or settings.core_account_id):
        return core_source(settings, Aws())
    return Aws(chosen(profile)).source(GLOBAL)
