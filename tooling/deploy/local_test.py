"""A local AWS that an interrupted deployment has left: emptied, unless something would be lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from errors import PoloError
from tooling.deploy import local


@dataclass
class Scene:
    """roles, accounts: whether the members have the role that comes first, and the stack that comes last."""

    role: bool = True
    account: str = ""
    stack: str = ""
    releases: tuple[str, ...] = ()
    said: list[str] = field(default_factory=list)

    def begin(self, monkeypatch: pytest.MonkeyPatch) -> None:
        scene = self

        class Fake:
            """An account, a stack, releases and the local AWS."""

            def source(self, region: str) -> Fake:
                return self

            def call(self, *_: Any, **__: Any) -> Any:
                return {"Role": {}} if scene.role else None

            def status(self) -> str:
                return scene.stack

            def ids(self) -> tuple[str, ...]:
                return scene.releases

            def reset(self) -> str:
                return "it is empty"

        class Member(Fake):
            def status(self) -> str:
                return scene.account

        monkeypatch.setattr(local, "Aws", lambda profile: Fake())
        monkeypatch.setattr(local, "_role_stack", lambda member: Member())
        monkeypatch.setattr(local, "stack_of", lambda target: Fake())
        monkeypatch.setattr(local, "releases_at", lambda target: Fake())
        monkeypatch.setattr(local.LocalAws, "of", lambda root: Fake())
        local._begin_anew(Path(), None, self.said.append)  # type: ignore[arg-type]


def test_half_made_accounts_are_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene()
    scene.begin(monkeypatch)
    assert scene.said == ["an interrupted deployment has left accounts half made: it is empty"]


@pytest.mark.parametrize("scene", [Scene(role=False), Scene(account="CREATE_COMPLETE")], ids=["new", "whole"])
def test_what_is_new_or_whole_is_left_as_it_is(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.begin(monkeypatch)
    assert scene.said == []


@pytest.mark.parametrize("scene", [Scene(stack="CREATE_COMPLETE"), Scene(releases=("r-1",))])
def test_nothing_that_somebody_may_want_is_emptied(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(PoloError, match="half made. Way out: inv aws reset, which empties the local AWS"):
        scene.begin(monkeypatch)
    assert scene.said == []
