"""Each question of each type in turn: denied, about something gone, broken, throttled once, oddly answered.

The questions are those that a collector asks while every answer is well. A list names two items; where a
question is about one of them, only that one's answer is bad.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, replace
from typing import Any

import pytest

from services.cloud.rates import ACTIONS, SERVICES
from services.collect.collect import collect
from services.collect.kept_answers import LEFT_OUT, NAMES_ALONE
from services.models import RESOURCE_TYPES
from services.models.botocore_test import ADDED, SHAPELESS, members_at, operation
from services.models.kit.base import Call, Resource, ResourceType, of_tags
from services.models.kit.iam_actions import action_of
from services.models.kit.scope import GLOBAL, Scope
from services.models.models_test import least
from tests.given_answers import Given, api_name, empty, model, names, refused

pytestmark = pytest.mark.matrix
HOME, ITEMS, OTHER = "us-east-1", "Items[]", "-other"
KINDS = [
    kind
    for kind in RESOURCE_TYPES.values()
    if kind.scope != "marqo" and kind.enrich and kind.name != "others"
]
REPORT = "iam.GetCredentialReport"
# type and question -> why the scope stands or falls with it
ALL_OF_IT = {("accesskeys", REPORT): "the report is the list of the keys"}
MARKS = ("denied", "unanswered", "raw", "tags")  # tags: none where `tags_known` says that they are not known
PARTS = ("ecs.ListServices", "rds.DescribeDBClusterSnapshots")  # they list items: a lost part, see lost_test
TAGS_ALONE = ("elbv2.DescribeTags", "resourcegroupstaggingapi.GetResources", "s3.GetBucketTagging")
# operations that describe one item, and under which key
TELLS = {
    "dynamodb.DescribeTable": "Table",
    "eks.DescribeCluster": "cluster",
    "kinesis.DescribeStreamSummary": "StreamDescriptionSummary",
    "kms.DescribeKey": "KeyMetadata",
    "sagemaker.DescribeEndpoint": "",
    "sns.GetTopicAttributes": "Attributes",
    "sqs.GetQueueAttributes": "Attributes",
}
# operations that answer with items of their own, out of the names that they are asked about
DESCRIBED = {
    "ecs.DescribeClusters": ("clusters", "clusterArn", "clusters"),
    "ecs.DescribeServices": ("services", "serviceArn", "services"),
    "elbv2.DescribeTags": ("TagDescriptions", "ResourceArn", "ResourceArns"),
    "opensearch.DescribeDomains": ("DomainStatusList", "DomainName", "DomainNames"),
}


REPORT_ROWS = (
    "user,arn,user_creation_time,password_enabled,password_last_used,mfa_active",
    "<root_account>,arn:aws:iam::412233445883:root,2021-06-01T09:00:00+00:00,not_supported,"
    "2026-02-03T10:11:12+00:00,true",
    "ana.ruiz,arn:aws:iam::412233445883:user/ana.ruiz,2024-02-05T08:30:00+00:00,true,"
    "2026-02-03T10:11:12+00:00,true",
)
IGW = {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active"}
# operations whose empty answer would tell nothing: about the first of the two items, out of its sample
TOLD: dict[str, Callable[[dict[str, Any]], Any]] = {
    "ec2.DescribeRouteTables": lambda sample: {
        "RouteTables": [{"Associations": [{"SubnetId": sample["SubnetId"]}], "Routes": [IGW]}]
    },
    "ecr.GetLifecyclePolicy": lambda sample: {"lifecyclePolicyText": '{"rules": []}'},
    "iam.GetCredentialReport": lambda sample: {"Content": "\n".join(REPORT_ROWS).encode()},
    "kms.ListAliases": lambda sample: {
        "Aliases": [{"AliasName": "alias/orders", "TargetKeyId": sample["KeyId"]}]
    },
    "redshift.DescribeClusterSubnetGroups": lambda sample: {
        "ClusterSubnetGroups": [
            {
                "ClusterSubnetGroupName": sample["ClusterSubnetGroupName"],
                "Subnets": [{"SubnetIdentifier": "subnet-1"}],
            }
        ]
    },
    "s3.GetBucketEncryption": lambda sample: {
        "ServerSideEncryptionConfiguration": {
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
        }
    },
    "s3.GetBucketPolicyStatus": lambda sample: {"PolicyStatus": {"IsPublic": True}},
    "s3.GetPublicAccessBlock": lambda sample: {
        "PublicAccessBlockConfiguration": dict.fromkeys(
            ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
        )
    },
    "s3control.GetPublicAccessBlock": lambda sample: dict(sample["AccountBlock"]),
    "sagemaker.DescribeEndpointConfig": lambda sample: {
        "ProductionVariants": [{"VariantName": "main", "InstanceType": "ml.m5.large"}]
    },
}


def renamed(value: Any, id: str) -> Any:
    """The value with another id wherever it has this one."""
    if isinstance(value, dict):
        return {key: renamed(each, id) for key, each in value.items()}
    if isinstance(value, list):
        return [renamed(each, id) for each in value]
    return value.replace(id, id + OTHER) if isinstance(value, str) and id else value


def scope_of(kind: ResourceType) -> Scope:
    return Scope("412233445883", GLOBAL if kind.scope == "global" else HOME, kind.name)


def two(kind: ResourceType, item: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The item, and the same under another name."""
    short = kind.model.from_aws(kind.sample, scope_of(kind)).id.replace(":", "/").rpartition("/")[2]
    return item, renamed(item, short)


