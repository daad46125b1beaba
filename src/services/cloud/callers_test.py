"""Errors speak of the credentials that were used, and of how those are renewed."""

from __future__ import annotations

from typing import Any

import pytest

from services.cloud.callers import caller_of

SSO = {"sso_session": "x", "sso_account_id": "1", "sso_role_name": "r"}
PROFILES: dict[str, dict[str, Any]] = {
    "default": {"region": "eu-west-1"},
    "sso": SSO,
    "legacy": {"sso_start_url": "https://x.awsapps.com/start", "sso_region": "eu-west-1"},
    "login": {"login_session": "arn:aws:iam::1:user/x"},
    "vault": {"credential_process": "aws-vault export x"},
    "box": {"role_arn": "arn:aws:iam::1:role/x", "credential_source": "Ec2InstanceMetadata"},
    "pod": {"role_arn": "arn:aws:iam::1:role/x", "web_identity_token_file": "/token"},
    "keys": {"aws_access_key_id": "a"},
    "role": {"role_arn": "arn:aws:iam::1:role/x", "source_profile": "sso"},
    "chain": {"role_arn": "arn:aws:iam::1:role/x", "source_profile": "role"},
    "itself": {"role_arn": "arn:aws:iam::1:role/x", "source_profile": "itself", "aws_access_key_id": "a"},
    "one": {"source_profile": "two"},
    "two": {"source_profile": "one"},
}


@pytest.mark.parametrize(
    ("found_by", "profile", "renew"),
    [
        ("sso", "sso", "aws sso login --profile sso"),
        ("sso", "legacy", "aws sso login --profile legacy"),
        ("assume-role", "role", "aws sso login --profile sso"),
        ("assume-role", "chain", "aws sso login --profile sso"),
        ("assume-role", "itself", "aws configure --profile itself"),
        ("login", "login", "aws login --profile login"),
        ("custom-process", "vault", "renew what credential_process of profile 'vault' asks"),
        (
            "assume-role",
            "box",
            "see that there are credentials where profile 'box' looks: Ec2InstanceMetadata",
        ),
        (
            "assume-role-with-web-identity",
            "pod",
            "renew the token in web_identity_token_file of profile 'pod'",
        ),
        ("config-file", "keys", "aws configure --profile keys"),
        ("shared-credentials-file", "", "aws configure --profile default"),
        ("", "ghost", "aws configure --profile ghost"),
    ],
)
def test_a_profile_is_renewed_as_its_own_settings_say(found_by: str, profile: str, renew: str) -> None:
    caller = caller_of(found_by, profile, PROFILES)
    assert caller.renew == renew
    assert caller.name == f"profile {profile or 'default'!r}"


def test_profiles_that_lead_to_each_other_have_an_end() -> None:
    assert caller_of("assume-role", "one", PROFILES).renew.startswith("aws configure --profile ")


@pytest.mark.parametrize("profile", ["", "keys"])
@pytest.mark.parametrize("found_by", ["env", "container-role", "iam-role"])
def test_what_no_profile_has_is_never_called_one(found_by: str, profile: str) -> None:
    caller = caller_of(found_by, profile, PROFILES)
    assert "profile" not in caller.name + caller.renew


def test_a_name_that_was_given_stands_before_the_credentials_own() -> None:
    caller = caller_of("env", "", {}, "the sync function")
    assert (caller.name, "AWS_ACCESS_KEY_ID" in caller.renew) == ("the sync function", True)
