"""The task of the local AWS: it is thin, and imports what it needs when it is called."""

from __future__ import annotations

from invoke.context import Context

from tooling.polo_task import ROOT, changes, end, number_of


@changes(
    "look at, start, stop or empty the local AWS",
    help={
        "action": "start, status, stop or reset",
        "auth": "enforce IAM",
        "port": "port on loopback; by default LOCAL_AWS_PORT, else the one that runs, else 4566",
    },
)
def aws(c: Context, action: str, auth: bool = False, port: str = "") -> None:
    """Run a local AWS (ministack) on loopback: start, status, stop or reset."""
    from tooling.local import aws

    end(aws.command(ROOT, action, auth=auth, port=number_of("--port", port or "0", 65_535)))
