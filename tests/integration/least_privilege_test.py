"""Each collector under exactly the policy that `inv policy` prints, and under it without each of its actions.

The local AWS enforces IAM here. What it lacks is checked in tests/iam_actions_test.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import boto3
import pytest

from errors import CollectError
from services.cloud.aws import Aws
from services.cloud.rates import Limiter
from services.collect import metrics
from services.collect.collect import collect
from services.collect.collect_test import CREATORS as FIRST_CREATORS
from services.collect.collect_types_test import CREATORS, TRUST
from services.collect.iam_policy import REGIONS as DESCRIBE_REGIONS
from services.collect.iam_policy import policy
from services.collect.plan import Target, plan, run
from services.data_service import Collected
from services.models import RESOURCE_TYPES
from services.models.kit import launches, prefix_lists
from services.models.kit.base import Document, Resource
from services.models.kit.iam_actions import action_of, api_name
from services.models.kit.scope import Account, Scope
from tooling.local.accounts import NOT_HERE
from tooling.local.aws import LocalAws

pytestmark = pytest.mark.integration
REGION = "eu-west-1"
ACCOUNT = Account("123456789012", "polo")
HERE = {name: kind for name, kind in RESOURCE_TYPES.items() if kind.scope != "marqo" and name not in NOT_HERE}
# the local AWS can't make them, or does not know all questions about them: there are none, so only their list
# is asked for; collect_types_test counts their actions
EMPTY = {"brokers", "classicloadbalancers", "dbsnapshots", "gluejobs", "images", "tables"}
MADE_WITH_OTHERS = {"users"}  # a second time is refused
# asked for where there is no report, and by who lists its keys
NO_REPORT = "iam:GenerateCredentialReport"
NOT_ASKED = {NO_REPORT, prefix_lists.ACTION}  # the local AWS forgets the prefix lists that a rule names
ACCOUNT_BLOCK = "s3:GetAccountPublicAccessBlock"  # the local AWS has no host for it
ALSO_LISTING = {"accesskeys": "iam:GetCredentialReport"}  # beside their own call: what lists items
# what lists a part of the items: of those that it would name, what is stored stays
LISTING_PARTS = {"dbsnapshots": "rds:DescribeDBClusterSnapshots", "ecsservices": "ecs:ListServices"}
# the local AWS does not say whether a policy makes a bucket public, has no tags of some types, and
# does not tell which snapshots a launch template names
UNTOLD = {"s3:GetBucketPolicyStatus", "tag:GetResources", *launches.ACTIONS}
WITNESSES = ("subnets", "queues")  # beside the types that need an action: they go on without it
ACTIONS = sorted({action for kind in HERE.values() for action in kind.actions} - {ACCOUNT_BLOCK})


class Recorder(Limiter):
    """Keeps to no rate, and to which actions were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()

    def before(self, account: str, region: str, service: str, operation: str) -> float:
        self.asked.add(action_of(service, operation))
        return 0.0


@dataclass
class Reader:
    """A user who may read, by a policy that is the test's to change.

    known: what each type has under the whole policy. asked: the actions that this took.
    """

    url: str
    aws: Aws
    recorder: Recorder
    known: dict[str, Collected] = field(default_factory=dict)
    asked: dict[str, set[str]] = field(default_factory=dict)
    clients: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        """A client of the account's root, who may do everything."""
        if service not in self.clients:
            self.clients[service] = root(service, self.url)
        return self.clients[service]

    def allow_without(self, *actions: str) -> None:
        document = policy(HERE.values())
        (statement,) = document["Statement"]
        statement["Action"] = sorted(set(statement["Action"]) - {*actions})
        self.client("iam").put_user_policy(
            UserName="reader", PolicyName="reader", PolicyDocument=json.dumps(document)
        )

    def collect(self, types: Iterable[str]) -> dict[str, Collected]:
        def collect_one(scope: Scope) -> tuple[Resource, ...]:
            return collect(HERE[scope.type], scope, self.aws.source(scope.region))

        scopes = plan([HERE[type] for type in types], [Target(ACCOUNT, (REGION,))])
        return {one.scope.type: one for one in run(scopes, collect_one, generation=1, workers=16)}

    def record(self) -> None:
        """Collect type by type, under the whole policy."""
        self.allow_without()
        for type in HERE:
            self.recorder.asked = self.asked[type] = set()
            self.known |= self.collect([type])
        self.recorder.asked = set()


@pytest.fixture(scope="module")
def reader(strict_aws: LocalAws, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    config, recorder = tmp_path_factory.mktemp("aws") / "config", Recorder()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_CONFIG_FILE", str(config))
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(config))
        write_config(config, strict_aws.url)
        found = Reader(strict_aws.url, Aws("reader", limiter=recorder), recorder)
        fill(found)
        found.record()
    yield found


