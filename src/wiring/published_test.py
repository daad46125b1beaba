"""Every read model of a large deployed estate: built once beside the requests, and loaded by them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

import lambda_snapshot
from devserver.gateway.gateway import Client
from lambda_sync_test import Context
from routes.conftest import PATHS
from routes.console import Console
from services.cloud import asked_for
from services.cloud.bucket import Bucket
from services.cloud.deadline import BUILD, PAGE, within
from services.conformance_test import SCOPES, VOLUMES, attempt, make_table, moto_client
from services.cop.store.dynamo import DynamoFindingStore
from services.cop.store.port_test import ENTRY, LATER
from services.costs import writer
from services.costs.costs_test import costs
from services.costs.dynamo_store import DynamoCostStore
from services.costs.source import StoredCosts
from services.dynamo_data_service import DynamoDataService
from services.read.builds import OnItsWay
from services.read.snapshot_build import publish
from services.read.snapshots import SCHEMA
from services.store.dynamo_table import Table
from settings import Settings
from wiring.bucket import bucket_of
from wiring.builds import MAKERS
from wiring.console import console_of
from wiring.published import MODELS
from wiring.table import TableBackend
from wiring.web import web_app

NAME = "polo-data"
RESOURCES, REPORTS = "test-ResourceTable", "test-ReportTable"
ACCOUNTS = ("1", "2", "3")
MONTHS = ("2026-08", "2026-09", "2026-10")
PROGRESS = r"(Reading|Adding up) [\d,]+ [a-z ]+, \d+ s so far"
SETTINGS = Settings(env="test", use_local_data="false", data_bucket_name=NAME)


@dataclass(frozen=True)
class Kind:
    """page: one that is about it. made: what makes it, wherever that is. change: makes it another."""

    page: str
    made: str
    change: Callable[[], object]


def change_scope() -> None:
    resources().replace_scope(attempt(2, "abc", VOLUMES))


def change_ledger() -> None:
    store = DynamoFindingStore(Table(RESOURCES, moto_client()))
    store.keep(store.ledger("1"), [], LATER)


def change_costs() -> None:
    DynamoCostStore(Table(REPORTS, moto_client())).keep([costs("2026-07", "9")])


KINDS = {
    "everything": Kind("/resources", "services.read.table_read_model.TableReadModel._build", change_scope),
    "findings": Kind("/cop", "services.cop.patrol.table_findings.fill", change_ledger),
    "costs": Kind("/costs", "services.costs.writer.fill", change_costs),
}


def resources() -> DynamoDataService:
    return DynamoDataService(Table(RESOURCES, moto_client()))


@pytest.fixture(autouse=True)
def estate(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    for name, value in (("ENV", "test"), ("USE_LOCAL_DATA", "false"), ("DATA_BUCKET_NAME", NAME)):
        monkeypatch.setenv(name, value)
    with mock_aws():
        for table in (RESOURCES, REPORTS):
            make_table(moto_client(), table)
        boto3.client("s3", "us-east-1").create_bucket(Bucket=NAME)
        for scope in SCOPES:
            resources().replace_scope(attempt(1, "ab", scope))
        store = DynamoFindingStore(Table(RESOURCES, moto_client()))
        for account in ACCOUNTS:
            store.keep(store.ledger(account), [replace(ENTRY, account=account)], LATER)
        DynamoCostStore(Table(REPORTS, moto_client())).keep([costs(month, "12") for month in MONTHS])
        yield


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of it can be made within a request."""
    monkeypatch.setattr("services.cop.patrol.table_findings.QUICK", 0)
    monkeypatch.setattr("services.costs.source.QUICK", 0)
    monkeypatch.setattr("services.read.table_read_model.QUICK", 0)
    monkeypatch.setattr("services.read.table_read_model.LOOK_AGAIN", -1.0)


