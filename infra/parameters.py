"""What differs between environments: CloudFormation parameters, so that all of them run the same release."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aws_cdk import CfnParameter
from constructs import Construct

from tooling import networks
from tooling.blocks.blocks import Function
from tooling.blocks.deployment import ALARM_EMAIL, ALLOWED_CIDRS, CONFIGURATION, EMAIL_PATTERN, told
from tooling.blocks.variables import DEFAULTS, parameter_name
from tooling.environments import Environment


class Parameters:
    """The stack's parameters: one for each variable whose value only the deployment knows, and a few more.

    values: parameter -> default.
    """

    def __init__(
        self,
        scope: Construct,
        environment: Environment,
        functions: Sequence[Function],
        values: Mapping[str, str],
    ) -> None:
        self._known = {"ENV": environment.name}
        self._of = {name: _of_variable(scope, name, values) for name in told(functions)}
        self.configuration = CfnParameter(
            scope,
            CONFIGURATION,
            default=values.get(CONFIGURATION, ""),
            description="hash of the other parameters: when they change, every function is published anew",
        )
        self.allowed_cidrs = None if environment.local else _allowed_cidrs(scope, values)

        self.alarm_email = CfnParameter(
            scope,
            ALARM_EMAIL,
            default=values.get(ALARM_EMAIL, ""),
            description="who is told of alarms by mail, after confirming it; empty: whom else the topic has",
            allowed_pattern=EMAIL_PATTERN,
            constraint_description="one address, or none",
        )

    def value(self, variable: str) -> str:
        """The parameter's value; what is no parameter has its default."""
        if variable in self._of:
            return self._of[variable].value_as_string
        return self._known.get(variable) or DEFAULTS.get(variable, "")


def _of_variable(scope: Construct, variable: str, values: Mapping[str, str]) -> CfnParameter:
    name = parameter_name(variable)
    default = values.get(name, DEFAULTS.get(variable, ""))
    return CfnParameter(scope, name, default=default, description=f"{variable} of the functions")


def _allowed_cidrs(scope: Construct, values: Mapping[str, str]) -> CfnParameter:
    """Without a default: CloudFormation refuses a deployment that does not say who may come in.

    A text, not a list: so its pattern can limit how many networks there are.
    """
    return CfnParameter(
        scope,
        ALLOWED_CIDRS,
        default=networks.allowed(values.get(ALLOWED_CIDRS, "")) or None,
        description="networks that may open the console",
        allowed_pattern=networks.PATTERN,
        constraint_description=networks.RULE,
    )
