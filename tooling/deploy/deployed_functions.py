"""The functions of an environment, called as they run."""

from __future__ import annotations

import json
from typing import Any

from errors import PoloError
from services.cloud.errors import one_line
from tooling.local.target import Target

ALIAS = "live"


def invoke(target: Target, function: str, event: Any) -> Any:
    """What the live version of a function (SyncFunction) answers. Raises CollectError, PoloError."""
    name = target.function(function)
    answer = target.call(
        "lambda", "invoke", FunctionName=name, Qualifier=ALIAS, Payload=json.dumps(event).encode()
    )
    said = json.loads(answer["Payload"].read() or b"null")
    if answer.get("FunctionError"):
        reason = said.get("errorMessage", said) if isinstance(said, dict) else said
        raise PoloError(f"{name} failed: {one_line(reason)}", f"inv logs -f {function} {target.options}")
    return said


def get(target: Target, path: str) -> tuple[int, str]:
    """Status and body of a page, asked of the console's function: from any network."""
    event = {
        "httpMethod": "GET",
        "path": path,
        "headers": {},
        "multiValueHeaders": {},
        "requestContext": {"path": path, "stage": target.name},
    }
    answer = invoke(target, "PoloFunction", event)
    return int(answer["statusCode"]), str(answer["body"])
