"""The account that pays for the others, as tasks on a laptop ask it."""

from __future__ import annotations

from services.cloud.aws import Aws
from services.models.kit.base import Source
from services.models.kit.scope import GLOBAL
from tooling.credentials import chosen
from wiring.services import Backend


def payer_source(profile: str, backend: Backend) -> Source:
    """The given profile's account; else the role in the account that pays; else the first one's of
    tooling.credentials.

    Raises UnknownName, SettingsError.
    """
    if not profile and (backend.settings.core_role_arn or backend.settings.core_account_id):
        return backend.paying_account(Aws())
    return Aws(chosen(profile)).source(GLOBAL)
