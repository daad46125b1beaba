"""The context object a Lambda handler receives."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

from devserver.gateway.routes import LambdaFunction

REGION = "eu-west-1"
ACCOUNT_ID = "123456789012"


@dataclass(frozen=True)
class CognitoIdentity:
    cognito_identity_id: str | None = None
    cognito_identity_pool_id: str | None = None


@dataclass
class LambdaContext:
    """Attributes and types as the Python runtime has them; memory is a string there too, in MB."""

    function_name: str
    memory_limit_in_mb: str
    invoked_function_arn: str
    log_group_name: str
    log_stream_name: str
    deadline: float
    clock: Callable[[], float] = time.monotonic
    function_version: str = "$LATEST"
    aws_request_id: str = field(default_factory=lambda: str(uuid4()))
    identity: CognitoIdentity = field(default_factory=CognitoIdentity)
    client_context: None = None
    tenant_id: None = None

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the function is cut off, never below 0."""
        return max(0, int((self.deadline - self.clock()) * 1000))


def make_context(function: LambdaFunction, clock: Callable[[], float] = time.monotonic) -> LambdaContext:
    """The context of one new invocation, whose time begins to run now."""
    return LambdaContext(
        function_name=function.name,
        memory_limit_in_mb=str(function.memory),
        invoked_function_arn=f"arn:aws:lambda:{REGION}:{ACCOUNT_ID}:function:{function.name}",
        log_group_name=f"/aws/lambda/{function.name}",
        log_stream_name=f"{time.strftime('%Y/%m/%d', time.gmtime())}/[$LATEST]{uuid4().hex}",
        deadline=clock() + function.timeout,
        clock=clock,
    )
