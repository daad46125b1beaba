"""S3-PUBLIC: files that everyone can read, or write."""

from __future__ import annotations

from services.cop.judge.facts import Facts
from services.cop.judge.rule import Example, Rule, example
from services.models.bucket import Bucket
from services.models.domain.finding import Finding, Unknown, Verdict


def check(bucket: Bucket, _: Facts) -> Verdict:
    if bucket.public is None:
        denied = ", ".join(bucket.denied)
        return Unknown(f"AWS denied {denied}" if denied else "its policy and access block are not known")
    if not bucket.public:
        return None
    ways = [way for way, open in (("policy", bucket.policy_public), ("ACL", bucket.acl_public)) if open]
    return Finding(f"public by its {' and '.join(ways) or 'policy or ACL'}")


RULE = Rule(
    id="S3-PUBLIC",
    title="Bucket is public",
    types=("buckets",),
    severity="critical",
    confidence="certain",
    check=check,
    why="Everyone who knows or guesses the name reads what is in it.",
    fix="Turn on all four public access blocks, of the account if you can; serve by CloudFront instead.",
    source="Prowler s3_bucket_public_access",
    good=(Example(example("buckets", public=False)),),
    bad=(
        Example(example("buckets", public=True, policy_public=True), severity="critical", says="its policy"),
        Example(example("buckets", public=True, acl_public=True), severity="critical", says="its ACL"),
    ),
    unknown=(
        Example(example("buckets", public=None, denied=("s3:GetBucketPolicyStatus",))),
        Example(example("buckets", public=None, denied=())),
    ),
)
