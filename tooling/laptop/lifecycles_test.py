"""`inv prices` over what RDS and EKS tell of ends of support, in the shape of their references' examples."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from errors import CollectError
from services.cop.judge.lifecycles import FILE, read_lifecycles
from services.models.kit.base import Call
from services.prices.lifecycle_list import file_text
from tooling.laptop.lifecycles import lifecycles

NOW = datetime(2026, 12, 20, 23, 30, tzinfo=UTC)


def engine(name: str, version: str, standard: str, extended: tuple[str, str] | None = None) -> dict[str, Any]:
    told = [("standard", "2016-02-22", standard), *([("extended", *extended)] if extended else [])]
    return {
        "Engine": name,
        "MajorEngineVersion": version,
        "SupportedEngineLifecycles": [
            {
                "LifecycleSupportName": f"open-source-rds-{kind}-support",
                "LifecycleSupportStartDate": datetime.fromisoformat(f"{start}T00:00:00+00:00"),
                "LifecycleSupportEndDate": datetime.fromisoformat(f"{end}T23:59:59.999000+00:00"),
            }
            for kind, start, end in told
        ],
    }


def half_told(found: dict[str, Any]) -> dict[str, Any]:
    """Without the day on which extended support ends."""
    del found["SupportedEngineLifecycles"][1]["LifecycleSupportEndDate"]
    return found


def kubernetes(version: str, standard: str, extended: str, type: str = "eks") -> dict[str, Any]:
    return {
        "clusterVersion": version,
        "clusterType": type,
        "endOfStandardSupportDate": datetime.fromisoformat(f"{standard}T00:00:00+00:00"),
        "endOfExtendedSupportDate": datetime.fromisoformat(f"{extended}T00:00:00+00:00"),
        "versionStatus": "STANDARD_SUPPORT",
    }


ENGINES = (
    engine("mysql", "5.7", "2024-02-29", ("2024-03-01", "2030-06-30")),
    engine("mysql", "9.7", "2034-04-30", ("2034-05-01", "2037-04-30")),
    {"Engine": "mysql", "MajorEngineVersion": "10.0"},
    half_told(engine("mysql", "9.9", "2035-04-30", ("2035-05-01", "2038-04-30"))),
    engine("mysql", "9.8", "2034-04-30", ("2034-05-01", "2036-05-01")),
    engine("postgres", "11", "2024-02-29", ("2024-03-01", "2027-03-31")),
    engine("postgres", "18", "2031-02-28", ("2031-03-01", "2034-02-28")),
    engine("mariadb", "10.6", "2027-01-31"),
    engine("aurora-mysql", "8.0", "2028-04-30", ("2028-05-01", "2029-07-31")),
    engine("aurora-mysql", "5.7", "2024-10-31", ("2024-11-01", "2029-06-30")),
    engine("aurora-postgresql", "13", "2026-02-28", ("2026-03-01", "2029-02-28")),
)


@dataclass
class Told:
    """refused: an engine, or "eks", whose question is denied. silent: one that nothing is told of."""

    refused: str = ""
    silent: str = ""
    asked: list[Call] = field(default_factory=list)

    def pages(self, call: Call, region: str | None = None) -> Iterator[dict[str, Any]]:
        self.asked.append(call)
        name = call.parameters.get("Engine", "eks")
        if name == self.refused:
            raise CollectError(f"{name} is denied", "allow it")
        if name == self.silent:
            yield {}
        elif name == "eks":
            yield {"clusterVersions": [kubernetes("1.37", "2027-11-30", "2028-11-30")]}
            yield {
                "clusterVersions": [
                    kubernetes("1.36", "2027-08-02", "2028-08-02"),
                    kubernetes("1.38", "2031-01-01", "2032-01-01", "eks-somewhere-else"),
                ]
            }
        else:
            for each in (each for each in ENGINES if each["Engine"] == name):
                yield {"DBMajorEngineVersions": [each]}

    def call(self, *_: Any, **__: Any) -> None:
        raise CollectError("not asked")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return Path(shutil.copy(FILE, tmp_path / "lifecycles.json"))


def test_what_an_api_tells_is_of_today_and_the_rest_keeps_its_day(file: Path) -> None:
    before, out = read_lifecycles(file), io.StringIO()
    assert lifecycles(file=file, source=Told(), now=NOW, out=out) == 0
    after = read_lifecycles(file)
    asked = {"rds-mysql", "rds-postgresql", "rds-mariadb", "aurora-mysql", "aurora-postgresql", "eks"}
    assert {name for name, table in after.items() if str(table.as_of) == "2026-12-20"} == asked
    assert {name: after[name] for name in {*after} - asked} == {
        name: before[name] for name in {*before} - asked
    }
    assert "ends of support of 2026-12-20" in out.getvalue()
    assert "2026-08-22" in out.getvalue()


def days(file: Path, table: str, version: str) -> Any:
    return json.loads(file.read_text())["products"][table]["versions"][version]


def test_dates_are_those_that_the_apis_tell(file: Path) -> None:
    lifecycles(file=file, source=Told(), now=NOW, out=io.StringIO())
    assert days(file, "rds-mysql", "5.7") == {
        "standard": "2024-02-29", "paid": "2024-03-01", "raised": "2026-03-01", "extended": "2030-06-30"
    }  # fmt: skip
    assert days(file, "rds-mysql", "9.7")["raised"] == "2036-05-01"
    assert days(file, "rds-mysql", "9.8")["raised"] == "2036-05-01"
    assert days(file, "rds-mysql", "9.9") == {"standard": "2035-04-30"}
    assert "10.0" not in json.loads(file.read_text())["products"]["rds-mysql"]["versions"]
    assert days(file, "rds-mariadb", "10.6") == {"standard": "2027-01-31"}
    assert days(file, "aurora-mysql", "8.0") == {
        "standard": "2028-04-30", "paid": "2028-05-01", "extended": "2029-07-31"
    }  # fmt: skip
    assert days(file, "eks", "1.37") == {
        "standard": "2027-11-30", "paid": "2027-12-01", "extended": "2028-11-30"
    }  # fmt: skip
    assert "1.38" not in json.loads(file.read_text())["products"]["eks"]["versions"]


@pytest.mark.parametrize(
    ("table", "version", "paid", "raised"),
    [
        ("rds-postgresql", "11", "2024-04-01", "2026-04-01"),
        ("aurora-mysql", "5.7", "2024-12-01", "2026-12-01"),
    ],
)
def test_a_first_charge_after_the_start_of_extended_support_is_kept(
    file: Path, table: str, version: str, paid: str, raised: str
) -> None:
    lifecycles(file=file, source=Told(), now=NOW, out=io.StringIO())
    assert (days(file, table, version)["paid"], days(file, table, version)["raised"]) == (paid, raised)


def test_a_version_that_is_no_longer_told_of_stays(file: Path) -> None:
    before = days(file, "eks", "1.21")
    lifecycles(file=file, source=Told(), now=NOW, out=io.StringIO())
    assert days(file, "eks", "1.21") == before
    assert [*json.loads(file.read_text())["products"]["eks"]["versions"]][:3] == ["1.37", "1.36", "1.35"]


@pytest.mark.parametrize("trouble", ["refused", "silent"])
@pytest.mark.parametrize("name", ["mysql", "aurora-postgresql", "eks"])
def test_nothing_is_written_half(
    file: Path, trouble: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = file.read_bytes()
    assert lifecycles(file=file, source=Told(**{trouble: name}), now=NOW) == 1
    assert file.read_bytes() == before
    assert [*file.parent.iterdir()] == [file]
    assert name in capsys.readouterr().err


def test_the_file_that_ships_is_as_it_would_be_written() -> None:
    assert file_text(json.loads(FILE.read_text())) == FILE.read_text()


def test_versions_that_are_out_of_use_are_asked_for_as_well(file: Path) -> None:
    source = Told()
    lifecycles(file=file, source=source, now=NOW, out=io.StringIO())
    (eks,) = [call for call in source.asked if call.service == "eks"]
    assert eks.parameters == {"includeAll": True}
