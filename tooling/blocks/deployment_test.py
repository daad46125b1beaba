"""What a deployment is given."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from errors import PoloError
from tooling.blocks.blocks import Function
from tooling.blocks.deployment import ALLOWED_CIDRS, code_zip, parameter_values, prefixed, stages
from tooling.environments import environment

pytestmark = pytest.mark.infra

PROD, LOCAL = environment("prod"), environment("local")
WEB = Function("PoloFunction", "lambda_function", environment=("ENV", "LOGOUT_URL", "USE_LOCAL_DATA"))
OFFICE = {"ALLOWED_CIDRS": "203.0.113.0/24"}


@pytest.mark.parametrize("name", ["production", "", "pr-", "pr-0", "pr-<n>", "pr-1;x"])
def test_an_unknown_environment_is_told_the_valid_ones(name: str) -> None:
    with pytest.raises(PoloError, match=re.escape("one of local, dev, staging, prod, pr-<n>")):
        environment(name)


def test_only_prod_keeps_what_it_has_stored() -> None:
    assert [each.name for each in stages("pr-12") if each.keeps] == ["prod"]
    assert [each.name for each in stages("pr-12")] == ["local", "dev", "staging", "prod", "pr-12"]
    assert len(stages("")) == len(stages("dev")) == 4


def test_every_parameter_has_a_value_and_a_laptops_settings_are_none() -> None:
    environ = {"LOGOUT_URL": "https://x.example", "USE_LOCAL_DATA": "true", **OFFICE}
    values = parameter_values([WEB], PROD, environ)
    assert values.pop("Configuration")
    assert values == {"LogoutUrl": "https://x.example", ALLOWED_CIDRS: "203.0.113.0/24", "AlarmEmail": ""}
    assert parameter_values([WEB], PROD, OFFICE)["LogoutUrl"] == ""


def test_other_values_are_another_configuration() -> None:
    one, other = ({**OFFICE, "LOGOUT_URL": url} for url in ("https://x.example", "https://y.example"))
    configuration = {parameter_values([WEB], PROD, each)["Configuration"] for each in (one, other, one)}
    assert len(configuration) == 2


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("", "ALLOWED_CIDRS is not set: the console in prod would be open"),
        (" , ", "ALLOWED_CIDRS is not set"),
        ("0.0.0.0/0", "ALLOWED_CIDRS has '0.0.0.0/0', which is all the world"),
        ("0.0.0.0/1,128.0.0.0/1", "which together are all the world"),
    ],
)
def test_a_console_that_would_be_open_is_refused(given: str, told: str) -> None:
    with pytest.raises(PoloError, match=re.escape(told)):
        parameter_values([WEB], PROD, {"ALLOWED_CIDRS": given})


def test_the_local_aws_is_on_loopback_and_needs_no_networks() -> None:
    assert ALLOWED_CIDRS not in parameter_values([WEB], LOCAL, {})


def test_alarms_go_to_one_address_or_to_none() -> None:
    assert parameter_values([WEB], LOCAL, {"ALARM_EMAIL": "ops@x.example"})["AlarmEmail"] == "ops@x.example"
    for given in ("ops", "a@x.example,b@x.example", "a@x.example "):
        with pytest.raises(PoloError, match=f"ALARM_EMAIL is '{given}'. Way out: set it to one address"):
            parameter_values([WEB], LOCAL, {"ALARM_EMAIL": given})


def test_a_type_that_is_left_out_must_be_one() -> None:
    parameter_values([WEB], LOCAL, {"EXCLUDED_TYPES": "instances, volumes"})
    with pytest.raises(
        PoloError, match=r"in EXCLUDED_TYPES 'instance': did you mean instances\? Way out: one of .*instances"
    ):
        parameter_values([WEB], LOCAL, {"EXCLUDED_TYPES": "volumes,instance"})


def test_a_pipeline_has_the_values_of_several_environments() -> None:
    environ = {
        "PROD_LOGOUT_URL": "https://x.example",
        "STAGING_ALLOWED_CIDRS": "10.0.0.0/8",
        "LOGOUT_URL": "no",
    }
    assert prefixed([WEB], "prod", environ) == {"LOGOUT_URL": "https://x.example"}
    assert prefixed([WEB], "staging", environ) == {"ALLOWED_CIDRS": "10.0.0.0/8"}


def test_a_zip_that_is_not_built_is_told_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(PoloError, match="Way out: inv zip"):
        code_zip(tmp_path / "lambda_deployment.zip")