def bare(kind: ResourceType) -> dict[str, Any]:
    """The sample as the list tells of it, without what further questions add."""
    shape = operation(kind.call.service, kind.call.operation).output_shape
    told = {} if kind.name in SHAPELESS else members_at(shape, kind.call.items)
    named = re.findall(r"(\w+): @", kind.call.items)  # of a list of names
    told = {*least(kind), *named, "SummaryMap", *told.keys() - ADDED.get(kind.name, set())}
    return {key: value for key, value in kind.sample.items() if key in told}


class Fault:
    """A bad answer to one question; about one of two items where it names that one."""

    def __init__(self, question: str = "", code: str = "", *, times: int = 10**6, odd: Any = None) -> None:
        self.question, self.code, self.times, self.odd = question, code, times, odd
        self.hit: list[Mapping[str, Any]] = []

    def __call__(self, question: str, parameters: Mapping[str, Any]) -> bool:
        asked = parameters.get(DESCRIBED[question][2]) if question in DESCRIBED else None
        about = asked or list(names(parameters))
        only_the_other = any(OTHER in name for name in about) and (
            not asked or all(OTHER in name for name in asked)
        )
        if question != self.question or only_the_other:
            return False
        if len(self.hit) >= self.times:
            return False
        self.hit.append(parameters)
        return True


class Asked(Given):
    """AWS with well-formed answers, but for one fault."""

    def __init__(self, kind: ResourceType, fault: Fault) -> None:
        super().__init__(self._well)
        self.kind, self.fault = kind, fault

    def pages(self, call: Call, region: str | None = None) -> Iterator[Any]:
        if call.items == ITEMS:
            yield {"Items": [*two(self.kind, bare(self.kind))]}
        else:
            yield from super().pages(call, region)

    def _well(self, service: str, operation: str, parameters: Mapping[str, Any]) -> Any:
        question = f"{service}.{operation}"
        if self.fault(question, parameters):
            if self.fault.code:
                raise refused(operation, self.fault.code, f"{operation} refused")
            return self.fault.odd
        if question in DESCRIBED:
            items, key, asked = DESCRIBED[question]
            return {items: [dict(self.kind.sample) | {key: name} for name in parameters[asked]]}
        if question in TELLS:
            told = two(self.kind, dict(self.kind.sample))[any(OTHER in name for name in names(parameters))]
            return {TELLS[question]: told} if TELLS[question] else told
        if question in TOLD:
            return TOLD[question](dict(self.kind.sample))
        if question == "ecs.ListServices":
            return {"serviceArns": [renamed(self.kind.sample["serviceArn"], "")]}
        return empty(service, operation)


def collected(kind: ResourceType, fault: Fault) -> tuple[dict[str, Resource], list[str]]:
    """What is collected, by id, and what was asked."""
    source = Asked(kind, fault)
    found = collect(replace(kind, call=replace(kind.call, items=ITEMS)), scope_of(kind), source)
    return {resource.id: resource for resource in found}, list(dict.fromkeys(source.asked))


WELL = {kind.name: collected(kind, Fault()) for kind in KINDS}


def well(kind: ResourceType) -> tuple[dict[str, Resource], list[str]]:
    return WELL[kind.name]


