"""What people have entered, written into a file and put back from it, on a laptop and in a table."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from errors import CantWrite, DataFileError, PoloError
from services.conformance_test import make_table, moto_client
from services.cop.store.dynamo import DynamoFindingStore
from services.cop.store.local import LocalFindingStore
from services.cop.store.port import FindingStore
from services.cop.store.port_test import MUTE
from services.models.domain.finding import Mute
from services.store.dynamo_table import Table
from services.store.json_file import write_json
from settings import Settings
from tests.damage import DAMAGE
from tests.web_routes import rules
from tooling.demo.past import MADE
from tooling.laptop import backup as module
from tooling.laptop.backup import Place, backup, place_of, restore
from tooling.laptop.entered import ENTERED, Stores

OTHER = replace(MUTE, id="m2", reason="of é <b>", tag="Env=dev")
NEWER = replace(MUTE, id="m3", reason="entered since")
MANY = tuple(replace(MUTE, id=f"m{number:04}") for number in range(250))


def local(folder: Path) -> FindingStore:
    return LocalFindingStore(folder / "data")


def dynamo(folder: Path) -> FindingStore:
    make_table(moto_client(), f"backup-{folder.name}")
    return DynamoFindingStore(Table(f"backup-{folder.name}", moto_client()))


@pytest.fixture(params=[local, dynamo])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FindingStore]:
    with mock_aws():
        make: Callable[[Path], FindingStore] = request.param
        yield make(tmp_path)


@pytest.fixture
def place(store: FindingStore) -> Place:
    return Place("prod", Stores(store))


@pytest.fixture
def file(tmp_path: Path, place: Place) -> Path:
    """A backup of two mutes."""
    for mute in (MUTE, OTHER):
        place.stores.findings.mute(mute)
    file = tmp_path / "backups" / "one.json"
    assert [*backup(file, place)] == [f"mutes of prod: 2, in {file}"]
    return file


def test_what_was_lost_is_put_back(file: Path, place: Place) -> None:
    store = place.stores.findings
    for mute in (MUTE, OTHER):
        store.unmute(mute.id)
    line = "mutes of prod: 2 put back, 0 changed back, 0 already there, 0 entered since and kept"
    assert [*restore(file, place)] == [line]
    assert store.mutes() == (MUTE, OTHER)
    assert "0 put back, 0 changed back, 2 already there" in next(restore(file, place))


def test_what_was_entered_since_stays_and_what_was_changed_is_as_it_was(file: Path, place: Place) -> None:
    store = place.stores.findings
    store.mute(NEWER)
    store.mute(replace(OTHER, reason="changed"))
    store.unmute(MUTE.id)
    assert "1 put back, 1 changed back, 0 already there, 1 entered" in next(restore(file, place))
    assert store.mutes() == (MUTE, OTHER, NEWER)


def test_dry_run_says_the_same_and_changes_nothing(file: Path, place: Place) -> None:
    place.stores.findings.unmute(MUTE.id)
    assert "1 would be put back, 0 would be changed back" in next(restore(file, place, dry_run=True))
    assert place.stores.findings.mutes() == (OTHER,)


def test_what_others_enter_meanwhile_is_seen_before_anything_is_put_back(file: Path, place: Place) -> None:
    store = place.stores.findings
    store.unmute(MUTE.id)
    assert not store.put_back([MUTE, OTHER], [])
    assert store.mutes() == (OTHER,), "all or nothing"
    assert not store.put_back([MUTE], [MUTE])
    assert store.mutes() == (OTHER,)


def test_a_table_s_condition_holds_to_the_last_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mock_aws():
        store = dynamo(tmp_path)
        table, asked = Table(f"backup-{tmp_path.name}", moto_client()), []

        def call(operation: str, **given: Any) -> Any:
            if operation == "transact_write_items" and not asked:
                asked.append(operation)
                store.mute(replace(OTHER, reason="a moment ago"))
            return Table._call(table, operation, **given)

        monkeypatch.setattr(table, "_call", call)
        assert not DynamoFindingStore(table).put_back([MUTE, OTHER], [])
        assert [mute.reason for mute in store.mutes()] == ["a moment ago"]
        lines = restore_of(tmp_path, store, MUTE, OTHER)
        assert "1 put back, 1 changed back" in next(lines)


def restore_of(folder: Path, store: FindingStore, *mutes: Mute) -> Iterator[str]:
    other = LocalFindingStore(folder / "other")
    for mute in mutes:
        other.mute(mute)
    [*backup(folder / "other.json", Place("other", Stores(other)))]
    return restore(folder / "other.json", Place("prod", Stores(store)))


def test_more_than_a_transaction_takes_is_put_back(tmp_path: Path, store: FindingStore) -> None:
    assert "250 put back" in next(restore_of(tmp_path, store, *MANY))
    assert store.mutes() == MANY


def test_others_who_never_rest_are_an_error(
    file: Path, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.stores.findings.unmute(MUTE.id)
    monkeypatch.setattr(type(place.stores.findings), "put_back", lambda *_: False)
    with pytest.raises(PoloError, match="others are entering mutes in prod"):
        [*restore(file, place)]


def test_a_backup_is_not_written_over(file: Path, place: Place) -> None:
    before = file.read_bytes()
    with pytest.raises(CantWrite, match="is there already"):
        [*backup(file, place)]
    assert file.read_bytes() == before


@pytest.mark.parametrize("damage", [name for name in DAMAGE if name != "of a newer Polo"])
def test_a_damaged_file_is_refused_with_one_line(damage: str, file: Path, place: Place) -> None:
    place.stores.findings.unmute(MUTE.id)
    DAMAGE[damage](file)
    with pytest.raises(DataFileError) as error:
        [*restore(file, place)]
    assert file.name in str(error.value) and "\n" not in str(error.value) and error.value.way_out
    assert place.stores.findings.mutes() == (OTHER,)


def changed(file: Path, **values: Any) -> None:
    """As a later Polo, or somebody's editor, would have written it; with a digest that fits."""
    content = json.loads(file.read_text(encoding="utf-8")) | values
    content["digest"] = module._digest(content["entered"], content["beside"])
    write_json(file, 1, content)
    file.write_text(file.read_text().replace('"schema":1', f'"schema":{values.get("schema", 1)}'))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"schema": 3}, "schema 3, this Polo reads 2. Way out: update Polo"),
        ({"entered": {"mutes": {}, "views": {}}}, "has views, unknown to this Polo. Way out: update Polo"),
        (
            {"entered": {"mutes": {"m1": {**asdict(MUTE), "until": "x"}}}},
            "has until of mutes, unknown to this Polo. Way out: update Polo",
        ),
        ({"entered": {"mutes": {"m1": {"id": "m1"}}}}, "not a backup of Polo"),
        ({"entered": {"mutes": {"m1": {**asdict(MUTE), "expires": "soon"}}}}, "not a backup of Polo"),
    ],
)
def test_what_this_version_can_not_put_back_is_refused_whole(
    values: dict[str, Any], said: str, file: Path, place: Place
) -> None:
    place.stores.findings.unmute(MUTE.id)
    changed(file, **values)
    with pytest.raises(DataFileError) as error:
        [*restore(file, place)]
    assert said in str(error.value)
    assert place.stores.findings.mutes() == (OTHER,)