class Functions:
    """What was asked of Lambda."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def source(self, _: Any) -> Functions:
        return self

    def call(self, service: str, operation: str, **asked: Any) -> None:
        assert (service, operation) == ("lambda", "invoke")
        assert asked["FunctionName"] == "test-SnapshotFunction:live"
        self.asked.append(json.loads(asked["Payload"]))

    def of(self, kind: str) -> int:
        return self.asked.count({"model": kind})


@pytest.fixture
def functions(monkeypatch: pytest.MonkeyPatch) -> Functions:
    found = Functions()
    monkeypatch.setattr(asked_for, "Aws", lambda who: found)
    return found


@pytest.fixture
def console(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Client]:
    """A console that has just started, in an environment of its own."""
    monkeypatch.setattr("services.cop.patrol.table_findings.POLL", -1.0)
    monkeypatch.setitem(StoredCosts.__init__.__kwdefaults__ or {}, "poll", -1.0)
    numbers = count()

    def start(**given: str) -> Client:
        return Client(web_app(replace(SETTINGS, cache_path=str(tmp_path / str(next(numbers))), **given)))

    return start


def build(event: dict[str, Any]) -> dict[str, str | None]:
    """What the function does with what it was asked."""
    return lambda_snapshot.lambda_handler(event, Context())  # type: ignore[arg-type]


def never(what: str) -> Callable[..., None]:
    return lambda *_, **__: pytest.fail(f"{what} within a request")


def keys() -> set[str]:
    found = boto3.client("s3", "us-east-1").list_objects_v2(Bucket=NAME).get("Contents", ())
    return {each["Key"] for each in found}


def bucket() -> Bucket:
    return bucket_of(NAME)


def test_the_four_read_models_have_their_place() -> None:
    assert {*MODELS} == {*KINDS}
    assert {*MODELS, "reports"} == {"everything", *MAKERS}


def test_reports_are_made_by_their_own_function_and_only_read_by_a_page(
    console: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.reports.run.attempt", never("reported"))
    assert console().get("/reports").status == 200


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("kind", MODELS)
def test_however_many_ask_it_is_built_once_and_loaded_by_all(
    kind: str, tmp_path: Path, functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    others(kind)
    consoles = [console_of(replace(SETTINGS, cache_path=str(tmp_path / str(n)))) for n in range(4)]
    for each in consoles[:3] * 2:
        with pytest.raises(OnItsWay, match=PROGRESS):
            ask(each, kind)
    assert functions.of(kind) == 3, "each environment once"
    built = [build({"model": kind}) for _ in range(3)]
    assert [*built[0]] == [kind] and str(built[0][kind]).startswith(f"{kind}/")
    assert built[1:] == [{kind: None}] * 2
    monkeypatch.setattr(KINDS[kind].made, never("made"))
    for each in consoles:
        assert ask(each, kind) is not None
    assert functions.of(kind) == 3


def ask(console: Console, kind: str) -> object:
    with within(PAGE, BUILD):
        everything = console.estate.current()
        if kind == "findings":
            return console.cop.findings(everything, datetime.now(UTC))
        return console.costs.current() if kind == "costs" else everything


@pytest.mark.usefixtures("large", "functions")
@pytest.mark.parametrize("kind", MODELS)
def test_a_page_waits_for_it_and_then_shows_it(kind: str, console: Callable[..., Client]) -> None:
    others(kind)
    client, page = console(), KINDS[kind].page
    waits(client.get(page))
    assert client.get(f"/api{page}".replace("/api/cop", "/api/cop/findings")).status == 503
    build({"model": kind})
    assert client.get(page).status == 200


def others(kind: str) -> None:
    """All other models are there."""
    for each in MODELS:
        if each != kind:
            build({"model": each})


def waits(answer: Any) -> None:
    assert answer.status == 503, answer.text[-500:]
    assert re.search(PROGRESS, answer.text)
    assert 'http-equiv="refresh"' in answer.text
    assert int(answer.header("Retry-After")) > 0


@pytest.mark.usefixtures("large", "functions")
def test_while_all_are_on_their_way_no_page_is_an_error(console: Callable[..., Client]) -> None:
    client = console()
    for path in PATHS:
        assert client.get(path).status in (200, 204, 303, 400, 404, 503), path


@pytest.mark.usefixtures("large", "functions")
def test_home_keeps_its_cards_while_they_are_on_their_way(console: Callable[..., Client]) -> None:
    build({"model": "everything"})
    page = console().get("/")
    assert page.status == 200
    assert "Reading 3 findings" in page.text and "Adding up 3 periods of costs" in page.text
    assert 'http-equiv="refresh"' in page.text


@pytest.mark.usefixtures("large", "functions")
@pytest.mark.parametrize("kind", [each for each in MODELS if each != "everything"])
def test_who_has_an_older_one_shows_it_and_says_so(kind: str, console: Callable[..., Client]) -> None:
    build({})
    client = console()
    before = client.get(KINDS[kind].page)
    KINDS[kind].change()
    after = client.get(KINDS[kind].page)
    assert (before.status, after.status) == (200, 200)
    assert " ago: " in after.text and " ago: " not in before.text
    build({"model": kind})
    assert " ago: " not in client.get(KINDS[kind].page).text


@pytest.mark.parametrize("kind", MODELS)
def test_a_small_one_is_made_at_once_and_nobody_asked(
    kind: str, console: Callable[..., Client], functions: Functions
) -> None:
    assert console().get(KINDS[kind].page).status == 200
    assert functions.of(kind) == 0


DAMAGE: dict[str, Callable[[str, dict[str, Any]], None]] = {
    "no file": lambda current, known: bucket().delete([known["file"]]),
    "half a file": lambda current, known: bucket().write(
        known["file"], (bucket().read(known["file"]) or b"")[:-20]
    ),
    "no gzip": lambda current, known: bucket().write(known["file"], b"<html>" * 99),
    "no pointer": lambda current, known: bucket().delete([current]),
    "a pointer that is no JSON": lambda current, known: bucket().write(current, b"\xff{"),
    "a pointer of another schema": lambda current, known: bucket().write(
        current, json.dumps(known | {"schema": SCHEMA + 2}).encode()
    ),
}


@pytest.mark.usefixtures("large", "functions")
@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("kind", MODELS)
def test_what_is_wrong_in_the_bucket_is_never_an_error_and_is_built_again(
    kind: str, damage: str, console: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = build({})[kind]
    current = f"{str(file).rpartition('/')[0]}/current.json"
    DAMAGE[damage](current, json.loads(bucket().read(current) or b""))
    client = console()
    answer = client.get(KINDS[kind].page)
    if answer.status != 200:  # made here, or on its way
        waits(answer)
    assert build({"model": kind})[kind], "built again"
    monkeypatch.setattr(KINDS[kind].made, never("made"))
    assert client.get(KINDS[kind].page).status == 200
    assert console().get(KINDS[kind].page).status == 200


@pytest.mark.parametrize("kind", MODELS)
def test_of_builders_that_are_asked_at_once_one_builds(kind: str, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    model = MODELS[kind](TableBackend(SETTINGS), now)

    def meet(folder: Path) -> Path:
        assert build({"model": kind}) == {kind: None}, "another is at it"
        return model.make(folder)

    assert publish(replace(model, make=meet), tmp_path, now)


@pytest.mark.parametrize("kind", MODELS)
def test_a_new_one_lets_go_of_none_of_another_kind(kind: str, tmp_path: Path) -> None:
    build({})
    before = {key for key in keys() if not key.startswith(f"{kind}/")}
    KINDS[kind].change()
    now = datetime.now(UTC)
    assert publish(MODELS[kind](TableBackend(SETTINGS), now), tmp_path, now + timedelta(hours=9))
    assert before <= keys()


class Turns:
    """As long as a request has time for one more thing."""

    def __init__(self) -> None:
        self.rest = 0

    def left(self) -> float:
        self.rest -= 1
        return float("inf") if self.rest >= 0 else 0.0


# what takes a piece, and where it asks how much time is left; how many pieces, and checks that one passes
PIECES = {
    "findings": (DynamoFindingStore, "ledger", "services.cop.patrol.table_findings.left", len(ACCOUNTS), 1),
    "costs": (writer, "_insert", "services.costs.writer.left", len(MONTHS), 0),
}


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("kind", PIECES)
def test_without_a_bucket_requests_work_at_it_one_after_the_other_and_keep_what_each_did(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, name, left, pieces, enough = PIECES[kind]
    turns, done, do = Turns(), [], getattr(owner, name)
    monkeypatch.setattr(owner, name, lambda *given: (done.append(given[1]), do(*given))[1])
    monkeypatch.setattr(left, turns.left)
    told = 0
    for _ in range(pieces * 2 + 2):
        turns.rest = enough
        try:
            found = ask(console_of(replace(SETTINGS, data_bucket_name="", cache_path=str(tmp_path))), kind)
            break
        except OnItsWay as error:
            assert re.search(PROGRESS, error.message)
            told += 1
    assert found is not None and told >= 2
    assert len(done) == len({*done}) == pieces, "nothing twice"
    assert not [*tmp_path.glob("*.paused")] and not [*tmp_path.glob("*.part")]
