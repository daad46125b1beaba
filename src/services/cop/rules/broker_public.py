"""BROKER-PUBLIC: a message broker with an address on the internet."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from services.cop.judge.exposure import exposure
from services.cop.judge.facts import Facts
from services.cop.judge.reach import FOLLOWED
from services.cop.judge.rule import Example, Rule, example
from services.models.broker import Broker
from services.models.domain.finding import Finding, Unknown, Verdict
from services.models.kafkacluster import KafkaCluster
from services.models.kit.base import Resource

RABBIT = "RabbitMQ"
PORTS = {
    # TLS, SASL/SCRAM and IAM: docs.aws.amazon.com/msk/latest/developerguide/port-info.html
    "Kafka": (9194, 9196, 9198),
    # docs.aws.amazon.com/amazon-mq/latest/developer-guide/amazon-mq-limits.html and connect-to-amazonmq.html
    "ActiveMQ": (8162, 61617, 5671, 61614, 8883, 61619),
    RABBIT: (443, 5671),
}


def check(broker: Broker | KafkaCluster, facts: Facts) -> Verdict:
    if broker.public is None:
        return Unknown("whether it is public is not known")
    if not broker.public:
        return None
    kind = cast(Broker, broker).engine if broker.type == "brokers" else "Kafka"
    if kind == RABBIT and broker.security_groups == ():  # a public one has none: it is in no VPC of yours
        return Finding("the internet reaches it", severity="high")
    found = exposure(
        broker.region, PORTS.get(kind, ()), broker.subnets or (), broker.security_groups or (), facts, (4,)
    )
    if isinstance(found, Finding) and found.severity is None and kind != "Kafka":
        return replace(found, severity="high")
    return found


_WHERE = {"public": True, "security_groups": ("sg-1",), "subnets": ("subnet-1",)}


def _kafka(**changes: Any) -> KafkaCluster:
    cluster: KafkaCluster = example("kafkaclusters", **_WHERE | changes)
    return cluster


def _broker(**changes: Any) -> Broker:
    broker: Broker = example("brokers", **_WHERE | {"engine": "ActiveMQ"} | changes)
    return broker


def _group(*ingress: str) -> Resource:
    group: Resource = example("securitygroups", id="sg-1", ingress=ingress)
    return group


_ANY = ("100 allow all 0.0.0.0/0",)
_SUBNET = example("subnets", id="subnet-1", internet_v4=True)
_AROUND = (_SUBNET, example("networkacls", subnets=("subnet-1",), ingress=_ANY, egress=_ANY))
_OPEN = _group("tcp 9000-9200 0.0.0.0/0", "tcp 8162 0.0.0.0/0")

RULE = Rule(
    id="BROKER-PUBLIC",
    title="Message broker is public",
    types=("brokers", "kafkaclusters"),
    severity="critical",
    confidence="certain",
    check=check,
    looks_up=FOLLOWED,
    why="A broker on the internet is one password, or one hole, away from everyone's messages.",
    fix="Turn public access off, for a broker of Amazon MQ by making a private one; reach it over the VPC.",
    source="Security Hub MSK.4 (critical); AWS Config mq-no-public-access, Trivy AVD-AWS-0072 (high); "
    "reachable is what has a public address, an open port, a route and a network ACL that lets both ways",
    good=(
        Example(_kafka(public=False), (_OPEN, *_AROUND)),
        Example(_broker(public=False), (_OPEN, *_AROUND)),
    ),
    bad=(
        Example(_kafka(), (_OPEN, *_AROUND), severity="critical"),
        Example(_kafka(), (_group("tcp 9198 0.0.0.0/1"), *_AROUND), severity="critical"),
        Example(_kafka(), (_group("tcp 9098 0.0.0.0/0"), *_AROUND), severity="medium"),
        Example(_kafka(), (_OPEN, replace(_SUBNET, internet_v4=False)), severity="medium"),
        Example(_kafka(), (_OPEN, _SUBNET), severity="high"),  # network ACLs not collected
        Example(_kafka(subnets=()), (_OPEN, *_AROUND), severity="high"),
        Example(_broker(), (_OPEN, *_AROUND), severity="high"),
        Example(_broker(subnets=None), (_OPEN, *_AROUND), severity="high"),
        Example(_broker(), (_group("tcp 22 0.0.0.0/0"), *_AROUND), severity="medium"),
        Example(_broker(engine=RABBIT, security_groups=()), severity="high"),
    ),
    unknown=(
        Example(_kafka(public=None), (_OPEN, *_AROUND)),
        Example(_kafka(), _AROUND),
        Example(_broker(public=None), (_OPEN, *_AROUND)),
        Example(_broker(security_groups=None), (_OPEN, *_AROUND)),
        Example(_broker(engine=RABBIT, security_groups=None)),
        Example(_broker(engine="Novel"), (_OPEN, *_AROUND)),
    ),
)
