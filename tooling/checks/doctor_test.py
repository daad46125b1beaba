from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from errors import DataFileError, PoloError
from services.cop.judge.lifecycles import FILE, read_lifecycles
from services.prices import Prices
from services.prices.files import FOLDER, PARTS, Batch, read_part
from services.prices.formula import hours, price
from services.prices.lifecycle_list import TOLD_BY_AWS
from tooling.checks.doctor import Check, checks, doctor, old_lifecycles, old_prices

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def told(asked: Mapping[str, Check], now: datetime = NOW) -> tuple[int, list[str]]:
    out = io.StringIO()
    code = doctor(asked, now=now, out=out)
    return code, out.getvalue().splitlines()


def prices_of(**days: str) -> Prices:
    """Each part of one day."""
    usd = {"eu-west-1": {"ebs.gp3.gb_month": 1.0, "nat.hour": 2.0}}
    return Prices(lambda part: [Batch(days.get(part, "2026-11-01"), "AWS", usd)])


def test_a_check_that_finds_nothing_is_fine_and_the_others_are_told_with_the_way_out() -> None:
    def broken(now: datetime) -> list[PoloError]:
        raise DataFileError("prices.json is damaged", "restore it from Git")

    asked: Mapping[str, Check] = {
        "one": lambda now: (),
        "two": lambda now: [PoloError("it is old", "mend it"), PoloError("so is that")],
        "three": broken,
        "four": lambda now: (),
    }
    assert told(asked) == (
        1,
        [
            "one: fine",
            "two: it is old. Way out: mend it",
            "two: so is that",
            "three: prices.json is damaged. Way out: restore it from Git",
            "four: fine",
        ],
    )
    assert told({"one": asked["one"]}) == (0, ["one: fine"])
    assert told({"two": asked["two"]})[0] == 0


@pytest.mark.parametrize("part", PARTS)
def test_each_part_of_the_price_list_is_named_when_it_is_old(part: str) -> None:
    found = [str(each) for each in old_prices(prices_of(**{part: "2023-03-10"}), NOW)]
    if part == "rates":
        assert found == [
            f"1 of 1 for {service} are of 2023-03, 44 months old. Way out: inv prices"
            for service in ("ebs", "nat")
        ]
    else:
        assert found == [f"2 of 2 for {PARTS[part]} are of 2023-03, 44 months old. Way out: inv prices"]


@pytest.mark.parametrize(
    ("as_of", "said"),
    [("2025-05-01", None), ("2025-04-30", "2025-04, 19 months old"), ("", "an unknown day")],
)
def test_the_limit_is_that_of_the_pages(as_of: str, said: str | None) -> None:
    known = prices_of(rates=as_of)
    cost = price(known.rate("nat.hour", "eu-west-1"), hours())
    assert cost
    assert ("price of" in cost.told(NOW)) == (said is not None)
    found = [str(each) for each in old_prices(known, NOW)]
    assert found == [
        f"1 of 1 for {name} are of {said}. Way out: inv prices" for name in ("ebs", "nat") if said
    ]


def test_each_table_of_ends_of_support_is_named_when_it_is_old(tmp_path: Path) -> None:
    content = json.loads(FILE.read_text(encoding="utf-8"))
    tables = read_lifecycles(FILE)
    for name, table in tables.items():
        old = {**content["products"], name: content["products"][name] | {"as_of": "2025-04-30"}}
        others = {each: told | {"as_of": "2026-11-01"} for each, told in old.items() if each != name}
        (tmp_path / "ends.json").write_text(json.dumps({"products": others | {name: old[name]}}))
        (found,) = map(str, old_lifecycles(tmp_path / "ends.json", NOW))
        assert found.startswith(f"those of {table.title} are of 2025-04, 19 months old. Way out: ")
        assert ("inv prices" in found) == (name in TOLD_BY_AWS)
        assert (table.source in found) == (name not in TOLD_BY_AWS)


def test_what_ships_is_looked_at_and_is_as_old_as_its_files_say(tmp_path: Path) -> None:
    newest = max(batch.as_of for part in PARTS for batch in read_part(FOLDER / f"{part}.json"))
    far = datetime(int(newest[:4]) + 3, 1, 1, tzinfo=UTC)
    code, lines = told(checks(tmp_path), far)
    assert code == 0, "what is old is used all the same"
    for part in ("ec2_linux", "ec2_windows", "rds"):
        assert any(f" for {PARTS[part]} are of " in line for line in lines)
    for service in ("ebs", "nat", "lambda"):
        assert any(f" for {service} are of " in line for line in lines)
    assert sum(line.startswith("ends of support: those of ") for line in lines) == len(read_lifecycles(FILE))
    assert lines[-1] == "local data: fine"


def test_data_that_can_not_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "local_data.json").write_text("{")
    code, (line,) = told({"local data": checks(tmp_path)["local data"]})
    assert code == 1
    assert line.startswith("local data: ")
    assert "local_data.json" in line
    assert "Way out: " in line