def test_a_byte_that_was_changed_is_seen(file: Path, place: Place) -> None:
    file.write_text(file.read_text(encoding="utf-8").replace("a test", "a tesT"), encoding="utf-8")
    with pytest.raises(DataFileError, match="its digest is another"):
        [*restore(file, place)]


def test_the_local_place_is_the_data_folder_and_a_profile_alone_is_refused(tmp_path: Path) -> None:
    LocalFindingStore(tmp_path / "data").mute(MUTE)
    assert ENTERED["mutes"].read(place_of("", "", tmp_path).stores) == {"m1": asdict(MUTE)}
    with pytest.raises(PoloError, match="-p prod is for a deployed environment"):
        place_of("", "prod", tmp_path)


def test_a_laptop_s_backup_has_what_was_entered_in_every_place_that_a_console_shows(tmp_path: Path) -> None:
    settings = Settings(local_data_path=str(tmp_path / "mine" / "local_data.json"))
    folders = tmp_path / "data", tmp_path / "data" / ".cache" / "demo", tmp_path / "mine"
    of_the_demo = replace(MUTE, id=min(MADE))
    for number, folder in enumerate(folders):
        LocalFindingStore(folder).mute(replace(MUTE, id=f"entered-{number}"))
    LocalFindingStore(folders[1]).mute(of_the_demo)
    file, place = tmp_path / "one.json", place_of("", "", tmp_path, settings)
    told = [line.partition(":")[0] for line in backup(file, place)]
    assert told == ["mutes of this laptop", "mutes of the demo estate", f"mutes of {tmp_path / 'mine'}"]
    for folder in folders:
        (folder / "state.json").unlink()
    assert all("1 put back" in line for line in restore(file, place))
    for number, folder in enumerate(folders):
        assert [mute.id for mute in LocalFindingStore(folder).mutes()] == [f"entered-{number}"]
    LocalFindingStore(folders[1]).mute(of_the_demo)
    assert all("1 already there, 0 entered since" in line for line in restore(file, place))


def test_what_was_entered_in_the_demo_stays_out_of_an_environment(tmp_path: Path) -> None:
    LocalFindingStore(tmp_path / "data" / ".cache" / "demo").mute(MUTE)
    file = tmp_path / "one.json"
    [*backup(file, place_of("", "", tmp_path, Settings()))]
    prod = Place("prod", Stores(LocalFindingStore(tmp_path / "prod")))
    assert "mutes of the demo estate: 1 left out, prod has no such place" in [*restore(file, prod)]
    assert prod.stores.findings.mutes() == ()


def test_a_backup_of_an_earlier_polo_is_put_back(file: Path, place: Place) -> None:
    content = json.loads(file.read_text(encoding="utf-8"))
    del content["beside"]
    file.write_text(json.dumps(content | {"schema": 1}), encoding="utf-8")
    assert "2 already there" in next(restore(file, place))


def test_an_environment_is_its_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config"
    keys = "aws_access_key_id = testing\naws_secret_access_key = testing\n"
    config.write_text(f"[profile company]\nregion = eu-west-1\n{keys}")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("DYNAMODB_TABLE_NAME", "another-table")
    with mock_aws():
        make_table(moto_client(), "prod-ResourceTable")
        DynamoFindingStore(Table("prod-ResourceTable", moto_client())).mute(MUTE)
        place = place_of("prod", "company", tmp_path)
        assert [*backup(tmp_path / "a.json", place)] == [f"mutes of prod: 1, in {tmp_path / 'a.json'}"]
        with pytest.raises(PoloError, match="there is no DynamoDB table 'staging-ResourceTable'"):
            [*backup(tmp_path / "b.json", place_of("staging", "company", tmp_path))]


WHAT_IS_POSTED = {
    "/cop/mutes": "mutes",
    "/cop/mutes/<id>/delete": "mutes",
    "/sync/collect": None,  # asks for a collection
    "/theme": None,  # in a cookie
}


def test_whatever_people_enter_is_a_kind() -> None:
    assert {*rules("POST")} == WHAT_IS_POSTED.keys(), "say what is entered there; a new kind is in ENTERED"
    assert {kind for kind in WHAT_IS_POSTED.values() if kind} == ENTERED.keys()
