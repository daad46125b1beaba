"""DynamoDB tables: what is asked beside their description."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from services.models.kit.questions import Questions
from services.models.kit.scope import Scope
from services.models.table import ON_DEMAND, Table, with_scaling

SCOPE = Scope("1", "eu-west-1", "tables")


class Scaled:
    """A region where the table `carts` is scaled."""

    asked = 0

    def pages(self, call: Any, region: str | None = None) -> Iterator[Any]:
        self.asked += 1
        dimensions = ("dynamodb:table:ReadCapacityUnits", "dynamodb:index:WriteCapacityUnits")
        yield {
            "ScalableTargets": [
                {"ResourceId": "table/carts", "ScalableDimension": each} for each in dimensions
            ]
        }


@pytest.mark.parametrize(
    ("billing", "scaled", "asked"), [("PROVISIONED", True, 1), ("", True, 1), (ON_DEMAND, False, 0)]
)
def test_scaling_is_asked_for_where_a_table_has_a_capacity(billing: str, scaled: bool, asked: int) -> None:
    source, item = Scaled(), {"TableName": "carts", "BillingModeSummary": {"BillingMode": billing}}
    questions = Questions(source)  # type: ignore[arg-type]
    (found,) = with_scaling([item | {"TableStatus": "ACTIVE"}], questions, SCOPE)
    assert (found["ScaledRead"], found["ScaledWrite"], source.asked) == (scaled, False, asked)


@pytest.mark.parametrize(
    ("item", "both"),
    [
        ({"ScaledRead": True, "ScaledWrite": True}, True),
        ({"ScaledRead": True, "ScaledWrite": False}, False),
        ({"Autoscaled": True}, True),
        ({}, None),
    ],
)
def test_a_table_is_autoscaled_when_reads_and_writes_are(item: dict[str, Any], both: bool | None) -> None:
    assert Table.from_aws({"TableName": "carts"} | item, SCOPE).autoscaled is both
