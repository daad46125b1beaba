"""The visitors, and the roles that they visit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from tests.e2e.destination.infrastructure import Visitors
from tests.e2e.utils.local import shell
from tests.e2e.utils.system import System


@pytest.fixture(scope="session")
def visitors(strict: System) -> Iterator[Mapping[str, str]]:
    """<Name of the function>Visitor -> the name of the function that has its role."""
    with shell(strict.variables, nothing_else=True), Visitors(strict).deployed() as outputs:
        yield outputs


@pytest.fixture(scope="session")
def cost_reader(strict: System) -> Iterator[str]:
    """The cost-reading role of the member account, from its own template."""
    if not strict.target.url:
        pytest.skip("an account may have its PoloCostReader already")
    with shell(strict.variables, nothing_else=True), strict.cost_reader() as role:
        yield role