QUESTIONS = [
    pytest.param(kind, question, id=f"{kind.name}-{question}")
    for kind in KINDS
    for question in well(kind)[1]
    if (kind.name, question) not in ALL_OF_IT
]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.models.kit.questions.time.sleep", lambda _: None)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_type_with_further_questions_is_asked_some(kind: ResourceType) -> None:
    found, asked = well(kind)
    assert asked, "this matrix does not reach its questions"
    assert found or kind.name in {name for name, _ in ALL_OF_IT}
    assert not any(each.denied or each.unanswered for each in found.values()), "AWS answers well"


def assert_unknown(bad: Resource, well: Resource) -> None:
    """What the answer would tell is None now: no 0, no "no", no empty text or list, which would be false."""
    for name in differing(bad, well):
        if name == "cost_source":  # why there is none
            assert bad.cost is None
            continue
        nothing = "" if name in ("name", "state") else None  # what has no name is called by its id
        assert getattr(bad, name) == nothing, (name, getattr(bad, name))


def differing(bad: Resource, well: Resource) -> list[str]:
    names = (each.name for each in fields(bad) if each.name not in MARKS)
    return [name for name in names if getattr(bad, name) != getattr(well, name)]


def assert_lacks(question: str, marked: list[Resource], usual: Mapping[str, Resource]) -> None:
    """Each question tells something here, so that something is unknown without its answer."""
    if of_tags(marks(question)[0]):
        assert not any(each.tags_known for each in marked)
    if question not in TAGS_ALONE:
        assert any(differing(each, usual[each.id]) for each in marked), "it would tell nothing"


def marks(question: str) -> tuple[str, str]:
    service, _, operation = question.partition(".")
    return action_of(service, operation), f"{service} {operation}"


