"""CloudFormation's own words in YAML: !Ref, !GetAtt and !Sub."""

from __future__ import annotations

import re
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


class Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


Dumper.add_representer(Ref, lambda dumper, value: dumper.represent_scalar("!Ref", str(value)))
Dumper.add_representer(GetAtt, lambda dumper, value: dumper.represent_scalar("!GetAtt", str(value)))
Dumper.add_representer(
    Quoted, lambda dumper, value: dumper.represent_scalar("tag:yaml.org,2002:str", str(value), style='"')
)
Dumper.add_representer(Sub, lambda dumper, value: dumper.represent_scalar("!Sub", str(value), style='"'))


def to_yaml(template: Node) -> str:
    text = yaml.dump(template, Dumper=Dumper, sort_keys=False, width=110, default_flow_style=False)
    return re.sub(r"!(Ref|GetAtt) '([\w.]+)'", r"!\1 \2", text)  # PyYAML quotes every tagged scalar
