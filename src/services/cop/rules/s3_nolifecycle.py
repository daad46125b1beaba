"""S3-NOLIFECYCLE: a bucket that only ever grows."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from services.cop.judge.facts import Facts, NotKnown
from services.cop.judge.rule import Example, Rule, example
from services.models.bucket import Bucket
from services.models.domain.finding import Finding, Unknown, Verdict
from services.prices import GIB
from services.prices.formula import share
from services.prices.storage import bucket_price

SIZE = "BucketSizeBytes.Average"
LATE = 3  # days: AWS counts once a day, and tells it late
ROUGHLY = "0.3"


def check(bucket: Bucket, facts: Facts) -> Verdict:
    if bucket.lifecycle_rules is None:
        return Unknown("its lifecycle rules are not known")
    if bucket.lifecycle_rules and not bucket.lifecycle_partial:
        return None if bucket.aborts_uploads else Finding("keeps uploads that were never completed")
    known = [value for value in facts.daily(bucket, SIZE, LATE) if value is not None]
    if not known:
        raise NotKnown(f"its size is not known for the last {LATE} days")
    size = Decimal(known[-1]) / GIB
    if size <= facts.limits["gib"]:
        return None
    if bucket.lifecycle_partial and bucket.lifecycle_rules:
        return Finding(f"{size:,.0f} GiB, and lifecycle rules for a part of the objects only")
    cost = bucket_price(facts.prices.rate, bucket.region, round(size))
    return Finding(f"{size:,.0f} GiB and no lifecycle rule", *facts.told(cost and cost.times(share(ROUGHLY))))


_NONE = example("buckets", lifecycle_rules=0, lifecycle_partial=True)
_PART = replace(_NONE, lifecycle_rules=2, aborts_uploads=False)

RULE = Rule(
    id="S3-NOLIFECYCLE",
    title="Bucket has no lifecycle rules",
    types=("buckets",),
    severity="low",
    confidence="hint",
    check=check,
    limits={"gib": 100},
    metrics=(SIZE,),
    why="Old versions, broken uploads and files that nobody reads cost what fresh ones do.",
    fix="Expire what may go, move the rest to a colder class, abort uploads after a week.",
    source="Steampipe AWS Thrifty; Prowler; Trusted Advisor, S3 incomplete multipart uploads",
    good=(
        Example(example("buckets", lifecycle_rules=2, lifecycle_partial=False, aborts_uploads=True)),
        Example(_NONE, daily={SIZE: (100.0 * GIB,)}),
        Example(_PART, daily={SIZE: (100.0 * GIB,)}),
    ),
    bad=(
        Example(_NONE, daily={SIZE: (500.0 * GIB, None)}, saving=Decimal("3.45"), severity="low"),
        Example(_NONE, daily={SIZE: (100.6 * GIB,)}, saving=Decimal("0.70")),
        Example(_NONE, daily={SIZE: (51_200.0 * GIB,)}, saving=Decimal("353.28")),
        Example(_NONE, daily={SIZE: (61_200.0 * GIB,)}, saving=Decimal("419.28")),  # the next tier
        Example(_NONE, daily={SIZE: (522_000.0 * GIB,)}, saving=Decimal("3457.56")),
        Example(_PART, daily={SIZE: (500.0 * GIB,)}, saving=None),
        Example(
            example("buckets", lifecycle_rules=1, lifecycle_partial=False, aborts_uploads=False), saving=None
        ),
    ),
    unknown=(
        Example(_NONE),
        Example(_NONE, daily={SIZE: (500.0 * GIB, None, None, None)}),
        Example(example("buckets", lifecycle_rules=None)),
    ),
)
