"""What AWS leaves out of a list by default is asked for, or there is a reason not to."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator

import botocore.session
import pytest
from botocore import xform_name

from services import models
from services.models import RESOURCE_TYPES
from services.models.kit.base import Call

HIDES = re.compile(r"(include|show|with)", re.IGNORECASE)
ELSEWHERE = "those of other accounts, which are collected in their own"
# (service, operation, parameter) -> why it is not sent
REASONS = {
    ("autoscaling", "describe_auto_scaling_groups", "IncludeInstances"): "they are included by default",
    ("ec2", "describe_images", "IncludeDeprecated"): "an owner sees deprecated images by default",
    ("eks", "list_clusters", "include"): "clusters that run elsewhere and are only registered",
    ("elasticache", "describe_cache_clusters", "ShowCacheNodeInfo"): "details of nodes that nothing shows",
    (
        "elasticache",
        "describe_cache_clusters",
        "ShowCacheClustersNotInReplicationGroups",
    ): "it shows fewer of them",
    ("logs", "describe_log_groups", "includeLinkedAccounts"): ELSEWHERE,
    ("rds", "describe_db_clusters", "IncludeShared"): ELSEWHERE,
    ("rds", "describe_db_snapshots", "IncludeShared"): ELSEWHERE,
    ("rds", "describe_db_snapshots", "IncludePublic"): ELSEWHERE,
    ("rds", "describe_db_cluster_snapshots", "IncludeShared"): ELSEWHERE,
    ("rds", "describe_db_cluster_snapshots", "IncludePublic"): ELSEWHERE,
    ("resourcegroupstaggingapi", "get_resources", "IncludeComplianceDetails"): "of tag policies",
}


def calls() -> Iterator[Call]:
    """Every list call of every type: its own, and those that its module makes further."""
    for kind in RESOURCE_TYPES.values():
        if kind.scope != "marqo":
            yield kind.call
    for found in pkgutil.iter_modules(models.__path__):
        if not found.name.endswith("_test") and found.name != "conftest":
            module = importlib.import_module(f"{models.__name__}.{found.name}")
            yield from (value for value in vars(module).values() if isinstance(value, Call))


CALLS = {
    (call.service, call.operation, repr(call.parameters)): call for call in calls() if call.service != "marqo"
}
SESSION = botocore.session.Session()


@pytest.mark.parametrize("call", CALLS.values(), ids=lambda call: f"{call.service}-{call.operation}")
def test_what_is_hidden_by_default_is_asked_for(call: Call) -> None:
    model = SESSION.get_service_model(call.service)
    name = next(name for name in model.operation_names if xform_name(name) == call.operation)
    shape = model.operation_model(name).input_shape
    offered = {member for member in (shape.members if shape else ()) if HIDES.match(member)}
    excused = {member for member in offered if (call.service, call.operation, member) in REASONS}
    assert offered - excused <= {*call.parameters}
    assert not excused & {*call.parameters}, "it is sent: the reason is out of date"


def test_no_reason_is_left_over() -> None:
    asked = {(call.service, call.operation) for call in CALLS.values()}
    assert {reason[:2] for reason in REASONS} <= asked
