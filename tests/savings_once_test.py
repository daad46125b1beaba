"""What findings would save is one figure, whoever is asked, and each dollar is in it once."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest

from devserver.gateway.gateway import Client
from services.cop.judge.rule import NOW, ago, example
from services.cop.judge.savings import totals, with_all_covered
from services.cop.registry import RULES
from services.cop.store.default_mutes import DEFAULT_MUTES
from services.cop.store.local import LocalFindingStore
from services.costs.dates import days_between
from services.costs.local_store import LocalCostStore
from services.data_service import Collected
from services.local_data_service import LocalDataService
from services.models.domain.costs import PeriodCosts
from services.models.domain.finding import Entry, Mute
from services.models.kit.base import Resource
from services.models.kit.scope import Account, Scope
from services.models.kit.values import iso
from services.notify.notify import Around, preview, wanted
from settings import ROOT, Settings
from tooling.laptop.cop import cop
from tooling.laptop.reports import report
from wiring.local import COSTS, REQUESTS
from wiring.web import web_app

ACCOUNT, ELSEWHERE = "412233445883", "444455556666"
NAMES = {ACCOUNT: "shop", ELSEWHERE: "search"}
MONEY = r"(?:up to )?\$[\d,]+(?:\.\d\d)?"
Told = tuple[float, float | None]  # certain or measured, and hints where they are told: USD a month


@dataclass(frozen=True)
class Question:
    """Of the open findings with these values; "" for any. owner: "none" for nobody's."""

    rule: str = ""
    owner: str = ""
    account: str = ""

    def url(self, path: str, **more: str) -> str:
        given = {name: value for name, value in vars(self).items() if value}
        return f"{path}?{urlencode({'status': 'open'} | given | more)}"

    def asks_only(self, *names: str) -> bool:
        return {name for name, value in vars(self).items() if value} == {*names}


QUESTIONS = [
    Question(),
    *(Question(rule=rule) for rule in ("EC2-STOPPED", "EBS-IO-OVER", "EBS-GP2", "SNAP-OLD", "SNAP-ORPHAN")),
    *(Question(owner=owner) for owner in ("ada", "none")),
    *(Question(account=account) for account in NAMES),
    Question("EBS-IO-OVER", "none"),
    Question("EC2-STOPPED", "ada"),
]


@dataclass
class Estate:
    """A stopped instance with its dear volume, some that others overlap, hints, and what is muted."""

    folder: Path
    client: Client


def resources() -> list[Resource]:
    stopped = {"state": "stopped", "state_reason": "User initiated (2026-09-01 07:00:00 GMT)"}
    host = example("instances", id="i-1", owner="ada", volumes=("vol-1",), **stopped)
    dear = example("volumes", id="vol-1", owner=None, volume_type="io1", size=100, iops=5000, state="in-use")
    loose = {"state": "available", "state_since": ago(60), "created": ago(90), "owner": "ada"}
    old = example("volumes", id="vol-2", volume_type="gp2", size=50, iops=150, **loose)
    quiet = example("volumes", id="vol-3", volume_type="gp2", size=70, name="kept", **loose)
    far = replace(old, id="vol-4", account=ELSEWHERE, owner=None)
    snapshot = example(
        "snapshots", id="snap-1", volume="vol-9", created=ago(200), tags={}, size=40, owner="ada"
    )
    image = example("images", id="ami-1", snapshots=("snap-9",), last_launched=ago(1))
    return [host, dear, old, quiet, far, snapshot, image]


