"""S3 buckets. One list for the account, then seven questions about each, asked in its own region."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from errors import CollectError
from services.models.base import Call, Column, Resource, ResourceType, Source
from services.models.parallel import spread
from services.models.record import model
from services.models.scope import Scope
from services.models.values import Item, at, each, flag, required, text

AT_A_TIME = 8
DENIED = ("AccessDenied", "AllAccessDisabled", "MethodNotAllowed")
EVERYONE = ("/global/AllUsers", "/global/AuthenticatedUsers")

# key of the answer -> operation, error code that means "there is none"
QUESTIONS = {
    "PublicAccessBlock": ("get_public_access_block", "NoSuchPublicAccessBlockConfiguration"),
    "PolicyStatus": ("get_bucket_policy_status", "NoSuchBucketPolicy"),
    "Acl": ("get_bucket_acl", ""),
    "Lifecycle": ("get_bucket_lifecycle_configuration", "NoSuchLifecycleConfiguration"),
    "Encryption": ("get_bucket_encryption", "ServerSideEncryptionConfigurationNotFoundError"),
    "Versioning": ("get_bucket_versioning", ""),
    "Tagging": ("get_bucket_tagging", "NoSuchTagSet"),
}


@model
class Bucket(Resource):
    """None in any field: AWS did not let us ask."""

    public: bool | None = None
    policy_public: bool | None = None
    acl_public: bool | None = None
    access_blocked: bool | None = None
    versioning: str | None = None
    encryption: str | None = None
    lifecycle_rules: int | None = None

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        name = required(item, "Name")
        blocks = _blocks(item)
        policy, acl = _policy_public(item), _acl_public(item)
        return cls.of(
            item,
            scope,
            tags=at(item, "Tagging", "TagSet"),
            region=text(item, "BucketRegion") or scope.region,
            id=name,
            arn=text(item, "BucketArn") or f"arn:aws:s3:::{name}",
            name=name,
            created=item.get("CreationDate"),
            public=_public(blocks, policy, acl),
            policy_public=policy,
            acl_public=acl,
            access_blocked=None if blocks is None else all(blocks),
            versioning=_asked(item, "Versioning", text(item, "Versioning", "Status") or "Off"),
            encryption=_asked(item, "Encryption", _algorithm(item)),
            lifecycle_rules=_asked(item, "Lifecycle", len(each(item, "Lifecycle", "Rules"))),
        )


def _asked(item: Item, question: str, answer: Any) -> Any:
    return None if item.get(question) is None else answer


def _blocks(item: Item) -> tuple[bool, bool, bool, bool] | None:
    """Whether new ACLs, existing ACLs, new policies and existing policies are blocked."""
    if item.get("PublicAccessBlock") is None:
        return None
    keys = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    found = [bool(flag(item, "PublicAccessBlock", "PublicAccessBlockConfiguration", key)) for key in keys]
    return found[0], found[1], found[2], found[3]


def _policy_public(item: Item) -> bool | None:
    if item.get("PolicyStatus") is None:
        return None
    return bool(flag(item, "PolicyStatus", "PolicyStatus", "IsPublic"))


def _acl_public(item: Item) -> bool | None:
    if item.get("Acl") is None:
        return None
    return any(text(grant, "Grantee", "URI").endswith(EVERYONE) for grant in each(item, "Acl", "Grants"))


def _public(blocks: tuple[bool, ...] | None, policy: bool | None, acl: bool | None) -> bool | None:
    """Public by policy or by ACL, unless the bucket's own access block stops it; None if that is unknown."""
    ignores_acl, restricts = (None, None) if blocks is None else (blocks[1], blocks[3])
    ways = ((policy, restricts), (acl, ignores_acl))
    if any(open and stopped is False for open, stopped in ways):
        return True
    return False if all(open is False or stopped for open, stopped in ways) else None


def _algorithm(item: Item) -> str:
    rules = each(item, "Encryption", "ServerSideEncryptionConfiguration", "Rules")
    return text(rules[0], "ApplyServerSideEncryptionByDefault", "SSEAlgorithm") if rules else "Off"


def with_answers(items: list[dict[str, Any]], source: Source, scope: Scope) -> Iterable[Item]:
    """The buckets with the answers to QUESTIONS; one that is gone by now is left out."""
    answered = spread(lambda item: _answered(item, source), items, AT_A_TIME)
    return [item for item in answered if item is not None]


def _answered(item: Item, source: Source) -> Item | None:
    try:
        answers = {question: _ask(question, item, source) for question in QUESTIONS}
    except CollectError as error:
        if error.code == "NoSuchBucket":
            return None
        raise
    return {**item, **answers}


def _ask(question: str, item: Item, source: Source) -> Item | None:
    """The answer, {} when there is none of it, None when it is denied."""
    operation, absent = QUESTIONS[question]
    region, name = text(item, "BucketRegion") or None, required(item, "Name")
    try:
        answer = source.call("s3", operation, absent=(absent,), region=region, Bucket=name)
    except CollectError as error:
        if error.code in DENIED:
            return None
        raise
    return answer or {}


RESOURCE_TYPE = ResourceType(
    name="buckets",
    title="Buckets",
    singular="Bucket",
    order=50,
    model=Bucket,
    scope="global",
    call=Call("s3", "list_buckets", "Buckets[]", page_size=1000),  # tells the regions only when paged
    enrich=with_answers,
    actions=(
        "s3:ListAllMyBuckets",
        "s3:GetBucketPublicAccessBlock",
        "s3:GetBucketPolicyStatus",
        "s3:GetBucketAcl",
        "s3:GetLifecycleConfiguration",
        "s3:GetEncryptionConfiguration",
        "s3:GetBucketVersioning",
        "s3:GetBucketTagging",
    ),
    columns=(
        Column("public", "Public", facet=True),
        Column("access_blocked", "Access blocked"),
        Column("versioning", "Versioning", facet=True),
        Column("encryption", "Encryption", facet=True),
        Column("lifecycle_rules", "Lifecycle rules", numeric=True),
    ),
    console="https://s3.console.aws.amazon.com/s3/buckets/{id}?region={region}",
    sample={
        "Name": "polo-example-invoices",
        "CreationDate": "2024-11-05T16:40:00+00:00",
        "BucketRegion": "eu-west-1",
        "BucketArn": "arn:aws:s3:::polo-example-invoices",
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
        "Lifecycle": {"Rules": [{"ID": "to-glacier", "Status": "Enabled", "Filter": {"Prefix": ""}}]},
        "Encryption": {
            "ServerSideEncryptionConfiguration": {
                "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
            }
        },
        "Versioning": {"Status": "Enabled"},
        "Tagging": {"TagSet": [{"Key": "Team", "Value": "billing"}]},
    },
)
