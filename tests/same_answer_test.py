"""Page, JSON, task and function are asked the same questions over the same data, in files and in tables."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import redirect_stderr
from datetime import date
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

import boto3
import pytest
from freezegun import freeze_time
from moto import mock_aws

import lambda_cop
import lambda_costs
import lambda_report
import lambda_snapshot
import lambda_sync
from services.models import RESOURCE_TYPES
from services.models.all import Everything
from services.reports.registry import REPORTERS
from settings import Settings
from tests.cost_explorer import Explorer, served
from tests.homes import NOW, Home, furnish, make_place
from tooling.laptop.cop import cop
from tooling.laptop.costs import costs
from tooling.laptop.reports import report
from tooling.laptop.sync import sync
from tooling.laptop.sync_table import from_table
from wiring.table import TableBackend

NOT_FROZEN = ["services.store", "services.daily_store", "tooling.laptop"]  # their dates go through msgspec
ACCOUNT, REGION = "123456789012", "eu-west-1"  # moto's
COLLECTED, VOLUMES = ("volumes", "instances"), 3
Answers = dict[str, dict[tuple[str, str], object]]  # question -> (who, home) -> answer
Asker = Callable[[Home], object]  # None: this one is not asked such a question there


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sequence[Home]]:
    """Nothing was collected yet of an account with some volumes, which functions and tasks reach."""
    with mock_aws(), freeze_time(NOW, ignore=NOT_FROZEN):
        make_place()
        ec2 = boto3.client("ec2", REGION)
        for _ in range(VOLUMES):
            ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=8)
        others = (name for name in RESOURCE_TYPES if name not in COLLECTED)
        monkeypatch.setenv("EXCLUDED_TYPES", ",".join(others))
        monkeypatch.setenv("REGIONS", REGION)
        monkeypatch.setattr("services.cloud.aws._limiter.before", lambda *_: 0.0)
        yield [Home(name, tmp_path / name) for name in ("files", "tables")]


def words(home: Home, path: str) -> str:
    answer = home.client.get(path)
    assert answer.status == 200, (path, answer.text[-300:])
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))


def found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match, (pattern, text[:2000])
    return match[1].replace(",", "")


def page(path: str, pattern: str, what: Callable[[str], object] = int) -> Asker:
    """What the pattern's group is on a page."""
    return lambda home: what(found(pattern, words(home, path)))


def data(path: str, what: Callable[[Any], object]) -> Asker:
    """What is made of the JSON."""
    return lambda home: what(json.loads(home.client.get(path).text))


def rows(path: str, what: Callable[[list[dict[str, str]]], object] = len) -> Asker:
    """What is made of the rows of a list as CSV."""
    return lambda home: what([*csv.DictReader(io.StringIO(home.client.get(path).text))])


def task(run: Callable[..., int], what: Callable[[str], object], *names: str, **options: Any) -> Asker:
    """What is made of that which a task prints; tasks are about files."""

    def ask(home: Home) -> object:
        if not home.in_files:
            return None
        out = io.StringIO()
        with redirect_stderr(out):
            assert run(*names, data_dir=home.folder, now=NOW, out=out, **options) == 0
        return what(out.getvalue())

    return ask


def function(module: Any, what: Callable[[Any], object]) -> Asker:
    """What is made of the function's answer to its schedule."""
    return lambda home: what(home.answer_of(module))


def cents(text: str) -> int:
    return round(float(text) * 100)


def figures(reports: Sequence[Mapping[str, Any]]) -> set[tuple[Any, ...]]:
    """Of the reports that need not ask the account that pays."""
    return {
        (each["name"], each["status"], figure["name"], figure["value"])
        for each in reports
        if not REPORTERS[each["name"]].payer
        for figure in each["figures"]
    }


def figure(report: str, name: str) -> Callable[[Sequence[Mapping[str, Any]]], Any]:
    def of(reports: Sequence[Mapping[str, Any]]) -> Any:
        return next(value for where, _, what, value in figures(reports) if (where, what) == (report, name))

    return of


def listed(what: Callable[[Any], object]) -> Callable[[Any], object]:
    return lambda answer: what(answer["reports"])


def up_to_date(reports: Sequence[Mapping[str, Any]]) -> int:
    return sum(each["status"] == "ok" for each in reports)


