"""S3 buckets. One list and one access block for the account, then seven questions about each bucket."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Self

from services.models.kit.base import Call, Column, Metric, Resource, ResourceType
from services.models.kit.partitions import partition_of
from services.models.kit.questions import Questions
from services.models.kit.record import model
from services.models.kit.scope import GLOBAL, Scope
from services.models.kit.steps import Items, chain, for_all, for_each
from services.models.kit.values import Item, at, each, flag, required, text, told

NO_BLOCK = "NoSuchPublicAccessBlockConfiguration"
EVERYONE = ("/global/AllUsers", "/global/AuthenticatedUsers")

# key of the answer -> operation, error code that means "there is none", what an answer has
QUESTIONS = {
    "PublicAccessBlock": ("get_public_access_block", NO_BLOCK, "PublicAccessBlockConfiguration"),
    "PolicyStatus": ("get_bucket_policy_status", "NoSuchBucketPolicy", "PolicyStatus"),
    "Acl": ("get_bucket_acl", "", "Grants"),
    "Lifecycle": ("get_bucket_lifecycle_configuration", "NoSuchLifecycleConfiguration", "Rules"),
    "Encryption": (
        "get_bucket_encryption",
        "ServerSideEncryptionConfigurationNotFoundError",
        "ServerSideEncryptionConfiguration",
    ),
    "Versioning": ("get_bucket_versioning", "", ""),
    "Tagging": ("get_bucket_tagging", "NoSuchTagSet", "TagSet"),
}


@model
class Bucket(Resource):
    """None in any field: AWS did not answer."""

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
            access_blocked=_all(blocks),
            account_blocked=_all(account_blocks),
            versioning=_versioning(item),
            encryption=_algorithm(item),
            lifecycle_rules=None if (rules := _enabled(item)) is None else len(rules),
            lifecycle_partial=None if rules is None else not any(map(_for_all, rules)),
            aborts_uploads=None if rules is None else _aborts_uploads(rules),
        )


Blocks = tuple[bool | None, ...]


def _blocks(item: Item, whose: str) -> Blocks | None:
    """Whether new ACLs, existing ACLs, new policies and existing policies are blocked; None if unknown."""
    answer = item.get(whose)
    config = at(answer, "PublicAccessBlockConfiguration")
    if answer is None or not (answer == {} or isinstance(config, Mapping)):
        return None
    keys = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    return tuple(flag(config, key) if at(config, key) is not None else False for key in keys)


def _all(blocks: Blocks | None) -> bool | None:
    if blocks is None or (None in blocks and False not in blocks):
        return None
    return all(blocks)


def _both(bucket: Blocks | None, account: Blocks | None) -> Blocks:
    """What the two block together: either suffices, and an unknown one may."""
    pairs = zip(bucket or (None,) * 4, account or (None,) * 4, strict=True)
    return tuple(True if one or other else None if None in (one, other) else False for one, other in pairs)


def _aborts_uploads(rules: list[Item]) -> bool:
    return any(rule.get("AbortIncompleteMultipartUpload") for rule in filter(_for_all, rules))


def _enabled(item: Item) -> list[Item] | None:
    """The lifecycle rules that are enabled, also when there is none of them; None if unknown."""
    answer = item.get("Lifecycle")
    if answer != {} and not isinstance(at(answer, "Rules"), list):
        return None
    return [rule for rule in each(item, "Lifecycle", "Rules") if text(rule, "Status") == "Enabled"]


def _for_all(rule: Item) -> bool:
    """Whether it is for every object: no prefix, tag or size narrows it (old rules have a "Prefix")."""
    among = at(rule, "Filter") or {}
    if not isinstance(among, Mapping):  # not as S3 has it: for whatever it may be
        return False
    narrowed = [value for value in among.values() if value not in ("", None, {})]
    return not narrowed and not text(rule, "Prefix")


def _policy_public(item: Item) -> bool | None:
    return False if item.get("PolicyStatus") == {} else flag(item, "PolicyStatus", "PolicyStatus", "IsPublic")


def _acl_public(item: Item) -> bool | None:
    if not isinstance(at(item, "Acl", "Grants"), list):
        return None
    return any(text(grant, "Grantee", "URI").endswith(EVERYONE) for grant in each(item, "Acl", "Grants"))


def _public(blocks: Blocks, policy: bool | None, acl: bool | None) -> bool | None:
    """Public by policy or by ACL, unless an access block stops it; None if that is unknown."""
    ways = ((policy, blocks[3]), (acl, blocks[1]))
    if any(open and stopped is False for open, stopped in ways):
        return True
    return False if all(open is False or stopped for open, stopped in ways) else None


def _algorithm(item: Item) -> str | None:
    """The algorithm, "Off" where there is none; None if unknown."""
    if item.get("Encryption") == {}:
        return "Off"
    rules = each(item, "Encryption", "ServerSideEncryptionConfiguration", "Rules")
    return told(rules[0], "ApplyServerSideEncryptionByDefault", "SSEAlgorithm") if rules else None


def _versioning(item: Item) -> str | None:
    """Enabled or Suspended, "Off" of a bucket that never had it; None if unknown."""
    answer = item.get("Versioning")
    if not isinstance(answer, Mapping):
        return None
    return told(answer, "Status") if "Status" in answer else "Off"


def with_account_block(items: Items, questions: Questions, scope: Scope) -> Iterable[Item]:
    """The buckets with the "AccountBlock", which stands above their own."""
    _, none, has = QUESTIONS["PublicAccessBlock"]
    asked = "s3control", "get_public_access_block"
    answer = questions.call(*asked, none=(none,), otherwise={has: None}, AccountId=scope.account)
    block = _answered(answer, has, asked, questions)
    return [item | {"AccountBlock": block} for item in items]


def with_answers(item: dict[str, Any], questions: Questions) -> Item:
    """The bucket with the answers to QUESTIONS: {} where there is none, None where that is unknown.

    Whatever one bucket answers concerns it alone: its region may be disabled, or out of reach.
    """
    return item | {question: _ask(question, item, questions) for question in QUESTIONS}


def _ask(question: str, item: Item, questions: Questions) -> Item | None:
    operation, none, has = QUESTIONS[question]
    region, name = text(item, "BucketRegion") or None, required(item, "Name")
    answer = questions.call(
        "s3", operation, none=(none,) if none else (), otherwise={has: None}, region=region, Bucket=name
    )
    return _answered(answer, has, ("s3", operation), questions)


def _answered(answer: Item | None, has: str, asked: tuple[str, str], questions: Questions) -> Item | None:
    """What was answered, {} where that is nothing; None where it is unknown."""
    if answer is not None and has and has not in answer:
        questions.odd(*asked)
        return None
    return {} if answer == {has: None} else answer


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
    enrich=chain(for_all(with_account_block), for_each(with_answers)),
    actions=(
        "s3:ListAllMyBuckets",
        "s3:GetAccountPublicAccessBlock",
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
