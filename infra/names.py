"""The texts of tooling/blocks/grants.py with the names of one environment in them."""

from __future__ import annotations

from aws_cdk import Fn

from tooling.environments import Environment


def sub(text: str, environment: Environment) -> str:
    """`text` with ${Env} replaced; CloudFormation replaces the rest, its own and the parameters' names."""
    text = text.replace("${Env}", environment.name)
    return Fn.sub(text) if "${" in text else text
