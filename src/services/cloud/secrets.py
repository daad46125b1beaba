"""Secrets by reference: a setting may name a secret of Secrets Manager in place of its value."""

from __future__ import annotations

from services.models.kit.base import Source

REFERENCE = "secretsmanager:"
ABSENT = ("ResourceNotFoundException",)


def reveal(setting: str, source: Source) -> str:
    """The value of a setting such as "secretsmanager:prod/polo/marqo-api-key", or the setting itself.

    Empty when there is no such secret: it has not been set. Raises CollectError.
    """
    if not setting.startswith(REFERENCE):
        return setting
    name = setting.removeprefix(REFERENCE)
    answer = source.call("secretsmanager", "get_secret_value", absent=ABSENT, SecretId=name)
    return str(answer["SecretString"]) if answer else ""
