"""Whose credentials a task uses: the one place that decides it, in the order of the AWS CLI.

1. the profiles that were named (-p); the environment's keys don't count then
2. AWS_ACCESS_KEY_ID, or AWS_WEB_IDENTITY_TOKEN_FILE: the default chain, which takes them
3. AWS_PROFILE (or AWS_DEFAULT_PROFILE): that profile
4. the profiles of the AWS config: all of them, or the first, where a task needs one account
5. the default chain: what a container, an instance or CloudShell has

https://docs.aws.amazon.com/cli/latest/userguide/cli-chap-authentication.html#cli-chap-authentication-precedence
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from services.cloud.aws import profiles
from services.cloud.callers import DEFAULT
from tooling.names import one_of, some_of

CHAIN = ""  # in the place of a profile: the credentials that every AWS tool would find here
KEYS = ("AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE")
NAMES = ("AWS_DEFAULT_PROFILE", "AWS_PROFILE")  # in botocore's order


def used(named: str = "", environ: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """The profiles of a comma list, or those that stand for "": never none.

    Without an AWS config "default" is the default chain too. Raises UnknownName, SettingsError.
    """
    known = profiles()
    if named:
        found = some_of("profile", named, known or (DEFAULT,))
        return tuple(name if known else CHAIN for name in found)
    if instead_of_profiles(environ) in KEYS:
        return (CHAIN,)
    if variable := instead_of_profiles(environ):
        return (one_of("profile", environ[variable], known),)
    return known or (CHAIN,)


def instead_of_profiles(environ: Mapping[str, str] = os.environ) -> str:
    """The variable that says whose credentials are used where no profile is named; "" for none."""
    return next((name for name in (*KEYS, *NAMES) if environ.get(name)), "")


def chosen(profile: str = "") -> str:
    """The profile of a task that needs one account: the given one, or the first of those that are used.

    Raises UnknownName, SettingsError.
    """
    return used(profile)[0]
