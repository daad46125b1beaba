"""Made-up searches of 100,000 resources and their findings: the dearest ones beside the plain list.

CPU time of this thread, without the page around it. `--resources 10000` for another size.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TypeVar

from common import ROOT, sized, table

sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from services.cop.store.findings import Findings  # noqa: E402
from services.models.all import Everything  # noqa: E402
from services.models.domain.findings import FINDING_FACETS, FINDING_SORTS, FindingQuery  # noqa: E402
from services.models.everything.query import Query  # noqa: E402
from services.models.everything.words import words_of  # noqa: E402
from services.models.kit.base import Document  # noqa: E402
from services.models.kit.bounds import TooBroad  # noqa: E402
from tests.searches import vocabulary_of  # noqa: E402
from tooling.data_folder import backend_in  # noqa: E402
from tooling.demo.demo import write_beside, write_demo  # noqa: E402
from tooling.laptop.cop import local_estate  # noqa: E402

SEARCHES = sized(1_000, 20)
SEED = 20
Asked = TypeVar("Asked", Query, FindingQuery)


def main() -> None:
    size = int(sys.argv[2]) if sys.argv[1:2] == ["--resources"] else sized(100_000, 500)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        estate = write_demo(folder / "local_data.json", size)
        write_beside(folder / "local_data.json", estate)
        del estate
        backend, now = backend_in(folder), datetime.now(UTC)
        everything = local_estate(backend)
        documents = _some(everything, random.Random(SEED))
        words = vocabulary_of(documents, everything, max(1, everything.page(Query()).pages // 2))
        queries = [words.query(random.Random(seed)) for seed in range(SEARCHES)]
        compare(f"{size:,} resources", Query(), queries, lambda each: Everything(everything.path).page(each))
        findings = backend.findings().current(everything, now)
        lists = [_of_findings(query, random.Random(seed)) for seed, query in enumerate(queries)]
        count = findings.totals(FindingQuery()).count
        compare(f"{count:,} findings", FindingQuery(), lists, Findings(findings.path).page)


def compare(what: str, plain: Asked, queries: Sequence[Asked], ask: Callable[[Asked], object]) -> None:
    """Print the dearest of the queries, and how many were refused."""
    ask(plain)
    usual = f"the plain list of {what}"
    spent = [(cost(ask, query), query) for query in queries]
    spent.sort(key=lambda each: -each[0][0])
    rows = [(usual, min(cost(ask, plain)[0] for _ in range(5)) * 1000, "ms")]
    for place in (0, 1, 2, len(spent) // 20, len(spent) // 2):
        (seconds, refused), query = spent[place]
        rows.append((f"{'refused: ' if refused else ''}{_shown(query)}", seconds * 1000, "ms"))
    table(
        f"{len(queries):,} searches of {what}: the dearest three, and of a hundred the 5th and the 50th",
        rows,
        usual,
    )
    print(f"refused as too broad: {sum(refused for (_, refused), _ in spent)} of {len(queries)}")


def cost(ask: Callable[[Asked], object], query: Asked) -> tuple[float, bool]:
    """Seconds of CPU for a page, and whether it was refused."""
    started, refused = time.thread_time(), False
    try:
        ask(query)
    except TooBroad:
        refused = True
    return time.thread_time() - started, refused


def _some(everything: Everything, chance: random.Random) -> list[Document]:
    """A few resources of some scopes."""
    heads = chance.sample(everything.heads(), min(100, len(everything.heads())))
    return [json.loads(each) for head in heads for each in islice(everything.documents(head.scope), 5)]


def _of_findings(query: Query, chance: random.Random) -> FindingQuery:
    """A search of findings with the same words."""
    filters = {name: values for name, values in query.filters.items() if name in FINDING_FACETS}
    return FindingQuery(query.text, filters, chance.choice(FINDING_SORTS), query.descending, query.page)


def _shown(query: Query | FindingQuery) -> str:
    said = f"q={query.text[:40]!r} {len(words_of(query.text))} words, sort={query.sort}, page={query.page}"
    return f"{said}, {'+'.join(query.filters) or 'no filters'}"


if __name__ == "__main__":
    main()
