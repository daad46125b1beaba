"""The whole system, deployed once for a run: on local AWSs, or with --aws-profile in an account.

Two lanes, each on a local AWS of its own: `system` is what `inv deploy -e local` makes; `strict` is deployed
as in an account, where IAM is enforced. In an account both are the same.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.e2e.utils.account import account_system, strict_system
from tests.e2e.utils.local import local_system, shell
from tests.e2e.utils.system import System

LANES = ("system", "strict")
STRICT = ("destination", "permissions")  # features of the lane where IAM is enforced


@pytest.fixture(scope="session")
def profile(request: pytest.FixtureRequest) -> str:
    """Of the account to deploy to; empty for local AWSs."""
    return str(request.config.getoption("--aws-profile"))


@pytest.fixture(scope="session")
def system(profile: str) -> Iterator[System]:
    with account_system(profile) if profile else local_system() as found:
        yield found


@pytest.fixture(scope="session")
def strict(profile: str, request: pytest.FixtureRequest) -> Iterator[System]:
    if profile:
        yield request.getfixturevalue("system")
        return
    with strict_system() as found:
        yield found


@pytest.fixture(autouse=True)
def environment(request: pytest.FixtureRequest) -> Iterator[None]:
    """The shell of the lane that the test is in."""
    lane = next((name for name in LANES if name in request.fixturenames), "")
    with shell(request.getfixturevalue(lane).variables if lane else os.environ, nothing_else=True):
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here is of this layer."""
    for item in items:
        if "/tests/e2e/" in item.path.as_posix():
            item.add_marker(pytest.mark.e2e)


class Lanes(LoadScopeScheduling):  # type: ignore[misc]
    """A lane is one worker's, so that it is deployed once; each feature is in one of them."""

    def _split_scope(self, nodeid: str) -> str:
        return "strict" if any(f"/{feature}/" in nodeid for feature in STRICT) else "system"


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Lanes | None:
    """xdist's own groups (3.8) are not seen by pytest 9.2, so --dist loadgroup means these lanes."""
    return Lanes(config, log) if config.getvalue("dist") == "loadgroup" else None
