from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from errors import CollectError
from services.models.bucket import QUESTIONS, RESOURCE_TYPE, Bucket
from services.models.kit.base import Call
from services.models.kit.scope import Scope
from services.models.kit.values import Item

SCOPE = Scope("412233445883", "global", "buckets")
OPEN = {"PublicAccessBlock": {}, "AccountBlock": {}}
ACCOUNT_UNKNOWN = {"AccountBlock": None}
BLOCKED = {"PublicAccessBlock": RESOURCE_TYPE.sample["PublicAccessBlock"]}
BY_ACCOUNT = {"AccountBlock": RESOURCE_TYPE.sample["PublicAccessBlock"]}
POLICY = {"PolicyStatus": {"PolicyStatus": {"IsPublic": True}}}
NO_POLICY: Item = {"PolicyStatus": {}}
EVERYONE = "http://acs.amazonaws.com/groups/global/AllUsers"
ACL = {"Acl": {"Grants": [{"Grantee": {"Type": "Group", "URI": EVERYONE}, "Permission": "READ"}]}}
PRIVATE: Item = {"Acl": {"Grants": []}}


def bucket(*answers: Item) -> Bucket:
    item: dict[str, Any] = {"Name": "b"}
    for answer in answers:
        item |= answer
    return Bucket.from_aws(item, SCOPE)


def test_bucket_is_shown_in_its_own_region() -> None:
    found = Bucket.from_aws(RESOURCE_TYPE.sample, SCOPE)
    assert (found.region, found.owner, found.public) == ("eu-west-1", "billing", False)
    assert (found.versioning, found.encryption, found.lifecycle_rules) == ("Enabled", "AES256", 1)


@pytest.mark.parametrize(
    ("answers", "public"),
    [
        ((OPEN, POLICY, PRIVATE), True),
        ((OPEN, NO_POLICY, ACL), True),
        ((OPEN, NO_POLICY, PRIVATE), False),
        ((BLOCKED, POLICY, ACL), False),
        ((BLOCKED,), False),
        ((OPEN, POLICY, ACL, BY_ACCOUNT), False),
        ((BY_ACCOUNT,), False),
        ((OPEN, POLICY, PRIVATE, ACCOUNT_UNKNOWN), None),
        ((OPEN, NO_POLICY, PRIVATE, ACCOUNT_UNKNOWN), False),
        ((NO_POLICY, PRIVATE), False),
        ((POLICY, PRIVATE), None),
        ((OPEN, NO_POLICY), None),
        ((OPEN, POLICY), True),
        ((), None),
    ],
)
def test_public_is_known_only_when_the_answers_decide_it(
    answers: tuple[Item, ...], public: bool | None
) -> None:
    assert bucket(*answers).public is public


def test_what_was_denied_is_unknown_and_what_is_absent_is_known() -> None:
    denied = bucket()
    assert (denied.versioning, denied.encryption, denied.lifecycle_rules, denied.access_blocked) == (
        None, None, None, None,
    )  # fmt: skip
    absent = bucket({"Versioning": {}, "Encryption": {}, "Lifecycle": {}}, OPEN)
    assert (absent.versioning, absent.encryption, absent.lifecycle_rules, absent.access_blocked) == (
        "Off", "Off", 0, False,
    )  # fmt: skip


class Answers:
    """A source that answers each operation with what is empty of it, or fails with an error code."""

    def __init__(self, **codes: str) -> None:
        self.codes = codes
        self.regions: set[str | None] = set()
        self.asked_of_account = 0

    def pages(self, call: Call, region: str | None = None) -> Iterator[Item]:
        raise NotImplementedError

    def call(
        self,
        service: str,
        operation: str,
        *,
        absent: Sequence[str] = (),
        region: str | None = None,
        **parameters: Any,
    ) -> Item | None:
        self.regions.add(region)
        self.asked_of_account += service == "s3control"
        code = self.codes.get(service) or self.codes.get(operation)
        if code:
            raise CollectError("refused", code=code)
        return {"Grants": [], "PublicAccessBlockConfiguration": {}, "PolicyStatus": {}, "TagSet": []} | {
            "Rules": [], "ServerSideEncryptionConfiguration": {}, "Status": "Enabled",
        }  # fmt: skip


