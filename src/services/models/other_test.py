from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from services.models import RESOURCE_TYPES
from services.models.kit.base import Call
from services.models.kit.scope import Scope
from services.models.kit.values import Item
from services.models.other import Other, kind_of, unknown

SCOPE = Scope("412233445883", "us-east-1", "others")


class Nothing:
    def pages(self, call: Call, region: str | None = None) -> Iterator[Item]:
        raise NotImplementedError

    def call(self, service: str, operation: str, **parameters: Any) -> Item:
        raise NotImplementedError


@pytest.mark.parametrize(
    ("arn", "kind"),
    [
        ("arn:aws:ec2:us-east-1:1:transit-gateway/tgw-1", ("ec2", "transit-gateway")),
        ("arn:aws:sqs:us-east-1:1:jobs", ("sqs", "queue")),
        ("arn:aws:s3:::polo", ("s3", "bucket")),
        ("arn:aws:apigateway:us-east-1::/restapis/a1", ("apigateway", "restapis")),
        ("arn:aws:rds:us-east-1:1:snapshot:rds:orders", ("rds", "snapshot")),
        ("arn:aws:apigateway:us-east-1::/restapis/a1/stages/prod", ("apigateway", "stages")),
        ("odd", ("", "")),
    ],
)
def test_kind_is_read_from_the_arn(arn: str, kind: tuple[str, str]) -> None:
    assert kind_of(arn) == kind


@pytest.mark.parametrize("name", [name for name in RESOURCE_TYPES if name not in ("others", "marqoindexes")])
def test_what_has_a_type_of_its_own_is_left_out(name: str) -> None:
    kind = RESOURCE_TYPES[name]
    arn = kind.model.from_aws(kind.sample, Scope("412233445883", "us-east-1", name)).arn
    assert unknown([{"ResourceARN": arn}], Nothing(), SCOPE) == []


def test_the_rest_is_kept_with_its_own_region() -> None:
    items = [
        {"ResourceARN": "arn:aws:example:us-east-1:1:thing:nightly"},
        {"ResourceARN": "arn:aws:example2:us-east-1:1:global/thing/shop/5b0c"},
        {"ResourceARN": "arn:aws:example3::1:thing/example.com"},
    ]
    found = [Other.from_aws(item, SCOPE) for item in unknown(items, Nothing(), SCOPE)]
    assert [(one.id, one.kind, one.region) for one in found] == [
        ("example:thing:nightly", "thing", "us-east-1"),
        ("example2:global/thing/shop/5b0c", "thing", "us-east-1"),
        ("example3:thing/example.com", "thing", "global"),
    ]
