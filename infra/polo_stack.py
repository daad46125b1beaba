"""PoloStack: everything of one environment, from the infra blocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.alarms import Alarms
from infra.api import Api
from infra.dashboard import dashboard
from infra.functions import LambdaFunction
from infra.messaging import Messaging
from infra.parameters import Parameters
from infra.storage import Storage
from infra.triggers import schedule, work
from tooling.blocks.blocks import Function
from tooling.blocks.grants import grants
from tooling.blocks.variables import Value, common_variables, secret_reference, variables
from tooling.environments import Environment


class PoloStack(Stack):
    """Tables, bucket, queues, topics, functions, API, alarms and dashboard of one environment.

    code: the zip that every function runs. values: parameter -> its default, for who deploys without giving
    any, as a pipeline does.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        environment: Environment,
        functions: Sequence[Function],
        code: Path,
        values: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(scope, "PoloStack", description=f"Polo, the AWS estate console: {environment.name}")
        self._environment = environment
        self._blocks = functions
        self._parameters = Parameters(self, environment, functions, values or {})
        self._storage = Storage(self, environment)
        self._messaging = Messaging(self, environment, functions)
        zipped = lambda_.Code.from_asset(str(code))
        made = [self._function(block, zipped) for block in functions]
        api = Api(self, environment, made, self._parameters.allowed_cidrs)
        Alarms(self, environment, functions, self._parameters.alarm_email)
        dashboard(self, environment, made, api, self._messaging)
        self.url = CfnOutput(self, "Url", value=api.rest.url)

    def _function(self, block: Function, code: lambda_.Code) -> LambdaFunction:
        given = {name: self._value(value) for name, value in variables(block, self._blocks).items()}
        function = LambdaFunction(
            self,
            block,
            environment=self._environment,
            code=code,
            variables=given | common_variables(self._environment.name),
            grants=grants(block, self._blocks),
            configuration=self._parameters.configuration.value_as_string,
        )
        schedule(function)
        if block.queue:
            work(function, self._messaging.queues[block.queue])
        return function

    def _value(self, value: Value) -> str:
        match value.kind:
            case "table":
                return self._storage.tables[value.name].table_name
            case "bucket":
                return self._storage.buckets[value.name].bucket_name
            case "queue":
                return self._messaging.queues[value.name].queue_url
            case "topic":
                return self._messaging.topics[value.name].topic_arn
            case "secret":
                return secret_reference(value.name, self._environment.name)
            case "parameter":
                return self._parameters.value(value.name)
