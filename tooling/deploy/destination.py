"""The role in a member account: deployed there, and tried by assuming it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from errors import CollectError
from services.cloud.accounts import role_arn
from services.cloud.aws import Aws, Role
from services.models.kit.error_codes import DENIED
from services.models.kit.scope import Account
from tooling.blocks.variables import DEFAULTS
from tooling.deploy.stack import NO_TAGS, Stack, Tell

STACK = "PoloDestination"
LONGEST = 60.0  # seconds until AWS knows a new role everywhere
PAUSE = 3.0


def put(
    template: str,
    member: Stack,
    home: str,
    external_id: str,
    role: str,
    tell: Tell,
    tags: Mapping[str, str] = NO_TAGS,
) -> None:
    """Deploy the role from its template. home: the account that may assume it. Raises PoloError."""
    given = {"PoloAccountId": home, "ExternalId": external_id, "RoleName": role}
    member.create(template, given, tell, tags)


def try_role(
    home: Aws,
    account: Account,
    external_id: str,
    role: str = DEFAULTS["DESTINATION_ROLE_NAME"],
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Assume it, as the collection will. Raises CollectError when it stays closed for a minute."""
    deadline = clock() + LONGEST
    way = home.assumed(account, Role(role_arn(account.id, role, home.home()), "polo-test", external_id))
    while True:
        try:
            way.account()
        except CollectError as error:
            if error.code not in DENIED or clock() > deadline:
                raise
        else:
            return
        sleep(PAUSE)
