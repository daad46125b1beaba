"""What wakes somebody: errors, throttles, dead letters, a failing API, and data that grows old."""

from __future__ import annotations

from collections.abc import Iterable

from aws_cdk import CfnCondition, CfnParameter, Duration, Fn
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.api import Api
from infra.functions import LambdaFunction
from infra.messaging import Messaging
from tooling.environments import Environment
from tooling.infra_variables import SERVICE, namespace

OLDEST_DATA = 3  # hours; the collection runs every hour
HOUR = Duration.hours(1)
FIVE_MINUTES = Duration.minutes(5)


class Alarms(Construct):
    """All alarms of an environment, and the topic that they tell: <env>-alarms."""

    def __init__(
        self,
        scope: Construct,
        environment: Environment,
        functions: Iterable[LambdaFunction],
        api: Api,
        messaging: Messaging,
        email: CfnParameter,
    ) -> None:
        super().__init__(scope, "Alarms")
        self.topic = sns.Topic(self, "Topic", topic_name=f"{environment.name}-alarms", enforce_ssl=True)
        self._action = actions.SnsAction(self.topic)
        self._mail(email)
        for function in functions:
            self._of_function(function)
        for name, queue in messaging.dead_letters.items():
            visible = queue.metric_approximate_number_of_messages_visible(period=FIVE_MINUTES)
            self._more_than(0, f"{name}DeadLetters", visible, "messages that failed three times wait there")
        self._more_than(0, "ApiErrors", api.rest.metric_server_error(period=FIVE_MINUTES), "pages failed")
        self._of_data(environment)

    def _mail(self, email: CfnParameter) -> None:
        address = email.value_as_string
        given = CfnCondition(self, "Mailed", expression=Fn.condition_not(Fn.condition_equals(address, "")))
        mail = sns.CfnSubscription(
            self, "Mail", protocol="email", endpoint=address, topic_arn=self.topic.topic_arn
        )
        mail.cfn_options.condition = given

    def _of_function(self, function: LambdaFunction) -> None:
        name = function.block.name
        errors = function.alias.metric_errors(period=FIVE_MINUTES)
        throttles = function.alias.metric_throttles(period=FIVE_MINUTES)
        self._more_than(0, f"{name}Errors", errors, f"{name} failed")
        self._more_than(0, f"{name}Throttles", throttles, f"{name} was refused for lack of concurrency")

    def _of_data(self, environment: Environment) -> None:
        """No metric is an alarm too: then the collection has not even begun."""
        self._tell(
            cloudwatch.Alarm(
                self,
                "DataAge",
                metric=collected(environment),
                threshold=0,
                evaluation_periods=OLDEST_DATA,
                comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD,
                treat_missing_data=cloudwatch.TreatMissingData.BREACHING,
                alarm_description=f"nothing has been collected for {OLDEST_DATA} hours: the data is older",
            )
        )

    def _more_than(self, threshold: float, id: str, metric: cloudwatch.Metric, meaning: str) -> None:
        self._tell(
            cloudwatch.Alarm(
                self,
                id,
                metric=metric,
                threshold=threshold,
                evaluation_periods=1,
                comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
                treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
                alarm_description=meaning,
            )
        )

    def _tell(self, alarm: cloudwatch.Alarm) -> None:
        alarm.add_alarm_action(self._action)
        alarm.add_ok_action(self._action)


def collected(environment: Environment) -> cloudwatch.Metric:
    """Scopes that were collected well in each hour: what the sync function counts."""
    return cloudwatch.Metric(
        namespace=namespace(environment.name),
        metric_name="ScopesCollected",
        dimensions_map={"service": SERVICE},
        statistic="Sum",
        period=HOUR,
    )
