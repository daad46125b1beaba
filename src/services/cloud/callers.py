"""Whose credentials AWS was asked with, as errors call them, and how those that were used are renewed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DEFAULT = "default"
_DEEPEST = 8  # profiles that lead to each other


@dataclass(frozen=True)
class Caller:
    """name: stands behind "the credentials of". renew: what to do where they are missing or have expired."""

    name: str
    renew: str


KEYS = "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, of temporary ones, AWS_SESSION_TOKEN"
NOBODY = Caller(
    "this shell",
    f"aws configure sso, or set {KEYS}; a container or an instance needs a role",
)
# by the name that botocore gives the way in which it found them; any other belongs to a profile
FOUND_BY = {
    "env": Caller("this environment (AWS_ACCESS_KEY_ID)", f"put new ones into {KEYS}"),
    "container-role": Caller(
        "this container's role", "see that its task or pod still has it; in CloudShell open a new session"
    ),
    "iam-role": Caller("this instance's role", "see that the instance still has it"),
}
WEB_IDENTITY = "assume-role-with-web-identity"
_WEB = Caller("the role of AWS_ROLE_ARN", "see that AWS_WEB_IDENTITY_TOKEN_FILE holds a token of today")


def caller_of(
    found_by: str, profile: str, profiles: Mapping[str, Mapping[str, Any]], who: str = ""
) -> Caller:
    """The caller of an AWS session.

    found_by: botocore's name of the way in which it found credentials, "" for none. profile: that was asked
    for, "" for the default chain. profiles: the AWS config's, by name. who: what to call it instead.
    """
    used = profile or DEFAULT
    there = used in profiles
    if found_by in FOUND_BY:
        caller = FOUND_BY[found_by]
    elif found_by == WEB_IDENTITY and "web_identity_token_file" not in profiles.get(used, {}):
        caller = _WEB
    elif profile or there:
        caller = Caller(f"profile {used!r}", _renew(used, profiles))
    else:
        caller = NOBODY
    return Caller(who, caller.renew) if who else caller


def _renew(name: str, profiles: Mapping[str, Mapping[str, Any]]) -> str:
    """How a profile's credentials are renewed; one that assumes a role has those of its source."""
    for _ in range(_DEEPEST):
        found = profiles.get(name, {})
        source = found.get("source_profile")
        if not source or source == name:
            break
        name = str(source)
    if any(key.startswith("sso_") for key in found):
        return f"aws sso login --profile {name}"
    if "login_session" in found:
        return f"aws login --profile {name}"
    if "credential_process" in found:
        return f"renew what credential_process of profile {name!r} asks"
    if "credential_source" in found:
        return f"see that there are credentials where profile {name!r} looks: {found['credential_source']}"
    if "web_identity_token_file" in found:
        return f"renew the token in web_identity_token_file of profile {name!r}"
    return f"aws configure --profile {name}"
