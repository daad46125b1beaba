"""Collecting again on this machine, as every environment of the console sees it."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from services.collect.again import Busy, CantCollect
from services.collect.again_local import DEAD, TOLD, LocalCollector
from services.models.all import Everything
from services.models.all_test import everything, instance
from services.models.everything.writer import Writer
from services.models.kit.scope import Account, Scope
from settings import ROOT

PROD = Account("111122223333", "prod")


def scopes(*types: str) -> list[Scope]:
    return [Scope(PROD.id, "eu-west-1", type) for type in types]


class Estate:
    def __init__(self, everything: Everything) -> None:
        self._everything = everything

    def current(self) -> Everything:
        return self._everything


class Machine:
    """A data folder, the processes that were started, and consoles that look at it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.estate = Estate(everything(folder, instance("i-1")))
        self.started: list[list[str]] = []
        self.fails: OSError | None = None
        self.now = 1_800_000_000.0

    def console(self, name: str = "local_data.json") -> LocalCollector:
        return LocalCollector(self.folder / name, self.estate, ROOT, self.start, lambda: self.now)

    def start(self, command: Sequence[str], log: Path) -> None:
        if self.fails:
            raise self.fails
        self.started.append([*command])
        self.beat()

    def beat(self) -> None:
        os.utime(self.folder / ".again" / "running.json", (self.now, self.now))

    def end(self, code: int, said: str) -> None:
        """What tooling.laptop.sync_again does at its end."""
        told = {"account": "prod", "code": code, "ended": self.now, "said": said}
        (self.folder / ".again" / "last.json").write_text(json.dumps(told))
        (self.folder / ".again" / "running.json").unlink()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_process_is_started_for_the_profile_and_types(machine: Machine) -> None:
    machine.console().ask(PROD, scopes("instances", "volumes"))
    (command,) = machine.started
    assert command[-3:] == [str(machine.folder), "prod", PROD.id]
    asked = json.loads((machine.folder / ".again" / "running.json").read_text())
    assert [Scope(*each) for each in asked["scopes"]] == scopes("instances", "volumes")
    assert machine.console().under_way() == "prod"
    assert machine.console().at_work(0)


def test_marqo_has_no_profile(machine: Machine) -> None:
    machine.console().ask(Account("marqo", "Marqo Cloud"), scopes("marqoindexes"))
    assert machine.started[0][-2:] == ["", ""]


def test_nothing_else_is_started_until_it_has_ended(machine: Machine) -> None:
    machine.console().ask(PROD, scopes("instances"))
    with pytest.raises(Busy, match="prod is being collected"):
        machine.console().ask(Account("2", "dev"), scopes("volumes"))
    machine.end(0, "Synced 2 resources")
    machine.console().ask(Account("2", "dev"), scopes("volumes"))
    assert [command[-2] for command in machine.started] == ["prod", "dev"]


def test_one_that_died_is_told_and_stands_in_nobodys_way(machine: Machine) -> None:
    machine.console().ask(PROD, scopes("instances"))
    machine.now += DEAD + 1
    console = machine.console()
    assert (console.under_way(), console.at_work(0)) == ("", False)
    assert "The collection of prod has died" in console.trouble()
    console.ask(PROD, scopes("instances"))
    assert len(machine.started) == 2
    assert console.trouble() == ""


def test_trouble_is_told_until_the_next_one_for_an_hour(machine: Machine) -> None:
    machine.console().ask(PROD, scopes("instances"))
    machine.end(1, "the credentials have expired. Way out: aws sso login")
    assert machine.console().trouble() == "prod: the credentials have expired. Way out: aws sso login"
    machine.now += TOLD + 1
    assert machine.console().trouble() == ""
    machine.console().ask(PROD, scopes("instances"))
    machine.end(0, "Synced 2 resources")
    assert machine.console().trouble() == ""


def test_a_process_that_does_not_start_leaves_nothing_behind(machine: Machine) -> None:
    machine.fails = OSError(12, "Cannot allocate memory")
    with pytest.raises(CantCollect, match="Cannot allocate memory"):
        machine.console().ask(PROD, scopes("instances"))
    assert machine.console().under_way() == ""


def test_the_demo_estate_is_not_collected(machine: Machine) -> None:
    writer = Writer(machine.estate.current().path)
    writer.mark_demo(True)
    writer.close()
    assert "demo estate" in machine.console().refusal()
    with pytest.raises(CantCollect, match="inv sync"):
        machine.console().ask(PROD, scopes("instances"))
    assert machine.started == []


def test_a_file_that_inv_sync_does_not_write_is_not_collected_into(machine: Machine) -> None:
    assert "LOCAL_DATA_PATH" in machine.console("mine.json").refusal()
    assert machine.console().refusal() == ""


def test_heads_are_those_of_the_account(machine: Machine) -> None:
    assert [head.scope.type for head in machine.console().heads(PROD.id)] == ["instances"]
    assert machine.console().heads("2") == ()
    assert machine.console().covers(["instances"]) == ("instances",)


def test_a_file_half_written_is_as_good_as_none(machine: Machine) -> None:
    machine.console().ask(PROD, scopes("instances"))
    (machine.folder / ".again" / "running.json").write_text('{"acc')
    machine.beat()
    assert machine.console().under_way() == "an account"
