"""The topic <env>-alarms, and the alarms of tooling/blocks/alarms.py that publish to it."""

from __future__ import annotations

from collections.abc import Iterable

from aws_cdk import CfnCondition, CfnParameter, Duration, Fn, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from constructs import Construct

from tooling.blocks.alarms import COLLECTED, TOPIC, Alarm, alarms, publish_policy
from tooling.blocks.blocks import Function
from tooling.blocks.queues import HOUR
from tooling.blocks.variables import SERVICE, namespace
from tooling.environments import Environment

COMPARISONS = {
    "more": cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    "nothing": cloudwatch.ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD,
}
MISSING = {
    "more": cloudwatch.TreatMissingData.NOT_BREACHING,
    "nothing": cloudwatch.TreatMissingData.BREACHING,
}


class Alarms(Construct):
    """All alarms of an environment, and their topic."""

    def __init__(
        self, scope: Construct, environment: Environment, functions: Iterable[Function], email: CfnParameter
    ) -> None:
        super().__init__(scope, "Alarms")
        self._environment = environment
        self.topic = sns.Topic(self, "Topic", topic_name=f"{environment.name}-{TOPIC}")
        self._let_publish()
        self._mail(email)
        action = actions.SnsAction(self.topic)
        for each in alarms(functions):
            made = self._alarm(each)
            made.add_alarm_action(action)
            made.add_ok_action(action)

    def _let_publish(self) -> None:
        document = publish_policy(self.topic.topic_arn, Stack.of(self).account)
        for statement in document["Statement"]:
            self.topic.add_to_resource_policy(iam.PolicyStatement.from_json(statement))

    def _mail(self, email: CfnParameter) -> None:
        address = email.value_as_string
        given = CfnCondition(self, "Mailed", expression=Fn.condition_not(Fn.condition_equals(address, "")))
        mail = sns.CfnSubscription(
            self, "Mail", protocol="email", endpoint=address, topic_arn=self.topic.topic_arn
        )
        mail.cfn_options.condition = given

    def _alarm(self, alarm: Alarm) -> cloudwatch.Alarm:
        return cloudwatch.Alarm(
            self,
            alarm.id,
            metric=cloudwatch.Metric(
                namespace=self._text(alarm.namespace),
                metric_name=alarm.metric,
                dimensions_map={name: self._text(value) for name, value in alarm.dimensions},
                statistic=alarm.statistic,
                period=Duration.seconds(alarm.period),
            ),
            threshold=0,
            evaluation_periods=alarm.periods,
            comparison_operator=COMPARISONS[alarm.fires],
            treat_missing_data=MISSING[alarm.fires],
            alarm_description=alarm.meaning,
        )

    def _text(self, text: str) -> str:
        return text.replace("${Env}", self._environment.name)


def collected(environment: Environment) -> cloudwatch.Metric:
    """Scopes that were collected well in each hour: what the sync function counts."""
    return cloudwatch.Metric(
        namespace=namespace(environment.name),
        metric_name=COLLECTED,
        dimensions_map={"service": SERVICE},
        statistic="Sum",
        period=Duration.seconds(HOUR),
    )
