from __future__ import annotations

from pathlib import Path

import pytest

from errors import SettingsError
from services.cop.judge.limits import Limits, read_limits
from services.cop.judge.rule import example
from services.cop.registry import RULES

IDLE = RULES["NAT-IDLE"]


def limits(folder: Path, text: str) -> Limits:
    file = folder / "cop.toml"
    file.write_text(text, encoding="utf-8")
    return read_limits(file, RULES)


def test_without_the_file_the_rules_own_limits_hold(tmp_path: Path) -> None:
    found = read_limits(tmp_path / "cop.toml", RULES)
    assert found.of(IDLE, example("natgateways")) == IDLE.limits
    assert not found.overridden(IDLE)


def test_a_table_overrides_everywhere_and_leaves_the_other_limits(tmp_path: Path) -> None:
    found = limits(tmp_path, "[NAT-IDLE]\ndays = 7\n")
    assert found.of(IDLE, example("natgateways")) == {**IDLE.limits, "days": 7}
    assert found.overridden(IDLE)
    assert not found.overridden(RULES["EBS-GP2"])


@pytest.mark.parametrize(
    ("where", "holds"),
    [
        ('account = "412233445883"', True),
        ('account = "1"', False),
        ('tag = "Env=dev"', True),
        ('tag = "Env=prod"', False),
        ('account = "412233445883"\ntag = "Env=prod"', False),
    ],
)
def test_an_override_holds_for_its_account_and_tag_only(tmp_path: Path, where: str, holds: bool) -> None:
    found = limits(tmp_path, f'[[override]]\nrule = "NAT-IDLE"\n{where}\ndays = 3\n')
    gateway = example("natgateways", tags={"Env": "dev"})
    assert (found.of(IDLE, gateway)["days"] == 3) is holds


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[EC2-DREAMING]\ndays = 1\n", "EC2-DREAMING"),
        ("[NAT-IDLE]\nweeks = 1\n", "weeks"),
        ('[NAT-IDLE]\ndays = "many"\n', "many"),
        ("[NAT-IDLE]\ndays = true\n", "True"),
        ('[TAG-REQUIRED]\ntags = "Owner"\n', "Owner"),
        ("[[override]]\ndays = 1\n", "''"),
        ("[NAT-IDLE\n", "line 1"),
        ("NAT-IDLE = 5\n", "NAT-IDLE is no table"),
        ("[[NAT-IDLE]]\ndays = 3\n", "NAT-IDLE is no table"),
        ("override = 5\n", "override is no list"),
        ("[[override]]\nrule = 5\ndays = 1\n", "'5'"),
        ('[[override]]\nrule = "NAT-IDLE"\ntag = 5\n', "'5'"),
        ("[NAT-IDLE]\ndays = 0\n", "to 0"),
        ("[NAT-IDLE]\ndays = 3.5\n", "to 3.5"),
        ("[NAT-IDLE]\ndays = 31\n", "from 1 to 30"),
        ("[EBS-UNATTACHED]\ndays = 99999\n", "from 1 to 3650"),
        ("[COST-TOP]\nusd = inf\n", "inf"),
        ("[COST-TOP]\nusd = nan\n", "nan"),
        ("[COST-TOP]\nusd = -1\n", "-1"),
        ("[TAG-REQUIRED]\ntags = [1]\n", "list of texts"),
        ("[TAG-VALUE]\nallowed = 5\n", "regular expressions"),
        ('[TAG-VALUE.allowed]\nEnvironment = "["\n', "regular expressions"),
        ("[TAG-VALUE.allowed]\nEnvironment = 5\n", "regular expressions"),
    ],
)
def test_a_mistake_is_named_with_the_way_out(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(SettingsError, match=named) as error:
        limits(tmp_path, text)
    assert error.value.way_out
