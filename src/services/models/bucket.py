"""S3 buckets. One list and one access block for the account, then seven questions about each bucket."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from errors import CollectError
from services.models.base import Call, Column, Metric, Resource, ResourceType, Source
from services.models.parallel import spread
from services.models.partitions import partition_of
from services.models.record import model
from services.models.scope import GLOBAL, Scope
from services.models.steps import AT_A_TIME, DENIED
from services.models.values import Item, at, each, flag, required, text, texts

REFUSED = (*DENIED, "MethodNotAllowed")
NOT_THERE = "EndpointConnectionError"  # a local AWS has no host for the account
NO_BLOCK = "NoSuchPublicAccessBlockConfiguration"
ACCOUNT_BLOCK = "s3:GetAccountPublicAccessBlock"
EVERYONE = ("/global/AllUsers", "/global/AuthenticatedUsers")

# key of the answer -> operation, its IAM action, error code that means "there is none"
QUESTIONS = {
    "PublicAccessBlock": ("get_public_access_block", "s3:GetBucketPublicAccessBlock", NO_BLOCK),
    "PolicyStatus": ("get_bucket_policy_status", "s3:GetBucketPolicyStatus", "NoSuchBucketPolicy"),
    "Acl": ("get_bucket_acl", "s3:GetBucketAcl", ""),
    "Lifecycle": (
        "get_bucket_lifecycle_configuration",
        "s3:GetLifecycleConfiguration",
        "NoSuchLifecycleConfiguration",
    ),
    "Encryption": (
        "get_bucket_encryption",
        "s3:GetEncryptionConfiguration",
        "ServerSideEncryptionConfigurationNotFoundError",
    ),
    "Versioning": ("get_bucket_versioning", "s3:GetBucketVersioning", ""),
    "Tagging": ("get_bucket_tagging", "s3:GetBucketTagging", "NoSuchTagSet"),
}
OPTIONAL = (ACCOUNT_BLOCK, *(action for _, action, _ in QUESTIONS.values()))


@model
class Bucket(Resource):
    """None in any field: AWS did not let us ask; `denied` has what it denied."""

    public: bool | None = None
    policy_public: bool | None = None
    acl_public: bool | None = None
    access_blocked: bool | None = None
    account_blocked: bool | None = None  # the account's own block, which stands above the bucket's
    versioning: str | None = None
    encryption: str | None = None
    lifecycle_rules: int | None = None  # that are enabled
    lifecycle_partial: bool | None = None  # each of them is only for a part of the objects
    aborts_uploads: bool | None = None  # a rule removes uploads that were never completed
    denied: tuple[str, ...] = ()

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        name, region = required(item, "Name"), text(item, "BucketRegion") or scope.region
        blocks, account_blocks = _blocks(item, "PublicAccessBlock"), _blocks(item, "AccountBlock")
        policy, acl = _policy_public(item), _acl_public(item)
        return cls.of(
            item,
            scope,
            tags=at(item, "Tagging", "TagSet"),
            region=region,
            id=name,
            arn=text(item, "BucketArn") or f"arn:{partition_of(region).id}:s3:::{name}",
            name=name,
            created=item.get("CreationDate"),
            public=_public(_both(blocks, account_blocks), policy, acl),
            policy_public=policy,
            acl_public=acl,
            access_blocked=None if blocks is None else all(blocks),
            account_blocked=None if account_blocks is None else all(account_blocks),
            versioning=_asked(item, "Versioning", text(item, "Versioning", "Status") or "Off"),
            encryption=_asked(item, "Encryption", _algorithm(item)),
            lifecycle_rules=_asked(item, "Lifecycle", len(_enabled(item))),
            lifecycle_partial=_asked(item, "Lifecycle", not any(map(_for_all, _enabled(item)))),
            aborts_uploads=_asked(item, "Lifecycle", _aborts_uploads(item)),
            denied=texts(item, "Denied"),
        )


def _asked(item: Item, question: str, answer: Any) -> Any:
    return None if item.get(question) is None else answer


def _blocks(item: Item, whose: str) -> tuple[bool, ...] | None:
    """Whether new ACLs, existing ACLs, new policies and existing policies are blocked; None if unknown."""
    if item.get(whose) is None:
        return None
    keys = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    return tuple(bool(flag(item, whose, "PublicAccessBlockConfiguration", key)) for key in keys)


def _both(bucket: tuple[bool, ...] | None, account: tuple[bool, ...] | None) -> tuple[bool | None, ...]:
    """What the two block together: either suffices, and an unknown one may."""
    pairs = zip(bucket or (None,) * 4, account or (None,) * 4, strict=True)
    return tuple(True if one or other else None if None in (one, other) else False for one, other in pairs)


def _aborts_uploads(item: Item) -> bool:
    rules = filter(_for_all, _enabled(item))
    return any(rule.get("AbortIncompleteMultipartUpload") for rule in rules)


def _enabled(item: Item) -> list[Item]:
    return [rule for rule in each(item, "Lifecycle", "Rules") if text(rule, "Status") == "Enabled"]


def _for_all(rule: Item) -> bool:
    """Whether it is for every object: no prefix, tag or size narrows it (old rules have a "Prefix")."""
    narrowed = [value for value in (at(rule, "Filter") or {}).values() if value not in ("", None, {})]
    return not narrowed and not text(rule, "Prefix")


def _policy_public(item: Item) -> bool | None:
    if item.get("PolicyStatus") is None:
        return None
    return bool(flag(item, "PolicyStatus", "PolicyStatus", "IsPublic"))


def _acl_public(item: Item) -> bool | None:
    if item.get("Acl") is None:
        return None
    return any(text(grant, "Grantee", "URI").endswith(EVERYONE) for grant in each(item, "Acl", "Grants"))


def _public(blocks: tuple[bool | None, ...], policy: bool | None, acl: bool | None) -> bool | None:
    """Public by policy or by ACL, unless an access block stops it; None if that is unknown."""
    ways = ((policy, blocks[3]), (acl, blocks[1]))
    if any(open and stopped is False for open, stopped in ways):
        return True
    return False if all(open is False or stopped for open, stopped in ways) else None


def _algorithm(item: Item) -> str:
    rules = each(item, "Encryption", "ServerSideEncryptionConfiguration", "Rules")
    return text(rules[0], "ApplyServerSideEncryptionByDefault", "SSEAlgorithm") if rules else "Off"


def with_answers(items: list[dict[str, Any]], source: Source, scope: Scope) -> Iterable[Item]:
    """The buckets with the answers to QUESTIONS; one that is gone by now is left out."""
    block = _account_block(source, scope.account) if items else {}
    answered = spread(lambda item: _answered({**item, **block}, source), items, AT_A_TIME)
    return [item for item in answered if item is not None]


def _account_block(source: Source, account: str) -> Item:
    try:
        answer = source.call("s3control", "get_public_access_block", absent=(NO_BLOCK,), AccountId=account)
    except CollectError as error:
        if error.code in (*REFUSED, NOT_THERE):
            return {"AccountBlock": None, "Denied": [ACCOUNT_BLOCK] if error.code in REFUSED else []}
        raise
    return {"AccountBlock": answer or {}, "Denied": []}


def _answered(item: Item, source: Source) -> Item | None:
    try:
        answers = {question: _ask(question, item, source) for question in QUESTIONS}
    except CollectError as error:
        if error.code == "NoSuchBucket":
            return None
        raise
    denied = [QUESTIONS[question][1] for question, answer in answers.items() if answer is None]
    return {**item, **answers, "Denied": [*item["Denied"], *denied]}


def _ask(question: str, item: Item, source: Source) -> Item | None:
    """The answer, {} when there is none of it, None when it is denied."""
    operation, _, absent = QUESTIONS[question]
    region, name = text(item, "BucketRegion") or None, required(item, "Name")
    try:
        answer = source.call("s3", operation, absent=(absent,), region=region, Bucket=name)
    except CollectError as error:
        if error.code in REFUSED:
            return None
        raise
    return answer or {}


def region_is_known(found: Resource) -> bool:
    return found.region != GLOBAL


# docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html: a point a day, some hours late
METRICS = (
    Metric(
        "AWS/S3",
        "BucketSizeBytes",
        "Average",
        (("BucketName", "{id}"), ("StorageType", "StandardStorage")),
        "Size, standard storage",
        "B",
        region_is_known,
    ),
)

RESOURCE_TYPE = ResourceType(
    name="buckets",
    title="Buckets",
    singular="Bucket",
    order=50,
    model=Bucket,
    scope="global",
    call=Call("s3", "list_buckets", "Buckets[]", page_size=1000),  # tells the regions only when paged
    enrich=with_answers,
    actions=("s3:ListAllMyBuckets", *OPTIONAL),
    may_be_denied=OPTIONAL,
    columns=(
        Column("public", "Public", facet=True),
        Column("access_blocked", "Access blocked"),
        Column("versioning", "Versioning", facet=True),
        Column("encryption", "Encryption", facet=True),
        Column("lifecycle_rules", "Lifecycle rules", numeric=True),
    ),
    console="https://s3.console.aws.amazon.com/s3/buckets/{id}?region={region}",
    metrics=METRICS,
    sample={
        "Name": "polo-example-invoices",
        "CreationDate": "2024-11-05T16:40:00+00:00",
        "BucketRegion": "eu-west-1",
        "BucketArn": "arn:aws:s3:::polo-example-invoices",
        "AccountBlock": {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True}},
        "PublicAccessBlock": {
            "PublicAccessBlockConfiguration": {
                "BlockPublicAcls": True,
                "IgnorePublicAcls": True,
                "BlockPublicPolicy": True,
                "RestrictPublicBuckets": True,
            }
        },
        "PolicyStatus": {"PolicyStatus": {"IsPublic": False}},
        "Acl": {
            "Grants": [{"Grantee": {"Type": "CanonicalUser", "ID": "79a5"}, "Permission": "FULL_CONTROL"}]
        },
        "Lifecycle": {
            "Rules": [
                {
                    "ID": "to-glacier",
                    "Status": "Enabled",
                    "Filter": {"Prefix": ""},
                    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
                }
            ]
        },
        "Encryption": {
            "ServerSideEncryptionConfiguration": {
                "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
            }
        },
        "Versioning": {"Status": "Enabled"},
        "Tagging": {"TagSet": [{"Key": "Team", "Value": "billing"}]},
    },
)
