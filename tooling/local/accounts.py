"""The accounts of the local AWS: the one that Polo is deployed in, and its members.

Twelve digits as access key choose an account there.
"""

from __future__ import annotations

import os
from pathlib import Path

from services.models.kit.scope import Account

REGION = "us-east-1"
REGIONS = (REGION, "eu-west-1")  # a local AWS has 31, and answers one question at a time
HOME = Account("000000000000", "polo")
MEMBERS = (
    Account("111111111111", "shop"),
    Account("222222222222", "search"),
    Account("333333333333", "sandbox"),
)
NOT_HERE = (
    "endpoints",
    "kafkaclusters",
    "notebooks",
    "redshiftclusters",
)  # types whose services the local AWS lacks
EXTERNAL_ID = "polo-on-this-machine"  # of accounts that any key opens


def variables(url: str, folder: Path) -> dict[str, str]:
    """Variables that lead every program to the local AWS, whatever the shell says of another.

    Writes an AWS config with a profile for each account into `folder`.
    """
    config = folder / "config"
    text = "".join(_profile(account) for account in (HOME, *MEMBERS))
    if not config.is_file() or config.read_text(encoding="utf-8") != text:
        config.write_text(text, encoding="utf-8")
    return {
        "AWS_CONFIG_FILE": str(config),
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": url,
        "AWS_ENDPOINT_URL_S3": url,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
    }


def keys(account: str) -> dict[str, str]:
    """The credentials of an account, for programs that are told no profile."""
    return {"AWS_ACCESS_KEY_ID": account, "AWS_SECRET_ACCESS_KEY": "local", "AWS_PROFILE": ""}


def settings() -> dict[str, str]:
    """What the local environment is deployed with; nothing of .env, which is about real accounts."""
    return {
        "ACCOUNTS": ",".join(f"{account.id}={account.name}" for account in MEMBERS),
        "EXTERNAL_ID": EXTERNAL_ID,
        "REGIONS": ",".join(REGIONS),
        "EXCLUDED_TYPES": ",".join(NOT_HERE),
    }


def _profile(account: Account) -> str:
    return (
        f"[profile {account.name}]\nregion = {REGION}\n"
        f"aws_access_key_id = {account.id}\naws_secret_access_key = local\n"
    )
