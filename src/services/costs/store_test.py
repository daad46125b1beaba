"""What every CostStore promises."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from errors import DataFileError, PoloError
from services.conformance_test import make_table, moto_client
from services.costs.dynamo_store import DynamoCostStore
from services.costs.local_store import LocalCostStore
from services.costs.store import CostStore
from services.models.domain.costs import Anomaly, Outlook, PeriodCosts, ResourceCosts, Spent
from services.store.dynamo_table import Table

pytestmark = pytest.mark.usefixtures("aws")

AT, LATER = "2026-11-20T04:00:00Z", "2026-11-21T04:00:00Z"
COSTS = PeriodCosts(
    "2026-11-19",
    "unblended",
    AT,
    Decimal("12.3456789012"),
    {
        "services": {("1", "EC2"): Decimal("10.1"), ("1", "S3"): Decimal("-0.0000000001")},
        "owners": {("", "S3"): Decimal("2")},
    },
)
RESOURCES = ResourceCosts(
    "1",
    "unblended",
    "2026-11-12",
    "2026-11-19",
    {"EC2": {"i-1": Decimal("7.0000000001"), "i-2": Decimal("0")}, "S3": {"bucket": Decimal("1")}},
)
OUTLOOK = Outlook(
    AT,
    "2026-11-20",
    Decimal("99.5"),
    (Anomaly("a-1", "2026-11-02", "", "1", "EC2", "eu-west-1", Decimal("40.5"), Decimal("10")),),
    {"1": "prod"},
)


def local(folder: Path) -> LocalCostStore:
    return LocalCostStore(folder / "local_costs.json", folder / "cost_requests.json")


def dynamo(folder: Path) -> DynamoCostStore:
    client = moto_client()
    make_table(client, f"costs-{folder.name}")
    return DynamoCostStore(Table(f"costs-{folder.name}", client))


IMPLEMENTATIONS: dict[str, Callable[[Path], CostStore]] = {"local": local, "dynamo": dynamo}


@pytest.fixture(params=IMPLEMENTATIONS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> CostStore:
    return IMPLEMENTATIONS[request.param](tmp_path)


def test_an_empty_store_has_nothing_and_no_mark(store: CostStore) -> None:
    assert (store.mark(), dict(store.kept()), store.costs("2026-11"), store.outlook()) == ("", {}, None, None)


def test_what_is_kept_is_read_again_to_the_last_decimal(store: CostStore) -> None:
    month = replace(COSTS, period="2026-10", cuts={})
    store.keep([COSTS, month])
    assert (store.costs("2026-11-19"), store.costs("2026-10")) == (COSTS, month)
    assert [*store.kept()] == ["2026-10", "2026-11-19"]
    assert store.kept()["2026-11-19"].rows == 3


def test_a_restated_day_takes_the_place_of_what_it_was(store: CostStore) -> None:
    store.keep([COSTS])
    before, version = store.mark(), store.kept()["2026-11-19"].version
    restated = replace(COSTS, total=Decimal("13"), taken=LATER)
    store.keep([restated])
    assert store.costs("2026-11-19") == restated
    assert store.mark() != before
    assert store.kept()["2026-11-19"].version != version


def test_the_same_figures_a_night_later_have_the_same_version(store: CostStore) -> None:
    store.keep([COSTS])
    version = store.kept()["2026-11-19"].version
    store.keep([replace(COSTS, taken=LATER)])
    kept = store.kept()["2026-11-19"]
    assert (kept.version, kept.taken) == (version, LATER)
    found = store.costs("2026-11-19")
    assert found is not None
    assert found.cuts == COSTS.cuts


def test_forgotten_periods_are_gone_and_others_stay(store: CostStore) -> None:
    store.keep([COSTS, replace(COSTS, period="2025-10")])
    store.keep((), ["2025-10"])
    assert [*store.kept()] == ["2026-11-19"]
    assert store.costs("2025-10") is None


def test_the_outlook_is_kept_and_replaced(store: CostStore) -> None:
    store.keep([COSTS])
    for outlook in (OUTLOOK, replace(OUTLOOK, forecast=None, anomalies=None)):
        before = store.mark()
        store.keep_outlook(outlook)
        assert store.outlook() == outlook
        assert store.mark() != before
    assert store.costs("2026-11-19") == COSTS


def test_a_day_has_so_many_requests_and_not_one_more(store: CostStore) -> None:
    assert store.spent("2026-11-20") == Spent()
    assert [store.spend("2026-11-20", 2) for _ in range(4)] == [True, True, False, False]
    assert store.spent("2026-11-20") == Spent(2, 2)
    assert store.spend("2026-11-21", 2)
    assert not store.spend("2026-11-22", 0)


def test_of_several_who_ask_at_once_no_more_do_than_may(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        asked = pool.map(lambda _: local(tmp_path).spend("2026-11-20", 5), range(8))
    assert sum(asked) == 5


def test_what_resources_cost_is_kept_by_account_and_replaced_as_a_whole(store: CostStore) -> None:
    store.keep([COSTS])
    before = store.mark()
    store.keep_resources([RESOURCES, replace(RESOURCES, account="2")])
    assert store.resources("1") == RESOURCES
    less = replace(RESOURCES, costs={"S3": {"bucket": Decimal("-0.01")}}, end="2026-11-20")
    store.keep_resources([less])
    assert (store.resources("1"), store.resources("3")) == (less, None)
    assert (store.resources("2") or RESOURCES).costs == RESOURCES.costs
    assert store.mark() == before, "pages need not be made anew"
    assert store.costs("2026-11-19") == COSTS
    store.keep_resources([])


def test_resources_of_an_account_are_let_go_when_nobody_tells_them_any_more(tmp_path: Path) -> None:
    store = dynamo(tmp_path)
    store.keep_resources([RESOURCES])
    items = [*store.table.query("RC#1"), store.table.get(("RESOURCES", "1")) or {}]
    assert {round(item["ttl"] - store.table.now()) // 86400 for item in items} <= {14, 15}
    store.table.write(deletes=[("RC#1", item["sk"]) for item in store.table.query("RC#1")])
    with pytest.raises(PoloError, match="parts of what the resources of 1 cost are missing"):
        store.resources("1")


def test_a_period_of_ten_thousand_groups_is_kept_whole(store: CostStore) -> None:
    groups = {(f"{number:012d}", f"service {number % 40}"): Decimal(number) / 7 for number in range(10_000)}
    large = replace(COSTS, cuts={"services": groups})
    store.keep([large])
    assert store.costs("2026-11-19") == large


def test_replaced_parts_expire_and_current_ones_do_not(tmp_path: Path) -> None:
    store = dynamo(tmp_path)
    store.keep([COSTS])
    store.keep([replace(COSTS, total=Decimal("1"), taken=LATER)])
    assert ["ttl" in part for part in store.table.query("C#2026-11")] == [True, False]


def test_costs_of_two_releases_later_are_not_read(tmp_path: Path) -> None:
    store = dynamo(tmp_path)
    store.keep([COSTS])
    store.table.update(("COSTS", "2026-11-19"), {"schema": 3})
    with pytest.raises(PoloError, match="2026-11-19 have schema 3"):
        store.costs("2026-11-19")


def test_missing_parts_are_said_and_no_zero_is_shown(tmp_path: Path) -> None:
    store = dynamo(tmp_path)
    store.keep([COSTS])
    store.table.write(deletes=[(each["pk"], each["sk"]) for each in [*store.table.query("C#2026-11")]])
    with pytest.raises(PoloError, match="parts of the costs of 2026-11-19"):
        store.costs("2026-11-19")


@pytest.mark.parametrize("content", ["{broken", '{"schema": 3}', "[]", '{"schema":1,"periods":'])
def test_a_broken_file_is_named_and_left_alone(tmp_path: Path, content: str) -> None:
    store = local(tmp_path)
    store.path.write_text(content)
    with pytest.raises(DataFileError, match=r"local_costs\.json"):
        store.keep([COSTS])
    assert store.path.read_text() == content


def test_costs_of_another_shape_are_named(tmp_path: Path) -> None:
    store = local(tmp_path)
    store.path.write_text('{"schema":1,"periods":{"2026-11-19":{"x":1}},"outlook":5}')
    for ask in (store.kept, lambda: store.costs("2026-11-19"), store.outlook):
        with pytest.raises(DataFileError, match=r"local_costs\.json:1:1: not what Polo writes"):
            ask()
