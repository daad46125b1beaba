"""The way to Cost Explorer: through the role of the account that pays for all others."""

from __future__ import annotations

from services.cloud.accounts import role_arn
from services.cloud.aws import Aws, Role
from services.models.kit.base import Source
from services.models.kit.scope import GLOBAL, Account
from settings import Settings

COST_ROLE = "PoloCostReader"


def core_source(settings: Settings, base: Aws) -> Source:
    """Where to ask: in the account of CORE_ROLE_ARN or CORE_ACCOUNT_ID, else in that of `base` itself."""
    arn, account = settings.core_role_arn, settings.core_account_id
    if not arn and not account:
        return base.source(GLOBAL)
    arn = arn or role_arn(account, COST_ROLE, base.home())
    role = Role(arn, f"polo-{settings.env}", settings.external_id)
    return base.assumed(Account(account or "core", "the account that pays"), role).source(GLOBAL)
