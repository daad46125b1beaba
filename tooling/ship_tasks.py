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
    from tooling.zip_build import NO_BYTECODE, build

    try:
        built = build(ROOT)
    except PoloError as error:
        raise Exit(str(error)) from None
    print(built)
    if not built.python:
        print(NO_BYTECODE, file=sys.stderr)
