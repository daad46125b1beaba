"""cdk-nag's AwsSolutions rules over all stacks; a finding that stays is acknowledged with its reason."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aws_cdk import Acknowledgment, App, Validations
from cdk_nag import AwsSolutionsChecks
from constructs import IConstruct

from errors import PoloError


def check(app: App) -> None:
    """Have the synthesis fail on a finding that nobody has acknowledged."""
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))


def synthesise(app: App) -> None:
    """Write the assembly. Raises PoloError when a check fails, after printing each finding."""
    try:
        app.synth()
    except RuntimeError as error:
        if "ValidationFailed" not in str(error):
            raise
        report = Path(app.outdir) / "validation-report.json"
        for finding in _findings(json.loads(report.read_text(encoding="utf-8"))):
            print(finding, file=sys.stderr)
        way_out = f"mend what {report} lists, or acknowledge it in infra/"
        raise PoloError("the CDK's checks have findings", way_out) from None


def acknowledge(construct: IConstruct, reason: str, *rules: str) -> None:
    """Accept these findings (such as S1) of the construct and what is in it, for this reason."""
    found = (Acknowledgment(id=f"AwsSolutions::AwsSolutions-{rule}", reason=reason) for rule in rules)
    Validations.of(construct).acknowledge(*found)


def wild(resource: str) -> str:
    """The finding that this resource of a policy, as Fn::Sub takes it, has a * in it."""
    return "IAM5[Resource::" + resource.replace("${", "<").replace("}", ">") + "]"


def _findings(report: dict[str, Any]) -> Iterator[str]:
    for plugin in report["pluginReports"]:
        for violation in plugin["violations"]:
            for construct in violation["violatingConstructs"]:
                yield f"{construct['constructPath']}: {violation['ruleName']}: {violation['description']}"