def answered(source: Answers, *names: str) -> list[Bucket]:
    items = [{"Name": name, "BucketRegion": "eu-north-1"} for name in names or ("b",)]
    assert RESOURCE_TYPE.enrich
    return [Bucket.from_aws(item, SCOPE) for item in RESOURCE_TYPE.enrich(items, source, SCOPE)]


def test_every_question_is_asked_in_the_region_of_the_bucket() -> None:
    source = Answers()
    (found,) = answered(source)
    assert set(QUESTIONS) <= set(found.raw)
    assert source.regions == {None, "eu-north-1"}, "the account is asked in any region"


def test_denied_question_leaves_the_others_alone() -> None:
    (found,) = answered(Answers(get_bucket_acl="AccessDenied", get_bucket_tagging="NoSuchTagSet"))
    assert (found.acl_public, found.versioning, found.tags_known) == (None, "Enabled", True)
    assert found.denied == ("s3:GetBucketAcl",)


@pytest.mark.parametrize(
    ("code", "blocked", "denied", "unanswered"),
    [
        ("", False, (), ()),
        ("NoSuchPublicAccessBlockConfiguration", False, (), ()),
        ("AccessDenied", None, ("s3:GetAccountPublicAccessBlock",), ()),
        (
            "EndpointConnectionError",  # a local AWS has no host for the account
            None,
            (),
            ("s3control GetPublicAccessBlock: EndpointConnectionError",),
        ),
    ],
)
def test_account_s_block_is_asked_once_and_may_be_unknown(
    code: str, blocked: bool | None, denied: tuple[str, ...], unanswered: tuple[str, ...]
) -> None:
    source = Answers(**{"s3control": code})
    for found in answered(source, "a", "b"):
        assert (found.account_blocked, found.denied, found.unanswered) == (blocked, denied, unanswered)
    assert source.asked_of_account == 1


def test_account_without_buckets_is_not_asked() -> None:
    source = Answers()
    assert RESOURCE_TYPE.enrich
    assert list(RESOURCE_TYPE.enrich([], source, SCOPE)) == []
    assert source.asked_of_account == 0


def test_rule_that_removes_unfinished_uploads_counts_when_it_is_on() -> None:
    rule = {"Status": "Enabled", "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}}
    found = [
        bucket({"Lifecycle": {"Rules": [one]}}).aborts_uploads
        for one in (rule, rule | {"Status": "Disabled"}, {"Status": "Enabled"})
    ]
    assert found == [True, False, False]
    assert bucket().aborts_uploads is None


def test_rule_with_a_filter_that_s3_never_sends_is_not_taken_for_one_of_all_objects() -> None:
    for odd in ("<script>", 7, [{"Prefix": ""}]):
        found = bucket({"Lifecycle": {"Rules": [{"Status": "Enabled", "Filter": odd}]}})
        assert (found.lifecycle_rules, found.lifecycle_partial) == (1, True), odd


def test_bucket_that_is_gone_by_now_is_left_out() -> None:
    assert answered(Answers(get_bucket_acl="NoSuchBucket")) == []


@pytest.mark.parametrize(
    "code", ["InvalidToken", "InvalidRequest", "ServiceUnavailable", "InvalidAccessKeyId"]
)
def test_whatever_a_bucket_answers_concerns_it_alone(code: str) -> None:
    (found,) = answered(Answers(get_bucket_acl=code))
    assert (found.acl_public, found.versioning) == (None, "Enabled")
    assert found.unanswered == (f"s3 GetBucketAcl: {code}",)


def test_region_that_cannot_be_reached_is_asked_once() -> None:
    (found,) = answered(Answers(get_public_access_block="ConnectTimeoutError"))
    assert len(found.unanswered) == len(QUESTIONS) + 1
    assert found.versioning is None
