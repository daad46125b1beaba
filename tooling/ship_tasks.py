"""The tasks that ship: each is thin, and imports what it needs when it is called."""

from __future__ import annotations

import sys
from pathlib import Path

from invoke.context import Context
from invoke.exceptions import Exit
from invoke.tasks import task

ROOT = Path(__file__).resolve().parent.parent


@task(name="zip")
def zip_(c: Context) -> None:
    """Make lambda_deployment.zip: what ships to Lambda, the same bytes from the same inputs."""
    from errors import PoloError

    try:
        _zip()
    except PoloError as error:
        raise Exit(str(error)) from None


@task(help={"profile": "profile of the AWS config that SAM is to use"})
def build(c: Context, profile: str = "") -> None:
    """Make the zip, then let SAM build template.yaml with it as it is."""
    from errors import PoloError
    from tooling import sam

    try:
        sam.check_profile(profile)
        _zip()
        print(f"{sam.build(ROOT, profile).relative_to(ROOT)} is ready for: sam deploy")
    except PoloError as error:
        raise Exit(str(error)) from None


def _zip() -> None:
    from tooling import zip_build

    built = zip_build.build(ROOT)
    print(built)
    if not built.python:
        print(zip_build.NO_BYTECODE, file=sys.stderr)
