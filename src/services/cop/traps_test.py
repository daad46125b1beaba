"""The traps that rules of this kind fall into, one test each or more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from services.cop.judge.facts import Facts
from services.cop.judge.ledger_test import after, flag, inspected
from services.cop.judge.rule import NOW, Example, ago, example
from services.cop.registry import RULES
from services.cop.rules.lambda_waste import INVOCATIONS
from services.cop.rules_test import Around, verdict
from services.cop.store.findings import Findings
from services.cop.store.findings_writer import write_findings
from services.cop.store.port import Ledger
from services.cop.store.port_test import ENTRY
from services.models.accesskey import AccessKey
from services.models.domain.finding import Finding, Unknown, Verdict
from services.models.domain.findings import FindingQuery
from services.models.kit.scope import Key, Scope
from services.prices import prices

OLD_ENGINE = {"engine": "mysql", "engine_version": "5.7.44", "extended_support": None}
RUNNING = example("instances", state="running", created=ago(60), group="", managed_by="")


def judged(rule: str, resource: Any, *others: Any, **daily: tuple[float | None, ...]) -> Verdict:
    """daily: the metrics' values, with "__" for the dot of their key."""
    known = {name.replace("__", "."): values for name, values in daily.items()}
    return verdict(RULES[rule], Example(resource, others, known))


def idle(**changes: tuple[float | None, ...]) -> dict[str, tuple[float | None, ...]]:
    usual: dict[str, tuple[float | None, ...]] = {"CPUUtilization__Average": (1.0,) * 14}
    return usual | {"NetworkIn__Sum": (1e6,) * 14, "NetworkOut__Sum": (1e6,) * 14} | changes


def test_network_is_in_bytes_and_in_and_out_count_together() -> None:
    assert isinstance(judged("EC2-IDLE", RUNNING, **idle()), Finding)
    both = {"NetworkIn__Sum": (3e6,) * 14, "NetworkOut__Sum": (3e6,) * 14}
    assert judged("EC2-IDLE", RUNNING, **idle(**both)) is None


def test_days_without_data_points_are_no_days_of_idleness() -> None:
    assert isinstance(judged("EC2-IDLE", RUNNING, **idle(CPUUtilization__Average=(1.0,) * 6)), Unknown)
    assert isinstance(judged("EC2-IDLE", RUNNING), Unknown)


@pytest.mark.parametrize(
    "changes", [{"replica_of": "main"}, {"instance_class": "db.serverless"}, {"state": "stopped"}]
)
def test_replicas_serverless_and_stopped_databases_are_not_idle(changes: dict[str, str]) -> None:
    database = {"state": "available", "created": ago(60), "replica_of": "", "tags": {}}
    quiet = {"DatabaseConnections__Maximum": (0.0,) * 14}
    assert isinstance(judged("RDS-IDLE", example("databases", **database), **quiet), Finding)
    assert judged("RDS-IDLE", example("databases", **database | changes), **quiet) is None


@pytest.mark.parametrize("created", ["", "yesterday", "٢٠٢٦-01-01", "2026-13-45T00:00:00Z"])
def test_an_age_that_nobody_can_read_is_unknown(created: str) -> None:
    volume = example("volumes", state="available", created=created, state_since="")
    assert isinstance(judged("EBS-UNATTACHED", volume), Unknown)


def test_a_clusters_writer_is_needed_while_a_reader_is_used() -> None:
    usual = {"state": "available", "created": ago(60), "replica_of": "", "tags": {}, "cluster": "c"}
    writer, reader = (example("databases", id=id, **usual) for id in ("writer", "reader"))
    cluster = example("dbclusters", id="c", instances=("writer", "reader", "gone"), writer="writer")
    rule = RULES["RDS-IDLE"]
    around = Around(Example(writer, (cluster, writer, reader)), rule)
    for used, kind in ((reader.id, type(None)), ("nobody", Finding)):

        def daily(of: Any, _: str, days: int, used: str = used) -> tuple[float | None, ...]:
            return (float(of.id == used),) * days

        assert isinstance(rule.check(writer, Facts(NOW, rule.limits, prices(), around, daily)), kind)


def test_an_instance_of_a_group_is_told_of_as_the_group() -> None:
    member = example("instances", state="running", created=ago(60), group="web", managed_by="autoscaling")
    found = judged("EC2-IDLE", member, **idle())
    assert isinstance(found, Finding)
    assert found.about == Key("autoscalinggroups", member.account, member.region, "web")
    batch = example("instances", state="running", created=ago(60), group="", managed_by="batch")
    assert judged("EC2-IDLE", batch, **idle()) is None


def test_an_application_load_balancer_without_targets_may_redirect() -> None:
    balancer = example("loadbalancers", kind="application", state="active", created=ago(60), arn="arn:lb")
    nobody = example("targetgroups", targets=0, load_balancers=("arn:lb",))
    assert judged("LB-IDLE", balancer, nobody, RequestCount__Sum=(5000.0,) * 7) is None
    assert isinstance(judged("LB-IDLE", balancer, nobody), Unknown)


