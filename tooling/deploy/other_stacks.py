"""`inv deploy -s`: the stacks beside an environment's: the roles of other accounts, and the pipeline."""

from __future__ import annotations

import os
from pathlib import Path

from errors import SettingsError
from services.cloud.aws import Aws
from tooling.blocks.grants import COST_ROLE
from tooling.blocks.variables import DEFAULTS
from tooling.deploy import cdk
from tooling.deploy.change_set import ChangeSet
from tooling.deploy.deploy import Order, make, refuse_busy, refuse_without_bootstrap, stack_of
from tooling.deploy.destination import try_role
from tooling.deploy.stack import Tell
from tooling.local.target import PIPELINE, ROLES, check_profile

FOLDER = Path(".local/assembly/pipeline")


def deploy_other(root: Path, order: Order, home: str, tell: Tell = print) -> None:
    """Deploy the stack of the order's target: show it, ask, do it, and try a role.

    home: profile of the account that Polo is deployed in, for a role; empty: the shell's. Raises PoloError.
    """
    if order.target.stack in ROLES:
        _role(root, order, home, tell)
    else:
        _pipeline(root, order, tell)


def _role(root: Path, order: Order, home: str, tell: Tell) -> None:
    home = check_profile(home)
    target, polo, name = order.target, Aws(home), order.target.stack
    here, there, word, role = polo.account(), target.account(), _word(), _role_name(name)
    given = {"PoloAccountId": here.id, "ExternalId": word, "RoleName": role}
    changes = _change_set(order)
    changes.create(cdk.role_template(root, name), given)
    make(changes, order, tell)
    if order.dry_run:
        return
    try_role(polo, there, word, role)
    tell(f"role {role} of {there.id} opens for {here.id}; {_next(name, there.id, target.options)}")


def _word() -> str:
    if not (word := os.environ.get("EXTERNAL_ID", "")):
        raise SettingsError(
            "EXTERNAL_ID is not set, which the role asks for",
            "set it in .env to what the other roles ask for, or let inv account add make one",
        )
    return word


def _role_name(stack: str) -> str:
    name = "DESTINATION_ROLE_NAME"
    return os.environ.get(name) or DEFAULTS[name] if stack == ROLES[0] else COST_ROLE


def _next(stack: str, account: str, options: str) -> str:
    if stack == ROLES[0]:
        return "inv account add lists it"
    return f"set CORE_ACCOUNT_ID={account} in .env, then inv deploy {options.partition(' -p ')[0]}"


def _pipeline(root: Path, order: Order, tell: Tell) -> None:
    missing = [name for name in ("CONNECTION_ARN", "REPOSITORY") if not os.environ.get(name)]
    if missing:
        raise SettingsError(
            f"{PIPELINE} needs {' and '.join(missing)}: the source that it builds",
            "set them in .env; infra/ci.py says what each is",
        )
    refuse_without_bootstrap(order.target)
    app = cdk.pipeline(root, root / FOLDER)
    changes, no_parameters = _change_set(order), dict[str, str]()
    cdk.prepare(root, order.target, app, no_parameters, exclusively=order.exclusively)
    make(changes, order, tell)


def _change_set(order: Order) -> ChangeSet:
    order.target.account()
    stack = stack_of(order.target)
    refuse_busy(order.target, stack)
    changes = ChangeSet(stack)
    changes.forget()
    return changes
