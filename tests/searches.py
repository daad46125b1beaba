"""Made-up searches of an estate: ordinary ones, and such as look for what costs most."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from services.models.all import Everything
from services.models.everything.query import FACETS, NONE, Query
from services.models.everything.sql import slots, sorts
from services.models.everything.words import MOST_WORDS
from services.models.kit.base import Document

LONGEST = 500  # characters of a search, as the routes take them
MANY = (
    "a",
    "e",
    "-",
    "0",
    "i-",
    "vo",
    "prod",
    "arn:",
    "arn:aws:",
    "/",
    ":",
    "::",
    "=",
    "name=",
    "none",
    "aws",
)


@dataclass(frozen=True)
class Vocabulary:
    """Words that resources of an estate have, and values to filter by. types: None for all."""

    words: Sequence[str]
    tags: Sequence[str]
    values: dict[str, Sequence[str]]
    types: Sequence[str | None]
    pages: int

    def query(self, chance: random.Random) -> Query:
        """Any query that a URL can hold, on any page that the list has without it."""
        type = chance.choice(self.types)
        sort = chance.choice([*sorts(type)])
        down, page = chance.random() < 0.5, chance.choice((1, 1, 2, self.pages))
        return Query(type, self._text(chance), self._filters(chance, type), sort, down, page)

    def _text(self, chance: random.Random) -> str:
        count = chance.choice((0, 1, 1, 2, 3, 8, MOST_WORDS))
        if chance.random() < 0.2:
            return self._hard_text(chance, count)
        return " ".join(self._word(chance) for _ in range(count))[:LONGEST].strip()

    def _hard_text(self, chance: random.Random, count: int) -> str:
        """Words that no index helps with and that nearly all resources have; the last one perhaps none."""
        arn = chance.choice([word for word in self.words if word.startswith("arn:")])
        ends = [place for place, letter in enumerate(arn) if letter in ":/"]
        words = {arn[chance.randrange(min(ends[3], 8)) : chance.choice(ends[3:]) + 1] for _ in range(count)}
        return " ".join([*sorted(words), *chance.choice(([], ["/zq"], ["::zq"]))])[:LONGEST]

    def _word(self, chance: random.Random) -> str:
        word = chance.choice(self.words if chance.random() < 0.6 else MANY)
        if chance.random() < 0.4:  # a part of it, or nearly it
            first = chance.randrange(len(word))
            word = word[first : first + chance.randint(1, 12)]
        return word + "zq" if chance.random() < 0.1 else word

    def _filters(self, chance: random.Random, type: str | None) -> dict[str, tuple[str, ...]]:
        possible = [name for name in self.values if name in FACETS or name in slots(type)]
        names = chance.sample(possible, chance.choice((0, 0, 1, 2, min(4, len(possible)))))
        filters = {
            name: tuple({chance.choice((*self.values[name], NONE)) for _ in range(chance.randint(1, 3))})
            for name in names
            if not (type and name == "type")
        }
        if chance.random() < 0.2:
            filters["tag"] = (chance.choice(self.tags),)
        return filters


def vocabulary_of(documents: Sequence[Document], estate: Everything, pages: int) -> Vocabulary:
    """What these resources of the estate say."""
    words: dict[str, None] = {}
    tags: dict[str, None] = {}
    values: dict[str, dict[str, None]] = {}
    for document in documents:
        tags |= dict.fromkeys(f"{key}={value}" for key, value in document["tags"].items())
        texts = [document["name"], document["id"], document["arn"], document["owner"] or "", *tags]
        words |= dict.fromkeys(word for text in texts for word in text.split())
        for name in (*FACETS, *slots(document["type"])):
            if document.get(name) not in (None, "") and not isinstance(document[name], (list, bool)):
                values.setdefault(name, {})[str(document[name])] = None
    words |= dict.fromkeys(name for name in estate.accounts().values() if " " not in name)
    words |= dict.fromkeys(value for name in FACETS for value in values[name])
    types = [None, None, *sorted({document["type"] for document in documents})]
    chosen = {name: tuple(found) for name, found in values.items()}
    return Vocabulary(tuple(words), tuple(tags) or ("a=b",), chosen, types, pages)