def root(service: str, url: str) -> Any:
    keys = {"aws_access_key_id": ACCOUNT.id, "aws_secret_access_key": "test"}
    return boto3.client(service, REGION, endpoint_url=url, **keys)


def write_config(config: Path, url: str) -> None:
    iam = root("iam", url)
    iam.create_user(UserName="reader")
    key = iam.create_access_key(UserName="reader")["AccessKey"]
    config.write_text(
        f"[profile reader]\nregion = {REGION}\nendpoint_url = {url}\n"
        f"aws_access_key_id = {key['AccessKeyId']}\naws_secret_access_key = {key['SecretAccessKey']}\n"
    )


def fill(reader: Reader) -> None:
    """One of each type at least, so that every question about one is asked."""
    for name in ("eks", "states"):
        reader.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    for create in (*FIRST_CREATORS, *CREATORS):
        if create.__name__ in HERE.keys() - EMPTY - MADE_WITH_OTHERS:
            create(reader.client)
    reader.client("elasticache").create_serverless_cache(ServerlessCacheName="carts", Engine="valkey")
    reader.client("events").put_rule(
        Name="nightly", ScheduleExpression="rate(1 day)", Tags=[{"Key": "Team", "Value": "search"}]
    )  # of a type without a collector of its own
    reader.client("iam").generate_credential_report()


@pytest.mark.parametrize("type", HERE)
def test_policy_suffices_and_has_nothing_that_is_not_asked(reader: Reader, type: str) -> None:
    found, actions = reader.known[type], set(HERE[type].actions)
    assert not found.error
    if type in EMPTY:
        assert reader.asked[type] <= actions
    else:
        assert found.resources, "of nothing, no further questions are asked"
        assert actions - reader.asked[type] <= NOT_ASKED
        assert reader.asked[type] <= actions


@pytest.mark.parametrize("action", ACTIONS)
def test_without_an_action_only_who_needs_it_fails(reader: Reader, action: str, share: float) -> None:
    reader.allow_without(action)
    needing = {type for type in HERE if action in reader.asked[type]}
    types = HERE.keys() if share == 1 else needing.union(WITNESSES)
    for type, found in reader.collect(types).items():
        if type not in needing:
            assert (found.error, ids(found)) == ("", ids(reader.known[type])), type
        elif action == LISTING_PARTS.get(type):
            assert "not all could be listed, what was known is kept" in found.error
            assert found.resources is not None
        elif action not in listing(type):
            assert_unknown(reader.known[type], found, action)
        else:
            assert f"profile 'reader' may not call {action}" in found.error
            assert f"allow {action} in its policy" in found.error


def listing(type: str) -> set[str]:
    """The actions without which there is nothing to show."""
    call = HERE[type].call
    return {action_of(call.service, api_name(call.operation)), ALSO_LISTING.get(type, "")}


def ids(found: Collected) -> list[str]:
    return [document["id"] for document in found.resources or ()]


def assert_unknown(before: Collected, after: Collected, action: str) -> None:
    """Everything is still listed; what was denied is named, and what it would tell is unknown."""
    assert (after.error, ids(after)) == ("", ids(before))
    changed = {
        name
        for old, new in zip(before.resources or (), after.resources or (), strict=True)
        for name in changes(old, new)
    }
    assert all(new.get("denied") == [action] for new in after.resources or ())
    assert changed > {"denied"} or action in UNTOLD


def changes(old: Document, new: Document) -> Iterator[str]:
    for name in (old.keys() | new.keys()) - {"raw"}:
        if new.get(name) != old.get(name):
            assert name in ("denied", "cost_source") or new.get(name) in (None, "", {}), (name, new.get(name))
            yield name


def test_without_the_regions_the_account_is_refused_in_one_line(reader: Reader) -> None:
    reader.allow_without(DESCRIBE_REGIONS)
    with pytest.raises(CollectError, match=f"may not call {DESCRIBE_REGIONS}"):
        reader.aws.regions()


def test_metrics_need_an_action_of_their_own(reader: Reader) -> None:
    resources = {
        type: [HERE[type].model.from_json(document) for document in found.resources or ()]
        for type, found in reader.known.items()
    }
    series = [one for type, found in resources.items() for one in metrics.wanted(HERE[type], found)][:3]
    source, day = reader.aws.source(REGION), date(2026, 3, 4)
    reader.allow_without()
    assert set(metrics.fetch(series, source, day, day)) == set(series) != set()
    reader.allow_without(metrics.ACTION)
    with pytest.raises(CollectError, match=f"may not call {metrics.ACTION}"):
        metrics.fetch(series, source, day, day)
