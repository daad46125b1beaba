"""Made-up searches, against a plain reading of what they mean, and against what they may cost."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from services.models import RESOURCE_TYPES
from services.models.all import Everything
from services.models.all_test import counted, everything, instance, volume
from services.models.everything import counts
from services.models.everything.query import NONE, Query
from services.models.everything.words import starts, words_of
from services.models.kit import bounds
from services.models.kit.base import Document
from services.models.kit.bounds import TooBroad
from tests.searches import Vocabulary, vocabulary_of

NAMES = {"111122223333": "prod", "999900001111": "ml"}
PARTS = ("prod", "web", "ml", "db", "s3", "logs", "Search", "a", "x1", "01", "data")
ORDINARY = 3  # words
EVERY = 20  # instructions between two looks
SLACK = 50 * EVERY  # that both ways of counting may differ by
FIXED = 4  # what a query takes of however few resources, in estates of this size


def estate_of(folder: Path, count: int) -> tuple[Everything, list[Document]]:
    """Instances and volumes with random names, tags, owners and accounts."""
    chance = random.Random(7)
    documents = []
    for number in range(count):
        make, prefix = chance.choice(((instance, "i"), (volume, "vol")))
        account = chance.choice([*NAMES])
        kind = "instance" if prefix == "i" else "volume"
        documents.append(
            make(
                f"{prefix}-{number:05x}",
                name="-".join(chance.choices(PARTS, k=chance.randint(1, 4))),
                owner=chance.choice((None, "web", "ml", "Data")),
                state=chance.choice(("running", "stopped", "")),
                tags={chance.choice(("Team", "s3", "env")): chance.choice(PARTS)},
                account=account,
                region=chance.choice(("eu-west-1", "us-east-1")),
                arn=f"arn:aws:ec2:eu-west-1:{account}:{kind}/{prefix}-{number:05x}",
            )
        )
    return everything(folder, *documents, names=NAMES), documents


def means(query: Query, document: Document) -> bool:
    """Whether the query means this resource, read word by word."""
    if query.type not in (None, document["type"]):
        return False
    for name, values in query.filters.items():
        tags = {f"{key}={value}".lower() for key, value in document["tags"].items()}
        if name == "tag":
            if not {value.lower() for value in values} <= tags:
                return False
        elif _value(document, name) not in values:
            return False
    return all(_finds(word, document) for word in words_of(query.text))


def _value(document: Document, name: str) -> str:
    value = document.get(name)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return NONE if value is None or value == "" else str(value)


def _finds(word: str, document: Document) -> bool:
    service = RESOURCE_TYPES[document["type"]].call.service
    owner, account = (document["owner"] or "").lower(), document["account"]
    if word in (owner, account, NAMES[account], document["region"], document["type"], service):
        return True
    tags = document["tags"]
    if len(word) <= 2:
        begins = {found[: len(word)] for found in starts(document["name"]).split("\1\1")[1:]}
        whole = {text.lower() for text in (*tags, *tags.values())}
        return word in begins | whole or document["id"].startswith(word)
    texts = [document["name"], document["id"], *(f"{key}={value}" for key, value in tags.items())]
    texts += [document.get("private_ip") or "", document.get("public_ip") or ""]
    if ":" in word or "/" in word:
        texts.append(document["arn"])
    return any(word in text.lower() for text in texts)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Everything, list[Document]]:
    return estate_of(tmp_path_factory.mktemp("searched"), 400)


def searches(made: tuple[Everything, list[Document]], count: int, seed: int) -> list[Query]:
    estate, documents = made
    words: Vocabulary = vocabulary_of(documents[:60], estate, 3)
    chance = random.Random(seed)
    return [words.query(chance) for _ in range(count)]


def test_a_search_finds_what_it_means_and_nothing_else(
    made: tuple[Everything, list[Document]], share: float
) -> None:
    estate, documents = made
    found_some = 0
    for query in searches(made, int(300 + 20_000 * share), seed=1):
        expected = {document["id"] for document in documents if means(query, document)}
        assert {row.id for row in estate.rows(query)} == expected, query
        page = estate.page(Query(query.type, query.text, query.filters, query.sort, query.descending))
        assert page.totals.count == len(expected), query
        assert {row.id for row in page.rows} <= expected, query
        assert len(page.rows) == min(50, len(expected)), query
        found_some += bool(expected)
    assert found_some > 30


def test_what_costs_too_much_is_refused_and_ordinary_searches_are_answered(
    made: tuple[Everything, list[Document]], share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scaled down: the limits are to this estate what the real ones are to 100,000 resources."""
    estate, documents = made
    for name in ("MOST", "SAMPLE"):
        monkeypatch.setattr(counts, name, len(documents) // 10)
    monkeypatch.setattr(counts, "STRETCHES", 4)
    monkeypatch.setattr(bounds, "EVERY", EVERY)
    most = bounds.STEPS * FIXED * len(documents)
    monkeypatch.setattr(bounds, "ROWS", FIXED * len(documents))
    refused = 0
    for query in searches(made, int(200 + 20_000 * share), seed=2):
        steps = steps_of(Everything(estate.path), query)
        ordinary = len(words_of(query.text)) <= ORDINARY and not _in_arn(query.text)
        assert not ordinary or steps < most, query
        if steps > most + SLACK:
            refused += 1
            with pytest.raises(TooBroad):
                Everything(estate.path).page(query)
        elif steps < most - SLACK:
            Everything(estate.path).page(query)
    assert refused


def steps_of(estate: Everything, query: Query) -> int:
    """The instructions that a page takes when nothing ends it."""
    with pytest.MonkeyPatch.context() as patch, counted(patch, EVERY) as taken:
        estate.page(query)
    return EVERY * taken()


def _in_arn(text: str) -> bool:
    return ":" in text or "/" in text
