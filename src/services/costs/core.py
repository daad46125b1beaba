"""The way to Cost Explorer: through the role of the account that pays for all others."""

from __future__ import annotations

from services.cloud.accounts import role_arn
from services.cloud.aws import Aws, Role
from services.models.kit.base import Source
from services.models.kit.scope import GLOBAL, Account

COST_ROLE = "PoloCostReader"


def core_source(base: Aws, arn: str, account: str, session: str, external_id: str) -> Source:
    """Where to ask: in the account that this role, or the role for costs of this account, leads to; with
    neither in that of `base` itself.
    """
    if not arn and not account:
        return base.source(GLOBAL)
    arn = arn or role_arn(account, COST_ROLE, base.home())
    role = Role(arn, session, external_id)
    return base.assumed(Account(account or "core", "the account that pays"), role).source(GLOBAL)
