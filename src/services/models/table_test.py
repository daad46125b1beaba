"""DynamoDB tables: what is asked beside their description."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from services.models.scope import Scope
from services.models.table import ON_DEMAND, with_scaling

SCOPE = Scope("1", "eu-west-1", "tables")


class Scaled:
    """A region where the table `carts` is scaled."""

    asked = 0

    def pages(self, call: Any, region: str | None = None) -> Iterator[Any]:
        self.asked += 1
        yield {"ScalableTargets": [{"ResourceId": "table/carts"}]}


@pytest.mark.parametrize(
    ("billing", "scaled", "asked"), [("PROVISIONED", True, 1), ("", True, 1), (ON_DEMAND, False, 0)]
)
def test_scaling_is_asked_for_where_a_table_has_a_capacity(billing: str, scaled: bool, asked: int) -> None:
    source, item = Scaled(), {"TableName": "carts", "BillingModeSummary": {"BillingMode": billing}}
    (found,) = with_scaling([item], source, SCOPE)  # type: ignore[arg-type]
    assert (found["Autoscaled"], source.asked) == (scaled, asked)
