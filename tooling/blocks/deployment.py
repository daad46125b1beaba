"""What a deployment is given: the zip, the environments, and the values of the stack's parameters."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from errors import SettingsError, UnknownName
from settings import names_in
from tooling.blocks.blocks import Function
from tooling.blocks.variables import DEFAULTS, LAPTOP, parameter_name, parameters
from tooling.environments import NAMES, Environment, environment
from tooling.networks import WAY_OUT, allowed

ALLOWED_CIDRS = "AllowedCidrs"  # a parameter of every environment's stack but local's
ALARM_EMAIL = "AlarmEmail"
CONFIGURATION = "Configuration"
# one address, or none; it is asked to confirm
EMAIL_PATTERN = r"([^@\s,]+@[^@\s,]+\.[^@\s,]+)?"


def code_zip(path: Path) -> Path:
    """The zip that all functions run, if it is there. Raises SettingsError."""
    if not path.is_file():
        raise SettingsError(f"{path} is not built", "inv zip")
    return path


def stages(extra: str) -> tuple[Environment, ...]:
    """The environments of an app: the fixed ones, and pr-<n> if `extra` names it. Raises UnknownName."""
    names = dict.fromkeys((*NAMES, *([extra] if extra else [])))
    return tuple(map(environment, names))


def told(functions: Iterable[Function]) -> tuple[str, ...]:
    """The variables that are parameters of the stack: a laptop's own paths are none of a deployment's."""
    return tuple(name for name in parameters(functions) if name not in ("ENV", *LAPTOP))


def parameter_values(
    functions: Iterable[Function], target: Environment, environ: Mapping[str, str]
) -> dict[str, str]:
    """Parameter -> value for the stack of `target`; environ: the shell's and .env's variables.

    Every parameter is there, so that one that was taken out of .env goes back to its default. Raises
    SettingsError when ALLOWED_CIDRS is missing or has networks that are refused: nothing is ever open to all;
    when ALARM_EMAIL is no address; and UnknownName for one of EXCLUDED_TYPES that is no resource type.
    """
    names = told(functions)
    _check_types(environ.get("EXCLUDED_TYPES", ""))
    values = {parameter_name(name): environ.get(name) or DEFAULTS.get(name, "") for name in names}
    if not target.local:
        values[ALLOWED_CIDRS] = _cidrs(environ.get("ALLOWED_CIDRS", ""), target)
    text = json.dumps(values, sort_keys=True)
    configuration = hashlib.sha256(text.encode()).hexdigest()[:16]
    return values | {CONFIGURATION: configuration, ALARM_EMAIL: _email(environ.get("ALARM_EMAIL", ""))}


def prefixed(functions: Iterable[Function], name: str, environ: Mapping[str, str]) -> dict[str, str]:
    """The variables of one environment among those of several: ACCOUNTS for PROD_ACCOUNTS, say."""
    wanted = (*told(functions), "ALLOWED_CIDRS", "ALARM_EMAIL")
    every = {variable: environ.get(f"{name.upper()}_{variable}") for variable in wanted}
    return {variable: value for variable, value in every.items() if value}


def _check_types(given: str) -> None:
    from services.models import RESOURCE_TYPES  # fifty modules, which a deployment without this needs not

    for name in names_in(given):
        if name not in RESOURCE_TYPES:
            raise UnknownName("resource type in EXCLUDED_TYPES", name, [*RESOURCE_TYPES])


def _cidrs(given: str, target: Environment) -> str:
    networks = allowed(given)
    if not networks:
        raise SettingsError(f"ALLOWED_CIDRS is not set: the console in {target.name} would be open", WAY_OUT)
    return networks


def _email(given: str) -> str:
    if not re.fullmatch(EMAIL_PATTERN, given):
        raise SettingsError(f"ALARM_EMAIL is {given!r}", "set it to one address, or leave it out")
    return given