@pytest.mark.parametrize(("kind", "question"), QUESTIONS)
@pytest.mark.parametrize("code", ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation"])
def test_what_is_denied_is_unknown_and_says_so(kind: ResourceType, question: str, code: str) -> None:
    usual, (found, _) = well(kind)[0], collected(kind, Fault(question, code))
    if question in PARTS:
        assert found.keys() <= usual.keys()
        return
    assert found.keys() == usual.keys()
    action, _ = marks(question)
    marked = [each for each in found.values() if action in each.denied]
    assert marked
    for each in marked:
        assert_unknown(each, usual[each.id])
    assert_lacks(question, marked, usual)
    for id, each in found.items():
        assert each in marked or each == usual[id], "another one's answer was well"


@pytest.mark.parametrize(("kind", "question"), QUESTIONS)
@pytest.mark.parametrize("code", ["InternalError", "ValidationException", "ServiceUnavailable"])
def test_what_is_broken_is_unknown_and_says_so(kind: ResourceType, question: str, code: str) -> None:
    usual = well(kind)[0]
    fault = Fault(question, code)
    found, _ = collected(kind, fault)
    assert fault.hit
    if question in PARTS:
        assert found.keys() <= usual.keys()
        return
    assert found.keys() == usual.keys()
    marked = [each for each in found.values() if each.unanswered != usual[each.id].unanswered]
    assert marked
    for each in marked:
        assert_unknown(each, usual[each.id])
    assert_lacks(question, marked, usual)


@pytest.mark.parametrize(("kind", "question"), QUESTIONS)
def test_what_is_gone_takes_nothing_else_with_it(kind: ResourceType, question: str) -> None:
    usual, (found, _) = well(kind)[0], collected(kind, Fault(question, "ResourceNotFoundException"))
    assert found.keys() <= usual.keys()
    assert all(each == usual[id] for id, each in found.items() if OTHER in id and not each.unanswered)


@pytest.mark.parametrize(("kind", "question"), QUESTIONS)
@pytest.mark.parametrize("code", ["ThrottlingException", "RequestLimitExceeded", "TooManyRequestsException"])
def test_what_is_throttled_is_asked_again(kind: ResourceType, question: str, code: str) -> None:
    fault = Fault(question, code, times=1)
    assert collected(kind, fault)[0] == well(kind)[0]
    assert fault.hit


@pytest.mark.parametrize(("kind", "question"), QUESTIONS)
@pytest.mark.parametrize("odd", [{}, {"Odd": 1}, None, [], "text"], ids=repr)
def test_an_odd_answer_costs_no_other_item(kind: ResourceType, question: str, odd: Any) -> None:
    usual, (found, _) = well(kind)[0], collected(kind, Fault(question, odd=odd))
    for id, each in usual.items():
        if OTHER in id and found.keys() == usual.keys():
            assert found[id] == each or found[id].unanswered or found[id].denied
    assert found or question in (*PARTS, *DESCRIBED)


CALLED = sorted(
    {question for _, asked in WELL.values() for question in asked}
    | {
        f"{kind.call.service}.{api_name(kind.call.service, kind.call.operation)}"
        for kind in RESOURCE_TYPES.values()
        if kind.scope != "marqo"
    }
)


@pytest.mark.parametrize("question", CALLED)
def test_every_call_has_a_rate_or_is_said_to_have_none_published(question: str) -> None:
    service, _, name = question.partition(".")
    assert (service, name) in ACTIONS or service in SERVICES, "see rates.py: AWS's figure, or UNPUBLISHED"


SECRET = re.compile(r"userdata|password|secret|environment|variables|privatekey|authtoken", re.IGNORECASE)
FLAGS = "what is known of a password, and when it was set"
HARMLESS = {  # operation and member -> why it may be kept for a day, though its name or botocore's mark warns
    ("cloudfront.ListDistributions", "Comment"): "it is the distribution's name in the console",
    **{
        (f"elasticache.{name}", member): FLAGS
        for name in ("DescribeCacheClusters", "DescribeReplicationGroups")
        for member in ("AuthTokenEnabled", "AuthTokenLastModifiedDate", "AuthTokenStatus")
    },
    ("glue.GetJobs", "AuthToken"): "inside SourceControlDetails, which are left out",
    ("lambda.ListFunctions", "Environment"): "of its variables the names alone",
    ("lambda.ListFunctions", "ExecutionEnvironmentMemoryGiBPerVCpu"): "a number",
    ("lambda.ListFunctions", "Message"): "why the variables can't be read",
    ("lambda.ListFunctions", "PerExecutionEnvironmentMaxConcurrency"): "a number",
    **{
        (f"rds.{name}", member): why
        for name in ("DescribeDBClusters", "DescribeDBInstances")
        for member, why in {
            "AuthSecretArn": "where a secret is",
            "MasterUserPassword": "asterisks: AWS never tells it",
            "MasterUserSecret": "where a secret is",
            "SecretArn": "where a secret is",
            "SecretStatus": "a state",
        }.items()
    },
    ("redshift.DescribeClusters", "MasterPasswordSecretArn"): "where a secret is",
    ("redshift.DescribeClusters", "MasterPasswordSecretKmsKeyId"): "the id of a key",
    ("redshift.DescribeClusters", "MasterUserPassword"): "asterisks: AWS never tells it",
    ("secretsmanager.ListSecrets", "ExternalSecretRotationMetadata"): "names of the partner's fields",
    ("secretsmanager.ListSecrets", "ExternalSecretRotationRoleArn"): "a role",
    ("secretsmanager.ListSecrets", "SecretList"): "the secrets' names, never their values",
    ("secretsmanager.ListSecrets", "SecretVersionsToStages"): "versions",
    ("ecs.DescribeServices", "secretOptions"): "names of secrets, and where they are",
    ("opensearch.DescribeDomains", "InternalUserDatabaseEnabled"): "a switch",
    ("s3.GetBucketEncryption", "KMSMasterKeyID"): "the id of a key",
}


def warned_of(shape: Any, name: str = "", inside: tuple[str, ...] = ()) -> Iterator[str]:
    """The members of an answer that botocore marks as sensitive, or that are called like a secret."""
    if shape.name in inside:
        return
    if shape.metadata.get("sensitive") or SECRET.search(name):
        yield name
    inside = (*inside, shape.name)
    if shape.type_name == "structure":
        for member, one in shape.members.items():
            yield from warned_of(one, member, inside)
    elif shape.type_name in ("list", "map"):
        yield from warned_of(shape.member if shape.type_name == "list" else shape.value, name, inside)


@pytest.mark.parametrize("question", CALLED)
def test_no_secret_is_in_an_answer_that_is_kept(question: str) -> None:
    """What AWS told of an unfinished scope is kept for the next delivery."""
    service, _, operation = question.partition(".")
    shape = model(service).operation_model(operation).output_shape
    warned = set(warned_of(shape)) if shape else set()
    assert {member for member in warned if (question, member) not in HARMLESS} <= {*LEFT_OUT, NAMES_ALONE}