def costs() -> list[PeriodCosts]:
    """The bill of the volumes has jumped; what they cost is what other findings would save."""
    known = days_between((NOW - timedelta(days=35)).date(), (NOW - timedelta(days=1)).date())
    spent = [Decimal(1)] * 28 + [Decimal(100)] * 7
    return [
        PeriodCosts(
            day, "unblended", "2026-11-20T04:00:00Z", each, {"services": {(ACCOUNT, "EC2 - Other"): each}}
        )
        for day, each in zip(known, spent, strict=True)
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("savings")
    data = LocalDataService(folder / "local_data.json")
    scopes: dict[Scope, list[Resource]] = {}
    for each in resources():
        scopes.setdefault(Scope(each.account, each.region, each.type), []).append(each)
    for scope, members in scopes.items():
        documents = tuple(each.to_json() for each in members)
        for at in (NOW - timedelta(days=60), NOW - timedelta(hours=1)):
            data.replace_scope(Collected(scope, int(at.timestamp() * 1000), documents, "", 1.0, 1, 0))
    data.name_accounts([Account(*each) for each in NAMES.items()])
    LocalCostStore(folder / COSTS, folder / REQUESTS).keep(costs())
    until = iso(NOW + timedelta(days=30)) or ""
    LocalFindingStore(folder).mute(Mute("m1", "kept", "ada", ago(1), until, name="kept"))
    return folder


@pytest.fixture
def estate(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Estate:
    monkeypatch.setenv("LOCAL_DATA_PATH", str(folder / "local_data.json"))
    monkeypatch.setenv("CACHE_PATH", str(folder / "cache"))
    return Estate(folder, Client(web_app(Settings.from_environment(), clock=lambda: NOW)))


def usd(text: str) -> float:
    return float(text.replace("up to ", "").replace("$", "").replace(",", ""))


def words(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def shown(text: str) -> Told:
    """A figure in a line: the savings, else the hints."""
    if not (found := re.search(MONEY, text)):
        return 0, 0
    return (0, usd(found[0])) if found[0].startswith("up to") else (usd(found[0]), None)


# Each answers None where it is not asked such a question.
Asker = Callable[[Estate, Question], Told | None]


def api(estate: Estate, question: Question) -> Told | None:
    found = json.loads(estate.client.get(question.url("/api/cop/findings")).text)
    return (found["saving_cents"] or 0) / 100, (found["hints_cents"] or 0) / 100  # null: none known


def rows_of_the_api(estate: Estate, question: Question) -> Told | None:
    found = json.loads(estate.client.get(question.url("/api/cop/findings")).text)
    assert found["pages"] == 1
    return of_entries([Entry.from_json(each) for each in found["findings"]])


def of_entries(entries: list[Entry]) -> Told:
    found = totals(with_all_covered(entries))
    return found.saving / 100, found.hints / 100


def rows_of_the_csv(estate: Estate, question: Question) -> Told | None:
    """It has each finding's own saving; within a rule none of these overlap."""
    if not question.rule:
        return None
    text = estate.client.get(question.url("/cop/findings", format="csv")).text
    sums = {True: 0.0, False: 0.0}
    for row in csv.DictReader(io.StringIO(text)):
        sums[row["confidence"] == "hint"] += round(float(row["saving"] or 0), 2)
    return sums[False], sums[True]


def list_page(estate: Estate, question: Question) -> Told | None:
    text = words(estate.client.get(question.url("/cop/findings")).text)
    found = re.search(rf"({MONEY}) a month|no saving known", text)
    assert found
    return shown(found[0])


def rule_page(estate: Estate, question: Question) -> Told | None:
    if not question.asks_only("rule"):
        return None
    text = words(estate.client.get(f"/cop/rules/{question.rule}").text)
    found = re.search(rf"({MONEY}) a month|no saving known", text)
    assert found
    return shown(found[0])


def overview(estate: Estate, question: Question) -> Told | None:
    if question == Question():
        text = words(estate.client.get("/cop").text)
        saving, hints = (re.search(rf"{name} ({MONEY}|none known)", text) for name in ("Saving", "Perhaps"))
        assert saving
        assert hints
        first, second = (0 if each[1] == "none known" else usd(each[1]) for each in (saving, hints))
        return first, second
    return None


def overview_by(estate: Estate, question: Question) -> Told | None:
    for by in ("rule", "owner", "account"):
        if question.asks_only(by):
            html = estate.client.get(f"/cop?by={by}").text
            value = getattr(question, by)
            name = {"rule": value, "owner": "no owner" if value == "none" else value}.get(by) or NAMES[value]
            groups = html.partition('<ul class="groups">')[2].partition("</ul>")[0]
            lines = [words(line) for line in groups.split("</li>")]
            [line] = [each for each in lines if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", each)]
            return shown(line)
    return None


def home(estate: Estate, question: Question) -> Told | None:
    if question != Question():
        return None
    found = re.search(rf"({MONEY})/mo to save", words(estate.client.get("/").text))
    assert found
    return usd(found[1]), None


def inv_cop(estate: Estate, question: Question) -> Told | None:
    if question.owner:
        return None
    out = io.StringIO()
    assert cop(question.rule, NAMES.get(question.account, ""), data_dir=estate.folder, now=NOW, out=out) == 0
    text = out.getvalue()
    saving, hints = (re.search(rf"{words} ({MONEY})", text) for words in ("they cost", "and perhaps"))
    return (usd(saving[1]) if saving else 0), (usd(hints[1]) if hints else 0)


def inv_cop_json(estate: Estate, question: Question) -> Told | None:
    if question.owner:
        return None
    out, profile = io.StringIO(), NAMES.get(question.account, "")
    cop(question.rule, profile, as_json=True, data_dir=estate.folder, now=NOW, out=out)
    return of_entries([Entry.from_json(each) for each in json.loads(out.getvalue())])


def line_of_inv_cop(estate: Estate, question: Question) -> Told | None:
    if not question.asks_only("rule"):
        return None
    out = io.StringIO()
    cop(data_dir=estate.folder, now=NOW, out=out)
    [line] = [line for line in out.getvalue().splitlines() if f" {question.rule} " in line]
    return shown(line)[0], None


def slack(estate: Estate, question: Question) -> Told | None:
    """A week's summary, as lambda_cop makes it of the ledgers."""
    cop(data_dir=estate.folder, now=NOW, out=io.StringIO())
    store = LocalFindingStore(estate.folder)
    mutes = (*store.mutes(), *DEFAULT_MUTES)
    ledgers = [store.ledger(account).entries for account in store.versions()]
    entries = [entry for each in ledgers for entry in wanted(each, mutes, NOW)]
    if question.account:  # as a route does
        entries = [entry for entry in entries if entry.account == question.account]
    [sent] = preview({"default": entries}, store, Around(NOW, RULES, NAMES))
    assert sent.message
    lines = "\n".join(block["text"]["text"] for block in sent.message["blocks"]).split("\n")
    if question.rule and not question.owner:
        return None
    if not question.owner:
        saving = re.match(rf"({MONEY}) a month", lines[1])
        hints = re.search(rf"perhaps ({MONEY}) more", lines[1])
        return (usd(saving[1]) if saving else 0), (usd(hints[1]) if hints else 0)
    owner = "no owner" if question.owner == "none" else question.owner
    start = next(number for number, line in enumerate(lines) if line.startswith(f"*{owner}*"))
    if not question.rule:
        return shown(lines[start])
    [line] = [each for each in lines[start:] if f"({question.rule})" in each][:1]
    return shown(line)


def report_page(estate: Estate, question: Question) -> Told | None:
    if question != Question():
        return None
    found = json.loads(estate.client.get("/api/reports/waste").text)["report"]["figures"]
    by_name = {each["name"]: each["value"] for each in found}
    return by_name["saving"] / 100, by_name["hints"] / 100


def inv_report(estate: Estate, question: Question) -> Told | None:
    if question != Question():
        return None
    out = io.StringIO()
    report("waste", as_json=True, data_dir=estate.folder, now=NOW, out=out)
    [made] = json.loads(out.getvalue())
    by_name = {each["name"]: each["value"] for each in made["figures"]}
    return by_name["saving"] / 100, by_name["hints"] / 100


ASKERS: tuple[Asker, ...] = (
    api, rows_of_the_api, rows_of_the_csv, list_page, rule_page, overview, overview_by, home, inv_cop,
    inv_cop_json, line_of_inv_cop, slack, report_page, inv_report,
)  # fmt: skip

# Every module outside of Cloud Cop's own that tells a total, and who asks it here.
TELLS: Mapping[str, tuple[Asker, ...]] = {
    "src/services/reports/reporters/waste.py": (report_page, inv_report),
    "src/services/notify/notify.py": (slack,),
    "src/services/notify/digest.py": (slack,),
    "src/views/parts/finding_rows.py": (list_page, rule_page, overview_by),
    "src/views/cop/findings.py": (list_page,),
    "src/views/cop/rule.py": (rule_page,),
    "src/views/cop/cop.py": (overview, overview_by, home),
    "src/routes/cop.py": (api,),
    "tooling/laptop/cop.py": (inv_cop, line_of_inv_cop),
}
TELLING = re.compile(r"totals\.(saving|hints)|open\.(saving|hints)|total_saving|savings import")


def test_everybody_who_tells_a_total_is_asked() -> None:
    telling = {
        path.relative_to(ROOT).as_posix()
        for folder in ("src", "tooling", "devserver")
        for path in (ROOT / folder).rglob("*.py")
        if not path.name.endswith("_test.py")
        if TELLING.search(path.read_text(encoding="utf-8"))
    }
    assert {path for path in telling if not path.startswith("src/services/cop/")} == {*TELLS}
    assert {asker for askers in TELLS.values() for asker in askers} <= {*ASKERS}


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_everybody_says_the_same(estate: Estate, question: Question) -> None:
    saving, hints = api(estate, question) or (0, 0)
    told = {asker.__name__: asker(estate, question) for asker in ASKERS}
    assert sum(each is not None for each in told.values()) >= 4
    for name, each in told.items():
        if each is not None:
            expected = (saving, hints if each[1] is not None else None)
            assert each == pytest.approx(expected), name


def test_every_asker_is_asked_something_and_something_is_overlapping(estate: Estate) -> None:
    for asker in ASKERS:
        assert any(asker(estate, question) for question in QUESTIONS), asker.__name__
    assert all(any(api(estate, question) or ()) for question in QUESTIONS), "each question has a figure"


def test_a_stopped_instance_and_its_volume_are_saved_once(estate: Estate) -> None:
    """100 GiB and 5,000 IOPS of io1 in us-east-1: 12.50 + 325.00, and 304.50 less as gp3 with all it had."""
    both = (Question("EC2-STOPPED"), Question("EBS-IO-OVER"))
    assert [(api(estate, each) or (0,))[0] for each in both] == [337.50, 304.50]
    everything = api(estate, Question(account=ACCOUNT)) or (0, 0)
    assert everything[0] == 337.50 + 5.00, "and 50 GiB of gp2 that nothing uses; the other is muted"


def test_a_jump_of_the_bill_is_nobody_s_saving(estate: Estate) -> None:
    """It is the dollars of the volumes; every total here is as it would be without it."""
    jumps = Question(rule="COST-JUMP")
    [found] = json.loads(estate.client.get(jumps.url("/api/cop/findings")).text)["findings"]
    assert (found["id"], found["saving"]) == ("EC2 - Other", None)
    told = {asker.__name__: asker(estate, jumps) for asker in ASKERS}
    assert {*told.values()} <= {None, (0, 0), (0, None)}, told
    assert sum(each is not None for each in told.values()) >= 8


def test_everybody_says_the_same_of_the_demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that tell cents of any figure; a jump is in none."""
    monkeypatch.setenv("CACHE_PATH", str(tmp_path / "cache"))
    demo = Estate(tmp_path / "data", Client(web_app(Settings.from_environment(), clock=lambda: NOW)))
    saving, hints = api(demo, Question()) or (0, 0)
    assert saving > 1000
    jumps = json.loads(demo.client.get(Question(rule="COST-JUMP").url("/api/cop/findings")).text)["findings"]
    assert {each["saving"] for each in jumps} == {None}
    for asker in (list_page, inv_cop, inv_cop_json, slack, report_page, inv_report):
        told = asker(demo, Question())
        assert told, asker.__name__
        assert told == pytest.approx((saving, told[1] if told[1] is None else hints)), asker.__name__
