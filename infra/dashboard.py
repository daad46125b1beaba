"""The dashboard of an environment: who calls, how long it takes, what fails, how old the data is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.alarms import collected
from infra.api import Api
from infra.functions import LambdaFunction
from infra.messaging import Messaging
from tooling.environments import Environment

WIDTH = 12  # of the 24 columns


def dashboard(
    scope: Construct,
    environment: Environment,
    functions: Iterable[LambdaFunction],
    api: Api,
    messaging: Messaging,
) -> cloudwatch.Dashboard:
    """<env>-polo in CloudWatch."""
    every = tuple(function.alias for function in functions)
    queues, dead = messaging.queues.values(), messaging.dead_letters.values()
    rest = api.rest
    return cloudwatch.Dashboard(
        scope,
        "Dashboard",
        dashboard_name=f"{environment.name}-polo",
        widgets=[
            [
                _graph("Requests", [rest.metric_count()], [rest.metric_latency(statistic="p95")]),
                _graph("Failed requests", [rest.metric_client_error(), rest.metric_server_error()]),
            ],
            [
                _graph("Calls", [each.metric_invocations() for each in every]),
                _graph("Duration, p95", [each.metric_duration(statistic="p95") for each in every]),
            ],
            [
                _graph("Errors", [each.metric_errors() for each in every]),
                _graph("Throttles", [each.metric_throttles() for each in every]),
            ],
            [
                _graph(
                    "Jobs waiting, and dead letters",
                    [each.metric_approximate_number_of_messages_visible() for each in (*queues, *dead)],
                ),
                _graph("Scopes collected in each hour", [collected(environment)]),
            ],
        ],
    )


def _graph(
    title: str, left: Sequence[cloudwatch.IMetric], right: Sequence[cloudwatch.IMetric] = ()
) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(title=title, width=WIDTH, left=list(left), right=list(right))
