"""CloudFormation's own words in YAML: !Ref, !GetAtt, !Sub and the like, and policies that recur."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import yaml

Node = dict[str, Any]


class Ref(str):
    """A logical name, written as !Ref."""


class GetAtt(str):
    """A logical name and its attribute (SyncQueue.Arn), written as !GetAtt."""


class Sub(str):
    """Text with ${...} in it, written as !Sub."""


class Quoted(str):
    """Text in double quotes, for what YAML might read as something else."""


class If(list[Any]):
    """A condition and the two values, written as !If."""


class Select(list[Any]):
    """An index and a list, written as !Select."""


class Split(list[Any]):
    """A delimiter and a text, written as !Split."""


class Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def _listed(tag: str) -> Callable[[Dumper, list[Any]], yaml.Node]:
    return lambda dumper, value: dumper.represent_sequence(tag, [*value])


Dumper.add_representer(Ref, lambda dumper, value: dumper.represent_scalar("!Ref", str(value)))
Dumper.add_representer(GetAtt, lambda dumper, value: dumper.represent_scalar("!GetAtt", str(value)))
Dumper.add_representer(
    Quoted, lambda dumper, value: dumper.represent_scalar("tag:yaml.org,2002:str", str(value), style='"')
)
Dumper.add_representer(Sub, lambda dumper, value: dumper.represent_scalar("!Sub", str(value), style='"'))
Dumper.add_representer(If, _listed("!If"))
Dumper.add_representer(Select, _listed("!Select"))
Dumper.add_representer(Split, _listed("!Split"))


def text(value: str) -> str:
    """`value` with its ${...} replaced by CloudFormation, if it has any."""
    return Sub(value) if "${" in value else value


def trusted(service: str) -> Node:
    """The trust policy of a role that a service assumes, such as lambda."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def only_with_tls(service: str, resource: Any, action: str = "*") -> Node:
    """A resource policy that refuses an action of a service, such as s3, over plain HTTP."""
    statement = {
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Action": f"{service}:{action}",
        "Resource": resource,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def to_yaml(template: Node) -> str:
    text = yaml.dump(template, Dumper=Dumper, sort_keys=False, width=110, default_flow_style=False)
    return re.sub(r"!(Ref|GetAtt) '([\w.:]+)'", r"!\1 \2", text)  # PyYAML quotes every tagged scalar
