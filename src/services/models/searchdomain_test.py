from __future__ import annotations

from typing import Any

import pytest

from services.models.kit.scope import Scope
from services.models.searchdomain import SearchDomain

SCOPE = Scope("412233445883", "us-east-1", "searchdomains")
MANAGERS = {
    "DedicatedMasterEnabled": True,
    "DedicatedMasterType": "m6g.large.search",
    "DedicatedMasterCount": 3,
}


@pytest.mark.parametrize(
    ("cluster", "nodes"),
    [
        ({"InstanceType": "r6g.large.search"}, ()),
        (MANAGERS, ("m6g.large.search 3",)),
        (MANAGERS | {"DedicatedMasterCount": None}, None),
        ({"NodeOptions": [{"NodeType": "coordinator"}]}, None),
    ],
)
def test_nodes_beside_those_that_hold_data_are_told(cluster: Any, nodes: tuple[str, ...] | None) -> None:
    found = SearchDomain.from_aws({"DomainName": "docs", "ClusterConfig": cluster}, SCOPE)
    assert found.more_nodes == nodes
