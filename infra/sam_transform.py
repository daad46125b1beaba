"""Print what CloudFormation makes of template.yaml in some environments: SAM's own transform, run here.

Runs in SAM's environment (tooling/deploy/sam.py): `python sam_transform.py template.yaml NETWORKS ENV ...`
prints environment -> template as JSON, and the first again as "ENV again", as the next deployment makes it.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("AWS_DEFAULT_REGION", "eu-west-1")  # it is asked for the partition

from samtranslator.translator.transform import transform  # type: ignore[import-not-found]  # noqa: E402
from samtranslator.yaml_helper import yaml_parse  # type: ignore[import-not-found]  # noqa: E402


class NoManagedPolicies:
    """The template names none of AWS's policies by their short names."""

    def load(self) -> dict[str, str]:
        return {}


def transformed(text: str, networks: str, environment: str) -> Any:
    template = yaml_parse(text)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://bucket/key"  # as `sam deploy` uploads it
    return transform(template, {"Env": environment, "AllowedCidrs": networks}, NoManagedPolicies())


if __name__ == "__main__":
    path, networks, *environments = sys.argv[1:]
    source = Path(path).read_text(encoding="utf-8")
    with contextlib.redirect_stdout(sys.stderr):  # it has something to say of its metrics
        found = {name: transformed(source, networks, name) for name in environments}
        time.sleep(1)  # SAM counts in seconds
        found[f"{environments[0]} again"] = transformed(source, networks, environments[0])
    print(json.dumps(found))
