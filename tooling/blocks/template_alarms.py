"""The topic <env>-alarms, and the alarms of infra_alarms.py, in template.yaml."""

from __future__ import annotations

from collections.abc import Iterable

from tooling.blocks.alarms import TOPIC, Alarm, alarms, publish_policy
from tooling.blocks.blocks import Function
from tooling.blocks.template_yaml import Node, Ref, Sub, text

MAILED = "Mailed"  # condition: AlarmEmail names an address
_TOPIC = Ref("AlarmsTopic")


def alarm_resources(functions: Iterable[Function]) -> Node:
    """Topic, its policy, the mail, and each alarm, by logical name."""
    policy = {
        "Type": "AWS::SNS::TopicPolicy",
        "Properties": {"Topics": [_TOPIC], "PolicyDocument": publish_policy(_TOPIC, Ref("AWS::AccountId"))},
    }
    mail = {
        "Type": "AWS::SNS::Subscription",
        "Condition": MAILED,
        "Properties": {"TopicArn": _TOPIC, "Protocol": "email", "Endpoint": Ref("AlarmEmail")},
    }
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": Sub(f"${{Env}}-{TOPIC}")}}
    made = {f"{alarm.id}Alarm": _alarm(alarm) for alarm in alarms(functions)}
    return {"AlarmsTopic": topic, "AlarmsTopicPolicy": policy, "AlarmsMail": mail, **made}


def _alarm(alarm: Alarm) -> Node:
    return {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "AlarmDescription": alarm.meaning,
            "Namespace": text(alarm.namespace),
            "MetricName": alarm.metric,
            "Dimensions": [{"Name": name, "Value": text(value)} for name, value in alarm.dimensions],
            "Statistic": alarm.statistic,
            "Period": alarm.period,
            "EvaluationPeriods": alarm.periods,
            "Threshold": 0,
            "ComparisonOperator": alarm.comparison,
            "TreatMissingData": alarm.missing,
            "AlarmActions": [_TOPIC],
            "OKActions": [_TOPIC],
        },
    }