def left_by_the_function(what: Callable[[Any], object]) -> Asker:
    """What is made of that which lambda_report has left in the store."""

    def ask(home: Home) -> object:
        home.answer_of(lambda_report)
        return what([each.to_json() for each in home.backend.report_store().latest()])

    return ask


def snapshot(home: Home) -> object:
    """Of the Everything that lambda_snapshot leaves for consoles."""
    if home.in_files:
        return None
    home.answer_of(lambda_snapshot, {"model": "everything"})
    file = home.folder / "loaded.sqlite"
    assert not TableBackend(Settings.from_environment(home.variables)).snapshots("everything").load(file)
    return Everything(file).totals().count


def pulled(home: Home) -> object:
    """By inv sync --from-table."""
    if home.in_files:
        return None
    out, settings = io.StringIO(), Settings.from_environment(home.variables)
    assert from_table("test", "", home.folder / "pulled", settings=settings, out=out) == 0
    return int(found(r"Pulled ([\d,]+) resources", out.getvalue()))


def sum_of(name: str, key: str) -> Callable[[Any], object]:
    return lambda answer: sum(each[key] or 0 for each in answer[name])


def as_json(text: str) -> Any:
    return json.loads(text[text.index("[\n") : text.rindex("]") + 1])


LAST_MONTH = r"[Ll]ast month \$([\d,]+)"
WASTE = figure("waste", "saving")
BY_OWNER = figure("cost-by-owner", "billed")