@pytest.mark.parametrize("changes", [{"interface": "eni-nat", "state": "in-use"}, {"pool": "ipv4pool-ec2-1"}])
def test_addresses_of_nat_gateways_are_used_and_own_ones_cost_nothing(changes: dict[str, str]) -> None:
    unused = {"state": "unused", "instance": "", "state_since": ago(60), "pool": "amazon"}
    assert isinstance(judged("EIP-UNUSED", example("addresses", **unused)), Finding)
    assert judged("EIP-UNUSED", example("addresses", **unused | changes)) is None


def test_a_snapshot_never_saves_its_size_times_the_price() -> None:
    old = example("snapshots", created=ago(400), tags={}, size=1000)
    found = judged("SNAP-OLD", old, example("images", snapshots=()))
    assert isinstance(found, Finding)
    assert RULES["SNAP-OLD"].confidence == "hint"
    assert found.saving is not None
    assert found.saving < 1000 * Decimal("0.05")


def test_large_gp2_volumes_save_less_for_they_need_bought_iops() -> None:
    volumes = (example("volumes", volume_type="gp2", size=size) for size in (1000, 2000))
    small, large = (judged("EBS-GP2", volume) for volume in volumes)
    assert isinstance(small, Finding)
    assert isinstance(large, Finding)
    assert small.saving == 20 - 125 * Decimal("0.04")
    assert large.saving == 40 - 3000 * Decimal("0.005") - 125 * Decimal("0.04")


def test_two_zones_double_extended_support() -> None:
    one, two = (
        judged(
            "RDS-EXTENDED",
            example("databases", multi_az=zones, **OLD_ENGINE),
        )
        for zones in (False, True)
    )
    assert isinstance(one, Finding)
    assert isinstance(two, Finding)
    assert one.saving
    assert two.saving == 2 * one.saving


def test_what_the_landing_zone_made_is_muted_from_the_start(tmp_path: Path) -> None:
    names = ("aws-controltower-logs-1", "StackSet-AWSControlTowerBP-1", "web")
    made = tuple(replace(ENTRY, name=name, id=name) for name in names)
    write_findings(tmp_path / "f.sqlite", [Ledger("1", made)], (), NOW)
    muted = Findings(tmp_path / "f.sqlite").every(FindingQuery(filters={"status": ("muted",)}))
    assert {row.entry.name for row in muted} == set(names[:2])


@pytest.mark.parametrize("log_class", ["INFREQUENT_ACCESS", "DELIVERY"])
def test_log_groups_of_other_classes_have_other_prices(log_class: str) -> None:
    group = example("loggroups", retention=None, stored=1 << 40, log_class=log_class)
    found = judged("LOG-NORETENTION", group)
    assert found is None or (isinstance(found, Finding) and found.saving is None)


@pytest.mark.parametrize("rule", ["LAMBDA-RUNTIME", "LAMBDA-WASTE"])
def test_replicas_of_edge_functions_are_judged_at_home_only(rule: str) -> None:
    old = {"runtime": "nodejs12.x", "created": ago(90)}
    replica = example("functions", id="us-east-1.edge", region="eu-west-1", **old)
    daily = {INVOCATIONS.replace(".", "__"): (0.0,) * 30}
    assert judged(rule, replica, **daily) is None
    home = example("functions", id="us-east-1.edge", region="us-east-1", **old)
    assert isinstance(judged(rule, home, **daily), Finding)


def test_a_bucket_whose_policy_may_not_be_read_is_unknown() -> None:
    denied = example("buckets", public=None, denied=("s3:GetBucketPolicyStatus",))
    found = judged("S3-PUBLIC", denied)
    assert found == Unknown("AWS denied s3:GetBucketPolicyStatus")


@pytest.mark.parametrize("odd", ["N/A", "no_information", "not_supported"])
def test_the_words_of_the_credential_report_are_no_dates(odd: str) -> None:
    row = {"Id": "ci/1", "active": "true", "last_rotated": odd, "last_used_date": odd}
    key = AccessKey.from_aws(row, Scope("1", "global", "accesskeys"))
    assert (key.last_used, key.created) == (None, None)
    assert isinstance(judged("IAM-KEY-OLD", key), Unknown)


def test_the_same_resource_reopens_and_another_id_is_new() -> None:
    entries = after(inspected(flag("vol-1")), inspected(), inspected(flag("vol-1"), flag("vol-2")))
    assert {entry.id: entry.reopened for entry in entries} == {"vol-1": 1, "vol-2": 0}


@pytest.mark.parametrize("hours", [0, 6, 23])
def test_days_are_24_hours_whatever_the_clock_says(hours: int) -> None:
    now = NOW + timedelta(hours=hours)
    around = Around(Example(RUNNING), RULES["EC2-IDLE"])
    facts = Facts(now, {}, prices(), around, around.daily)
    assert facts.days_since((now - timedelta(days=7)).isoformat(), "x") == 7
    local = (now - timedelta(days=7)).astimezone().isoformat()
    assert facts.days_since(local, "x") == 7
