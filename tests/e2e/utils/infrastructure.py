"""What a feature needs beside the system: a stack of its own, for the time of its tests."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.e2e.utils.system import System
from tooling.deploy.deploy import stack_named
from tooling.runtime import RUNTIME

RUN, TIMEOUT = "handler", 60


class Infrastructure:
    """A feature's stack: what `create_resources` puts into it, with `create_lambda_functions` where wanted.

    Subclasses stand in their feature's infrastructure.py, beside the folder handlers/.
    """

    def __init__(self, system: System) -> None:
        file = Path(inspect.getfile(type(self)))
        if file.name != "infrastructure.py":
            raise TypeError(f"{type(self).__name__} is in {file.name}; it belongs into infrastructure.py")
        self.system, self.feature = system, file.parent
        self.resources: dict[str, Any] = {}
        self.outputs: dict[str, Any] = {}
        # not <environment>-<feature>: the environment has no say in what it is asked
        self.stack = stack_named(system.target, f"{system.target.name}-e2e-{self.feature.name}")

    def create_resources(self) -> None:
        raise NotImplementedError

    def create_lambda_functions(self, role: str, prefix: str = "") -> None:
        """A function of each file in handlers/, with this role; its name is the output <prefix><File>."""
        for file in sorted((self.feature / "handlers").glob("*.py")):
            name = prefix + "".join(map(str.capitalize, file.stem.split("_")))
            self.resources[name] = {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "Runtime": RUNTIME,
                    "Handler": f"index.{RUN}",
                    "Role": role,
                    "Timeout": TIMEOUT,
                    "Code": {"ZipFile": file.read_text(encoding="utf-8")},
                },
            }
            self.outputs[name] = {"Value": {"Ref": name}}

    def role_of(self, function: str) -> str:
        """The ARN of the role that a function of the system has."""
        here = self.system.target
        found = here.call("lambda", "get_function_configuration", FunctionName=here.function(function))
        return str(found["Role"])

    @contextmanager
    def deployed(self) -> Iterator[Mapping[str, str]]:
        """The outputs; the stack is gone afterwards, whatever happened."""
        self.create_resources()
        template = {"Resources": self.resources, "Outputs": self.outputs}
        try:
            self.stack.create(json.dumps(template), {}, str, self.system.tags)
            yield self.stack.outputs()
        finally:
            self.stack.delete(str)
