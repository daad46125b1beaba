"""Everything, asked as the pages ask it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.models import RESOURCE_TYPES
from services.models import all as all_module
from services.models.all import Everything
from services.models.everything import counts
from services.models.everything.line import dump
from services.models.everything.query import FACETS, NONE, PAGE_SIZE, FacetValue, Query, Row, Totals
from services.models.everything.sql import sorts
from services.models.everything.writer import Writer
from services.models.kit.base import Document
from services.models.kit.change import Change
from services.models.kit.scope import Account, Scope, ScopeHead
from tests.examples import examples

SCOPE = Scope("111122223333", "eu-west-1", "instances")


def instance(id: str, **values: Any) -> Document:
    kind = RESOURCE_TYPES["instances"]
    document = kind.model.from_aws({**kind.sample, "InstanceId": id, "Tags": []}, SCOPE).to_json()
    return document | {"name": id, "tags": {}, **values}


def volume(id: str, **values: Any) -> Document:
    kind = RESOURCE_TYPES["volumes"]
    scope = SCOPE._replace(type="volumes")
    return kind.model.from_aws({**kind.sample, "VolumeId": id}, scope).to_json() | values


def everything(
    folder: Path, *documents: Document, names: dict[str, str] | None = None, changes: Iterable[Change] = ()
) -> Everything:
    path = folder / "everything.sqlite"
    path.unlink(missing_ok=True)
    writer = Writer(path)
    writer.name_accounts(Account(id, name) for id, name in (names or {"111122223333": "prod"}).items())
    scopes: dict[Scope, list[Document]] = {}
    for document in documents:
        scopes.setdefault(Scope(document["account"], document["region"], document["type"]), []).append(
            document
        )
    for scope, members in scopes.items():
        head = ScopeHead(scope, 1, 1, "ok", len(members))
        writer.replace_scope(head, [dump(member).encode() for member in members])
    writer.add_changes(changes)
    writer.close()
    return Everything(path)


def ids(estate: Everything, query: Query) -> list[str]:
    return [row.id for row in estate.page(query).rows]


def test_a_list_has_fifty_rows_a_page_and_no_row_twice(tmp_path: Path) -> None:
    estate = everything(tmp_path, *(instance(f"i-{number:03d}") for number in range(120)))
    pages = [ids(estate, Query(page=number)) for number in (1, 2, 3)]
    assert [len(page) for page in pages] == [PAGE_SIZE, PAGE_SIZE, 20]
    assert sum(pages, []) == sorted(f"i-{number:03d}" for number in range(120))
    assert estate.page(Query()).pages == 3


def test_search_finds_name_id_tag_and_address_in_any_case(tmp_path: Path) -> None:
    estate = everything(
        tmp_path,
        instance("i-name", name="Search-Node"),
        instance("i-tag", tags={"Team": "search"}),
        instance("i-ip", private_ip="10.1.2.3"),
        instance("i-other"),
    )
    assert ids(estate, Query(text="SEARCH-n")) == ["i-name"]
    assert ids(estate, Query(text="team=search")) == ["i-tag"]
    assert ids(estate, Query(text="10.1.2.")) == ["i-ip"]
    assert ids(estate, Query(text="arn:aws:ec2:eu-west-1:111122223333:instance/i-other")) == ["i-other"]
    assert ids(estate, Query(text="ance/i-oth")) == ["i-other"]  # a part of the ARN
    assert ids(estate, Query(text="node SEARCH")) == ["i-name"]  # words in any order
    assert ids(estate, Query(text="se")) == ["i-name"]  # one or two letters begin a name
    assert ids(estate, Query(text="I-")) == ["i-ip", "i-other", "i-tag", "i-name"]
    assert ids(estate, Query(text="nothing like it")) == []


def test_a_short_word_finds_whole_values_and_the_beginnings_of_words(tmp_path: Path) -> None:
    other = "999900001111"
    estate = everything(
        tmp_path,
        instance("i-owner", name="a", owner="ML"),
        instance("i-tag", name="a", tags={"Team": "ml"}),
        instance("i-key", name="a", tags={"ml": "yes"}),
        instance("i-word", name="prod-ml-01"),
        instance("i-hump", name="prodMl"),
        instance("i-account", name="a", account=other),
        instance("i-none", name="html", owner="mlops", tags={"Team": "mlx", "x": "aml"}),
        names={SCOPE.account: "prod", other: "ml"},
    )
    found = {"i-account", "i-hump", "i-key", "i-owner", "i-tag", "i-word"}
    assert {*ids(estate, Query(text="ml"))} == found
    assert {*ids(estate, Query("instances", text="Ml ml ML"))} == found
    assert {row.id for row in estate.rows(Query(text="ml"))} == found
    assert ids(estate, Query(text="ml prod-")) == ["i-word"]
    assert estate.page(Query(text="ml", filters={"owner": ("ML",)})).totals.count == 1
    assert estate.page(Query(text="ml")).facets["owner"] == (FacetValue(NONE, 5), FacetValue("ML", 1))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("prod", ["i-1", "vol-1"]),
        ("PROD volumes", ["vol-1"]),
        ("instances", ["i-1"]),
        ("ec2", ["i-1", "vol-1"]),
        ("eu-west-1 i-1", ["i-1"]),
        ("111122223333", ["i-1", "vol-1"]),
        ("1111", []),
        ("pro", []),
    ],
)
def test_a_word_may_be_all_of_an_account_a_type_or_a_region(
    tmp_path: Path, text: str, found: list[str]
) -> None:
    estate = everything(tmp_path, instance("i-1"), volume("vol-1", name="vol-1", tags={}))
    assert ids(estate, Query(text=text)) == found


def test_what_is_found_one_by_one_is_not_looked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counts, "MOST", 100)
    monkeypatch.setattr(counts, "SAMPLE", 400)
    many = (
        instance(f"i-{n:04d}", arn=f"arn:aws:ec2:x:1:{n}/{'rare' if n % 300 == 7 else ''}")
        for n in range(1000)
    )
    estate = Watched(everything(tmp_path, *many).path)
    query = Query(text="/rare", sort="id", descending=True)
    assert ids(estate, query) == ["i-0907", "i-0607", "i-0307", "i-0007"]
    assert estate.steps(query) < 100
    assert ids(estate, Query(text="/none")) == []


def test_a_tag_filter_takes_the_whole_tag_and_all_of_several(tmp_path: Path) -> None:
    estate = everything(
        tmp_path,
        instance("i-1", tags={"env": "prod", "team": "web"}),
        instance("i-2", tags={"env": "production"}),
        instance("i-3", tags={"env": "prod"}),
    )
    assert ids(estate, Query(filters={"tag": ("env=prod",)})) == ["i-1", "i-3"]
    assert ids(estate, Query(filters={"tag": ("env=prod", "team=web")})) == ["i-1"]


def test_filters_of_one_field_add_up_and_of_several_narrow(tmp_path: Path) -> None:
    estate = everything(
        tmp_path,
        instance("i-1", owner="web", state="running"),
        instance("i-2", owner="data", state="running"),
        instance("i-3", owner=None, state="stopped"),
    )
    assert ids(estate, Query(filters={"owner": ("web", "data")})) == ["i-1", "i-2"]
    assert ids(estate, Query(filters={"owner": (NONE,)})) == ["i-3"]
    assert ids(estate, Query(filters={"owner": ("web", NONE), "state": ("running",)})) == ["i-1"]


def test_a_facet_counts_what_its_own_filter_leaves_out(tmp_path: Path) -> None:
    estate = everything(
        tmp_path,
        instance("i-1", owner="web", state="running"),
        instance("i-2", owner="data", state="running"),
        instance("i-3", owner="data", state="stopped"),
    )
    facets = estate.page(Query(filters={"owner": ("web", "gone")})).facets
    assert facets["owner"] == (
        FacetValue("data", 2),
        FacetValue("web", 1, True),
        FacetValue("gone", 0, True),
    )
    assert facets["state"] == (FacetValue("running", 1),)


def test_a_typed_column_sorts_filters_and_has_a_facet(tmp_path: Path) -> None:
    estate = everything(
        tmp_path,
        volume("vol-1", volume_type="gp2", size=30),
        volume("vol-2", volume_type="gp3", size=8),
        volume("vol-3", volume_type="gp3", size=100),
    )
    assert ids(estate, Query("volumes", sort="size")) == ["vol-2", "vol-1", "vol-3"]
    assert ids(estate, Query("volumes", filters={"volume_type": ("gp3",)}, sort="size")) == ["vol-2", "vol-3"]
    facet = estate.page(Query("volumes", filters={"volume_type": ("gp3",)})).facets["volume_type"]
    assert facet == (FacetValue("gp3", 2, True), FacetValue("gp2", 1))


def test_money_adds_up_in_cents_and_unknown_is_counted_apart(tmp_path: Path) -> None:
    costs = ("0.10", "0.20", None, "1000000.005")
    estate = everything(tmp_path, *(instance(f"i-{n}", cost=cost) for n, cost in enumerate(costs)))
    totals = estate.totals()
    assert (totals.count, totals.cost, totals.unknown) == (4, 10 + 20 + 100000001, 1)
    assert ids(estate, Query(sort="cost")) == ["i-0", "i-1", "i-3", "i-2"]
    assert ids(estate, Query(sort="cost", descending=True)) == ["i-3", "i-1", "i-0", "i-2"]


def test_less_than_half_a_cent_is_neither_nothing_nor_part_of_a_sum(tmp_path: Path) -> None:
    costs = ("0", "0.0004", "0.00", "0.005")
    documents = [instance(f"i-{n}", name="web", cost=cost) for n, cost in enumerate(costs)]
    estate = everything(tmp_path, *documents)
    for query in (Query(), Query(text="web")):
        assert [row.cost for row in estate.page(query).rows] == [0, 0.04, 0, 1]
        totals = estate.page(query).totals
        assert (totals.cost, type(totals.cost)) == (1, int)
    assert ids(estate, Query(sort="cost"))[-2:] == ["i-1", "i-3"]
    writer = Writer(tmp_path / "everything.sqlite")
    writer.replace_scope(ScopeHead(SCOPE, 2, 2, "ok", 1), [dump(documents[3]).encode()])
    writer.close()
    assert Everything(tmp_path / "everything.sqlite").page(Query()).totals == Totals(1, 1, 0)


def test_accounts_sort_by_name_not_by_number(tmp_path: Path) -> None:
    estate = everything(
        tmp_path,
        instance("i-1", account="111122223333"),
        instance("i-2", account="999900001111"),
        names={"111122223333": "prod", "999900001111": "data"},
    )
    assert ids(estate, Query(sort="account")) == ["i-2", "i-1"]


def test_replacing_a_scope_leaves_no_trace_of_what_was_there(tmp_path: Path) -> None:
    path = everything(tmp_path, instance("i-old", name="vanished"), volume("vol-1")).path
    writer = Writer(path)
    head = ScopeHead(SCOPE, 2, 2, "ok", 1)
    writer.replace_scope(head, [dump(instance("i-new")).encode()])
    writer.close()
    estate = Everything(path)
    assert ids(estate, Query()) == ["i-new", "vol-1"]
    assert ids(estate, Query(text="vanished")) == []
    assert estate.totals().count == 2
    assert [each.generation for each in estate.heads()] == [2, 1]


def test_detail_has_the_document_and_what_it_refers_to(tmp_path: Path) -> None:
    estate = everything(
        tmp_path,
        instance("i-1", volumes=["vol-1"]),
        volume("vol-1", instance="i-1"),
        volume("vol-2", instance=""),
    )
    found = estate.detail("instances", "111122223333", "eu-west-1", "i-1")
    assert found is not None
    assert found.document["id"] == "i-1"
    assert [row.id for row in found.related] == ["vol-1"]
    assert estate.detail("instances", "111122223333", "us-east-1", "i-1") is None


@pytest.mark.parametrize("type", [None, *RESOURCE_TYPES])
def test_every_column_of_every_list_sorts_both_ways(tmp_path: Path, type: str | None) -> None:
    estate = everything(tmp_path, instance("i-1"), volume("vol-1"))
    for sort in sorts(type):
        for descending in (False, True):
            estate.page(Query(type, sort=sort, descending=descending))


def test_relations_come_from_typed_fields_only(tmp_path: Path) -> None:
    estate = everything(
        tmp_path, instance("i-1", state="running", owner="web"), volume("running"), volume("web")
    )
    found = estate.detail("instances", "111122223333", "eu-west-1", "i-1")
    assert found is not None
    assert found.related == ()


def test_an_owner_called_none_is_no_owner(tmp_path: Path) -> None:
    estate = everything(tmp_path, instance("i-1", owner="None"), instance("i-2", owner=None))
    page = estate.page(Query(filters={"owner": (NONE,)}))
    assert (page.totals.count, page.facets["owner"]) == (2, (FacetValue(NONE, 2, True),))


def test_a_tag_with_a_line_break_is_found_by_its_link(tmp_path: Path) -> None:
    estate = everything(tmp_path, instance("i-1", tags={"note": "two\nlines"}))
    assert ids(estate, Query(filters={"tag": ("note=two\nlines",)})) == ["i-1"]


def test_only_facets_group(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="name"):
        everything(tmp_path).groups("name; DROP TABLE resources")


@settings(deadline=None, max_examples=examples(60))
@given(text=st.text(min_size=1, max_size=40), tag=st.text(max_size=40))
def test_any_text_is_found_by_itself_and_harms_nothing(
    tmp_path_factory: pytest.TempPathFactory, text: str, tag: str
) -> None:
    name = text.encode("utf-8", "replace").decode()
    value = tag.encode("utf-8", "replace").decode()
    estate = everything(tmp_path_factory.mktemp("any"), instance("i-1", name=name, tags={"t": value}))
    words = [word for word in name.split() if len(word) >= 3 and "\0" not in word]
    assert not words or ids(estate, Query(text=" ".join(words))) == ["i-1"]
    estate.page(Query(text=tag, filters=dict.fromkeys((*FACETS, "tag"), (text,))))


def test_what_too_many_have_is_estimated_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "MOST", 100)
    monkeypatch.setattr(counts, "SAMPLE", 400)
    states = ("running", "stopped")
    estate = everything(
        tmp_path,
        *(instance(f"i-{n:04d}", name="web", cost="1", state=states[n % 2]) for n in range(1000)),
        *(volume(f"vol-{n}", name="rare") for n in range(3)),
    )
    page = estate.page(Query(text="web", page=3))
    assert page.about
    assert [row.id for row in page.rows] == [f"i-{n:04d}" for n in range(100, 150)]
    assert 800 <= page.totals.count <= 1200
    assert 800 <= page.totals.cost / 100 <= 1200
    assert {value.value for value in page.facets["state"]} == {*states}
    assert all(400 <= value.count <= 600 for value in page.facets["state"])
    few = estate.page(Query(text="web", filters={"id": (), "type": ("volumes",)}))
    assert (few.totals.count, few.rows) == (0, ())
    rare = estate.page(Query(text="rare"))
    assert (rare.about, rare.totals.count) == (False, 3)


def test_little_among_much_is_counted_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "MOST", 100)
    many = (instance(f"i-{n:04d}", name="web", owner="data" if n == 777 else "web") for n in range(1000))
    page = everything(tmp_path, *many).page(Query(text="web", filters={"owner": ("data",)}))
    assert (page.totals.count, [row.id for row in page.rows]) == (1, ["i-0777"])


@pytest.mark.parametrize("sort", ["name", "cost", "state", "account", "private_ip"])
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize(
    "query",
    [
        Query("instances"),
        Query("instances", text="web"),
        Query("instances", filters={"owner": ("data",)}),
        Query("instances", text="web", filters={"state": ("running",), "owner": ("data", NONE)}),
        Query("instances", filters={"instance_type": ("t3.large",)}),
    ],
    ids=repr,
)
def test_pages_are_the_whole_list_in_its_order(
    estate: Everything, query: Query, sort: str, descending: bool
) -> None:
    sorted_query = replace(query, sort=sort, descending=descending)
    first = estate.page(sorted_query)
    pages = [estate.page(replace(sorted_query, page=number + 1)).rows for number in range(first.pages)]
    found = [row for rows in pages for row in rows]
    every = list(estate.rows(sorted_query))
    assert {row.id for row in found} == {row.id for row in every}
    assert len(found) == first.totals.count == len(every)

    def key(row: Row) -> Any:
        place = {"private_ip": lambda: row.fields[FIELDS.index("private_ip")]}
        return place.get(sort, lambda: getattr(row, sort))()

    assert [key(row) for row in found] == [key(row) for row in every]


FIELDS = [column.field for column in RESOURCE_TYPES["instances"].columns]


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Everything:
    """230 instances in which every combination of what lists filter and sort by occurs."""
    return everything(
        tmp_path_factory.mktemp("estate"),
        *(
            instance(
                f"i-{n:03d}",
                name=("web", "data", "web-data")[n % 3] + str(n % 7),
                owner=("web", "data", None)[n % 5 % 3],
                state=("running", "stopped")[n % 2],
                cost=None if n % 11 == 0 else str(n % 13),
                account=("111122223333", "999900001111")[n % 4 // 3],
                private_ip=f"10.0.0.{n % 17}",
                instance_type=("t3.large", "m5.large")[n % 6 // 4],
            )
            for n in range(230)
        ),
        names={"111122223333": "prod", "999900001111": "data"},
    )


def test_one_changed_resource_leaves_the_rows_of_the_others(tmp_path: Path) -> None:
    documents = [instance(f"i-{n:03d}", name="before", cost="1.00") for n in range(100)]
    path = everything(tmp_path, *documents).path
    before = keys(path)
    documents[7] |= {"name": "after", "cost": None, "owner": "data"}
    del documents[50]
    writer = Writer(path)
    writer.replace_scope(ScopeHead(SCOPE, 2, 2, "ok", 99), [dump(each).encode() for each in documents])
    writer.close()
    after = keys(path)
    assert {id for id in after if after[id] == before[id]} == before.keys() - {"i-007", "i-050"}
    estate = Everything(path)
    assert estate.totals() == Totals(99, 9800, 1)
    assert ids(estate, Query(text="after")) == ["i-007"]
    assert ids(estate, Query(text="i-050")) == []
    for document in documents:
        found = estate.detail("instances", SCOPE.account, SCOPE.region, document["id"])
        assert found is not None
        assert found.document == document


def keys(path: Path) -> dict[str, int]:
    with closing(sqlite3.connect(path)) as database:
        return dict(database.execute("SELECT id, key FROM resources").fetchall())


@settings(deadline=None, max_examples=examples(40))
@given(data=st.data())
def test_a_mended_file_answers_like_a_new_one(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    values = st.fixed_dictionaries(
        {
            "owner": st.sampled_from(["web", None]),
            "cost": st.sampled_from(["1.50", "2", None]),
            "instance_type": st.sampled_from(["t3.large", "m5.large", ""]),
            "name": st.sampled_from(["alpha", "beta", "gamma"]),
        }
    )
    generations = data.draw(
        st.lists(st.dictionaries(st.integers(0, 40), values, max_size=40), min_size=1, max_size=4)
    )
    folder = tmp_path_factory.mktemp("mended")
    writer = Writer(folder / "mended.sqlite")
    for number, generation in enumerate(generations):
        documents = [instance(f"i-{n:02d}", **each) for n, each in generation.items()]
        lines = [dump(document).encode() for document in documents]
        writer.replace_scope(ScopeHead(SCOPE, number, number, "ok", len(lines)), lines)
    writer.close()
    mended, new = Everything(folder / "mended.sqlite"), everything(folder, *documents)
    for query in (
        Query(),
        Query("instances"),
        Query(text="alp"),
        Query("instances", filters={"instance_type": ("t3.large", NONE)}),
        Query("instances", text="beta", filters={"owner": ("web",)}),
    ):
        ours, theirs = mended.page(query), new.page(query)
        assert sorted(row.id for row in ours.rows) == sorted(row.id for row in theirs.rows)
        assert (ours.totals, ours.all, ours.facets) == (theirs.totals, theirs.all, theirs.facets)
    for document in documents:
        found = mended.detail("instances", SCOPE.account, SCOPE.region, document["id"])
        assert found is not None
        assert found.document == document


class Watched(Everything):
    def steps(self, query: Query) -> int:
        """How many instructions SQLite takes for a page whose totals are known, in tens."""
        self.page(query)
        with pytest.MonkeyPatch.context() as patch, counted(patch) as steps:
            self.page(query)
        return steps()


@contextmanager
def counted(patch: pytest.MonkeyPatch, every: int = 10) -> Iterator[Callable[[], int]]:
    """How many instructions, divided by `every`, are taken within what is bounded; nothing ends them."""
    taken = [0]

    def count() -> None:
        taken[0] += 1

    @contextmanager
    def watched(db: sqlite3.Connection, rows: int, exported: int = 0) -> Iterator[None]:
        db.set_progress_handler(count, every)
        yield
        db.set_progress_handler(None, 0)

    patch.setattr(all_module, "bounded", watched)
    yield lambda: taken[0]


@pytest.mark.parametrize(
    "query",
    [
        Query(),
        Query(sort="cost", descending=True),
        Query(sort="created"),
        Query(sort="id"),
        Query("instances", page=3),
        Query("instances", sort="cost"),
        Query(filters={"owner": ("web",)}),
        Query("instances", filters={"owner": ("rare",)}, sort="cost"),
        Query(sort="state", descending=True),
        Query(sort="account"),
        Query(text="needle"),
        Query(text="common"),
    ],
    ids=repr,
)
def test_a_page_of_a_larger_estate_looks_at_no_more_rows(
    small: Watched, large: Watched, query: Query
) -> None:
    assert large.steps(query) < 1.5 * small.steps(query) + 50


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Watched:
    return crowd(tmp_path_factory.mktemp("small"), 500)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Watched:
    return crowd(tmp_path_factory.mktemp("large"), 5000)


def crowd(folder: Path, count: int) -> Watched:
    """So many instances; five of them are found by "needle" and have the owner "rare"."""
    documents = (
        instance(
            f"i-{n:05d}",
            name="needle" if n < 5 else f"common-{n % 97}",
            owner="rare" if n < 5 else ("web", "data")[n % 2],
            cost=str(n % 50),
            created=f"2026-01-01T00:{n % 60:02d}:00Z",
        )
        for n in range(count)
    )
    return Watched(everything(folder, *documents).path)
