"""The system as a team deploys it: an environment of its own in an account, and away again.

`strict_system` does the same on a local AWS that enforces IAM and speaks TLS, so that what is done in an
account is tested without one. All that is made carries the mark that `inv sweep` looks for.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from dotenv import load_dotenv

from services.cloud.aws import Aws
from services.models.kit.scope import Account
from services.models.kit.values import iso
from settings import ROOT
from tests.e2e.utils.local import FOLDER, NO_KEYS, build, running, shell
from tests.e2e.utils.system import System
from tests.integration.conftest import free_port
from tooling.blocks.blocks import read_functions
from tooling.deploy import cdk, destination
from tooling.deploy.deploy import Order, deploy, stack_of
from tooling.deploy.deployed_functions import invoke
from tooling.deploy.destroy import empty_and_delete
from tooling.deploy.local import SCHEDULED, until_worked
from tooling.deploy.record import releases_at
from tooling.deploy.sweep import MARK
from tooling.environments import environment
from tooling.local.accounts import HOME, MEMBERS, NOT_HERE, keys, variables
from tooling.local.aws import LocalAws
from tooling.local.target import Target, target
from tooling.release.store import make_bucket

NUMBERS = range(900_000, 1_000_000)  # of environments pr-<n> that no pull request has
ANYWHERE = "127.0.0.0/8"  # a local AWS asks for no network


@contextmanager
def account_system(profile: str) -> Iterator[System]:
    """In the account of a profile, its own member; ALLOWED_CIDRS of .env must let this machine in."""
    build()
    load_dotenv(ROOT / ".env")
    number = NUMBERS[secrets.randbelow(len(NUMBERS))]
    here = target(ROOT, f"pr-{number}", profile)
    with deployed(planned(here, Account(here.account().id, profile))) as found:
        yield found


@contextmanager
def strict_system() -> Iterator[System]:
    """On a local AWS that enforces IAM, with a member account of its own."""
    build()
    with running(LocalAws(FOLDER, free_port(), tls=True), auth=True) as local:
        trust = str(local.certificate)
        surroundings = {
            **NO_KEYS,
            **variables(local.url, FOLDER),
            **dict.fromkeys(("AWS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"), trust),
            "ALLOWED_CIDRS": ANYWHERE,
        }
        with shell(surroundings):
            here = Target(environment(f"pr-{NUMBERS[0]}"), Aws(HOME.name), keys(HOME.id), local.url)
            cdk.bootstrap(ROOT, here)
            make_bucket(releases_at(here).bucket)
            with deployed(replace(planned(here, MEMBERS[0]), certificate=local.certificate)) as found:
                yield found


def planned(here: Target, member: Account) -> System:
    """What is to be deployed: the member's role has a name and an ExternalId of its own."""
    return System(
        here,
        "",
        (member,),
        (here.aws.home(),),
        role=f"Polo-{here.name}",
        external_id=secrets.token_urlsafe(24),
        tags={MARK: str(iso(datetime.now(UTC)))},
        assembly=cdk.assembly(ROOT, here.environment),
    )


@contextmanager
def deployed(plan: System) -> Iterator[System]:
    """With what it has collected, judged and reported; all of it is deleted again, whatever happens."""
    here, (member,) = plan.target, plan.members
    assert not stack_of(here).status(), f"{here.stack} is there already: inv sweep"
    with shell(settings(plan)) as whole, ExitStack() as ends:
        ends.callback(plan.in_member(destination.STACK).delete, str)
        plan.let_in(plan.external_id)
        ends.callback(empty_and_delete, stack_of(here), here.source, str)
        done = deploy(ROOT, Order(here, yes=True, tags=plan.tags), str)
        assert not done.verdict.failed, done.verdict
        destination.try_role(here.aws, member, plan.external_id, plan.role)
        if here.url:
            _let_send_batches(here)
        invoke(here, "SyncFunction", SCHEDULED)
        until_worked(here)
        for function in ("SnapshotFunction", "CopFunction", "ReportFunction"):
            invoke(here, function, SCHEDULED)
        yield replace(plan, url=done.url, variables=whole)


def _let_send_batches(here: Target) -> None:
    """Whom the stack lets send messages: in AWS that is enough for batches, the local AWS asks for more."""
    for function in (each for each in read_functions(ROOT) if "SYNC_QUEUE_URL" in each.environment):
        found = here.call("lambda", "get_function_configuration", FunctionName=here.function(function.name))
        statement = {"Effect": "Allow", "Action": "sqs:SendMessageBatch", "Resource": "*"}
        here.call(
            "iam",
            "put_role_policy",
            RoleName=found["Role"].rpartition("/")[2],
            PolicyName="batches",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        )


def settings(plan: System) -> dict[str, str]:
    """What would stand in .env."""
    (member,) = plan.members
    return {
        "ACCOUNTS": f"{member.id}={member.name}",
        "REGIONS": ",".join(plan.regions),
        "DESTINATION_ROLE_NAME": plan.role,
        "EXTERNAL_ID": plan.external_id,
        "CORE_ACCOUNT_ID": member.id,
        "EXCLUDED_TYPES": ",".join(NOT_HERE) if plan.target.url else "",
    }
