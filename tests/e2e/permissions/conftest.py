"""The probes, for the time of the tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from tests.e2e.permissions.infrastructure import Probes
from tests.e2e.utils.local import shell
from tests.e2e.utils.system import System


@pytest.fixture(scope="session")
def probes(strict: System) -> Iterator[Mapping[str, str]]:
    """<Name of the function>Probe -> the name of the function that has its role."""
    with shell(strict.variables, nothing_else=True), Probes(strict).deployed() as outputs:
        yield outputs
