"""What holds for every metric that a type declares. A metric is tested by being declared."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.session import get_session
from botocore.validate import ParamValidator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.collect.metrics import SERIES, wanted
from services.models import RESOURCE_TYPES
from services.models.kit.base import Metric, ResourceType
from services.models.kit.scope import GLOBAL, Scope
from services.models.models_test import ODD, read
from tests.examples import examples

DECLARED = [(kind, metric) for kind in RESOURCE_TYPES.values() for metric in kind.metrics]
every_metric = pytest.mark.parametrize(
    ("kind", "metric"),
    DECLARED,
    ids=[f"{kind.name}-{metric.namespace}-{metric.key}" for kind, metric in DECLARED],
)
with_values = [kind for kind in RESOURCE_TYPES.values() if kind.has_daily]
every_kind = pytest.mark.parametrize("kind", with_values, ids=[kind.name for kind in with_values])


@every_metric
def test_query_is_one_that_cloudwatch_takes(kind: ResourceType, metric: Metric) -> None:
    (series, *_) = wanted(_with(kind, metric), [read(kind, kind.sample)])
    asked = {
        "MetricDataQueries": [series.query(SERIES - 1)],
        "StartTime": datetime(2026, 3, 1, tzinfo=UTC),
        "EndTime": datetime(2026, 3, 2, tzinfo=UTC),
    }
    model = get_session().get_service_model("cloudwatch").operation_model("GetMetricData")
    report = ParamValidator().validate(asked, model.input_shape)
    assert not report.has_errors(), report.generate_report()
    assert re.fullmatch(r"SampleCount|Average|Sum|Minimum|Maximum|p\d{1,2}(\.\d{1,10})?", metric.statistic)
    assert re.fullmatch(r"AWS/[A-Za-z0-9]+", metric.namespace)


@every_metric
def test_dimensions_are_told_by_the_sample(kind: ResourceType, metric: Metric) -> None:
    dimensions = metric.dimensions_of(read(kind, kind.sample))
    assert 1 <= len(dimensions) <= 30
    assert len({name for name, _ in dimensions}) == len(dimensions)
    for name, value in dimensions:
        assert name and 1 <= len(value) <= 1024 and value.isascii() and "{" not in value


@every_kind
def test_sample_is_asked_about(kind: ResourceType) -> None:
    assert wanted(kind, [read(kind, kind.sample)]) or kind.readings


@every_kind
def test_a_resource_has_one_value_a_day_for_each_key(kind: ResourceType) -> None:
    for variant in ("application", "network", "gateway"):
        keys = [each.metric.key for each in wanted(kind, [read(kind, {**kind.sample, "Type": variant})])]
        assert len(keys) == len(set(keys))
    assert all(each.title for each in (*kind.metrics, *kind.readings))


@every_kind
def test_readings_are_numbers_of_the_sample(kind: ResourceType) -> None:
    resource = read(kind, kind.sample)
    assert all(isinstance(getattr(resource, each.key), int) for each in kind.readings)


@every_kind
@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_resource_makes_a_precondition_or_a_dimension_raise(
    kind: ResourceType, data: st.DataObject
) -> None:
    item: dict[str, Any] = dict(kind.sample)
    for key in data.draw(st.lists(st.sampled_from(sorted(item)), max_size=4)):
        item[key] = data.draw(st.sampled_from(ODD))
    try:
        resource = read(kind, item)
    except (KeyError, ValueError):
        return
    series = wanted(kind, [resource])
    assert series == wanted(kind, [resource])
    assert {each.resource for each in series} <= {resource.id}


@pytest.mark.parametrize(
    ("type", "change"),
    [
        ("instances", {"State": {"Name": "stopped"}}),
        ("volumes", {"State": "available"}),
        ("loadbalancers", {"State": {"Code": "provisioning"}}),
        ("natgateways", {"State": "deleted"}),
        ("vpcendpoints", {"VpcEndpointType": "Gateway"}),
        ("databases", {"DBInstanceStatus": "stopped"}),
        ("tables", {"BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"}}),
        ("buckets", {"BucketRegion": None}),
    ],
)
def test_what_has_no_values_is_not_paid_for(type: str, change: dict[str, Any]) -> None:
    kind = RESOURCE_TYPES[type]
    scope = Scope("1", GLOBAL if kind.scope == "global" else "eu-west-1", type)
    resource = kind.model.from_aws({**kind.sample, **change}, scope)
    assert wanted(kind, [resource]) == ()


@pytest.mark.parametrize(
    ("variant", "namespace"),
    [("application", "AWS/ApplicationELB"), ("network", "AWS/NetworkELB"), ("gateway", "AWS/GatewayELB")],
)
def test_load_balancers_are_asked_in_the_namespace_of_their_kind(variant: str, namespace: str) -> None:
    kind = RESOURCE_TYPES["loadbalancers"]
    series = wanted(kind, [read(kind, {**kind.sample, "Type": variant})])
    assert {each.metric.namespace for each in series} == {namespace}
    assert series[0].dimensions == (("LoadBalancer", "app/storefront/50dc6c495c0c9188"),)


def _with(kind: ResourceType, metric: Metric) -> ResourceType:
    return replace(kind, metrics=(replace(metric, when=lambda _: True),))