QUESTIONS: Mapping[str, Mapping[str, Asker]] = {
    "how many findings are open": {
        "overview": page("/cop", r"Open ([\d,]+) findings"),
        "list": page("/cop/findings?status=open", r"([\d,]+) of [\d,]+ findings"),
        "JSON": data("/api/cop/findings?status=open", lambda answer: answer["count"]),
        "CSV": rows("/cop/findings?status=open&format=csv"),
        "inv cop": task(cop, lambda text: int(found(r"([\d,]+) open findings", text))),
        "inv cop --json": task(cop, lambda text: len(as_json(text)), as_json=True),
        "lambda_cop": function(lambda_cop, lambda answer: answer["open"]),
    },
    "what they would save a month, in cents": {
        "list": page("/cop/findings?status=open", r"findings · \$([\d,.]+)/mo", cents),
        "JSON": data("/api/cop/findings?status=open", lambda answer: answer["saving_cents"]),
        "JSON of reports": data("/api/reports", listed(WASTE)),
        "inv cop": task(cop, lambda text: cents(found(r"they cost \$([\d,.]+)", text))),
        "inv report": task(report, lambda text: WASTE(as_json(text)), as_json=True),
        "lambda_report": left_by_the_function(WASTE),
    },
    "how many resources there are": {
        "Home": page("/", r"Resources ([\d,]+) of"),
        "list": page("/resources", r"([\d,]+) resources ·"),
        "JSON": data("/api/resources", lambda answer: answer["count"]),
        "JSON of accounts": data("/api/accounts", sum_of("accounts", "count")),
        "JSON of Home": data("/api/summary", lambda answer: answer["count"]),
        "CSV": rows("/resources?format=csv"),
        "inv sync --from-table": pulled,
        "lambda_snapshot": snapshot,
    },
    "what they are known to cost a month, in cents": {
        "JSON": data("/api/resources", lambda answer: cents(answer["cost"])),
        "JSON of Home": data("/api/summary", lambda answer: cents(answer["cost"])),
        "JSON of accounts": data(
            "/api/accounts", lambda answer: sum(cents(each["cost"] or "0") for each in answer["accounts"])
        ),
    },
    "how many scopes could not be collected": {
        "Home": page("/", r"fresh ([\d,]+) failed"),
        "list": page("/resources", r"([\d,]+) scopes? failing"),
        "JSON of Home": data("/api/summary", lambda answer: answer["collection"]["failing"]),
        "JSON of scopes": data(
            "/api/sync", lambda answer: sum(each["status"] == "error" for each in answer["scopes"])
        ),
        "inv cop": task(cop, lambda text: int(found(r"([\d,]+) of [\d,]+ scopes failed", text))),
        "inv report": task(report, lambda text: int(found(r"([\d,]+) of [\d,]+ scopes failed", text))),
    },
    "what the last whole month cost, in USD": {
        "Home": page("/", LAST_MONTH),
        "page of costs": page("/costs", LAST_MONTH),
        "JSON of reports": data("/api/reports", listed(lambda reports: round(BY_OWNER(reports) / 100))),
        "inv report": task(report, lambda text: round(BY_OWNER(as_json(text)) / 100), as_json=True),
        "lambda_report": left_by_the_function(lambda reports: round(BY_OWNER(reports) / 100)),
    },
    "how many reports are up to date": {
        "page": page("/reports", r"([\d,]+) of [\d,]+ reports up to date"),
        "JSON": data("/api/reports", listed(up_to_date)),
        "inv report": task(report, lambda text: up_to_date(as_json(text)), as_json=True),
        "lambda_report": function(lambda_report, lambda answer: answer["ok"]),
    },
    "what the reports say": {
        "JSON": data("/api/reports", listed(figures)),
        "inv report": task(report, lambda text: figures(as_json(text)), as_json=True),
        "lambda_report": left_by_the_function(figures),
    },
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """What everybody has answered over the same estate in files and in tables at one time, or why not.

    One home after the other, for the routes know one console.
    """
    homes = [Home(name, tmp_path_factory.mktemp(name)) for name in ("files", "tables")]
    found: Answers = defaultdict(dict)
    with mock_aws(), freeze_time(NOW, ignore=NOT_FROZEN), pytest.MonkeyPatch.context() as patch:
        make_place()
        furnish(homes[0].folder)
        for home in homes:
            home.settle(patch)
            for question, askers in QUESTIONS.items():
                for name, ask in askers.items():
                    try:
                        found[question][name, home.name] = ask(home)
                    except Exception as error:
                        found[question][name, home.name] = error
    return found


@pytest.mark.parametrize("question", QUESTIONS)
def test_whoever_is_asked_answers_the_same(question: str, answers: Answers) -> None:
    told = {who: answer for who, answer in answers[question].items() if answer is not None}
    for answer in told.values():
        if isinstance(answer, Exception):
            raise answer
    assert {name for name, _ in told} == {*QUESTIONS[question]}
    assert {home for _, home in told} == {"files", "tables"}
    first = next(iter(told.values()))
    assert first, "nothing to tell"
    assert told == dict.fromkeys(told, first)


def a_day(_: date) -> dict[tuple[str, str, str, str], Decimal]:
    return {("123456789012", "Amazon EC2", "eu-west-1", "web"): Decimal("1.25")}


def a_night_of_costs(
    home: Home, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> tuple[int, int]:
    """How many days and months were brought up to date, and in how many requests."""
    with served(Explorer(a_day)) as url, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL_COST_EXPLORER", url)
        if not home.in_files:
            answer = home.answer_of(lambda_costs)
            return answer["periods"], answer["requests"]
        assert costs(data_dir=home.folder, now=NOW) == 0
    said = capsys.readouterr().out
    return int(found(r"(\d+) days and months", said)), int(found(r"(\d+) requests", said))


def a_collection(home: Home, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> int:
    """How many resources were stored."""
    if home.in_files:
        assert sync(",".join(COLLECTED), "", REGION, home.folder) == 0
        return int(found(r"Synced ([\d,]+) resources", capsys.readouterr().out))
    made = (lambda_sync.own, lambda_sync.backend)
    for each in made:
        each.cache_clear()
    job = json.dumps({"account": ACCOUNT, "name": "shop", "group": "compute"})
    sent = {"ApproximateReceiveCount": "1", "SentTimestamp": str(int(NOW.timestamp() * 1000))}
    record = {"messageId": "m-1", "body": job, "attributes": sent}
    assert home.answer_of(lambda_sync, {"Records": [record]}) == {"batchItemFailures": []}
    for each in made:
        each.cache_clear()
    return sum(vars(each)["resources"] for each in caplog.records if each.message == "job ended")


@pytest.mark.parametrize(
    ("run", "path", "what"),
    [
        (a_night_of_costs, "/api/costs", "total"),
        (a_collection, "/api/summary", "count"),
    ],
    ids=["costs", "resources"],
)
def test_a_task_and_a_function_bring_in_the_same(
    run: Callable[..., object],
    path: str,
    what: str,
    empty: Sequence[Home],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    said, shown = [], []
    for home in empty:
        for name, value in home.variables.items():
            monkeypatch.setenv(name, value)
        said.append(run(home, capsys, caplog))
        shown.append(json.loads(home.client.get(path).text)[what])
    assert said[0] == said[1]
    assert shown[0] == shown[1]
    assert shown[0]
    if path == "/api/summary":
        assert said[0] == shown[0] == VOLUMES
