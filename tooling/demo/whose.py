"""Whose demo estate it is: its accounts, where they have anything, and when it was collected."""

from __future__ import annotations

from datetime import UTC, datetime

NOW = datetime(2026, 11, 20, 20, 2, tzinfo=UTC)
MARQO = "marqo"
# account id -> name
ACCOUNTS = {
    "412233445883": "prod",
    "528846013377": "staging",
    "640172958264": "data",
    "719305528840": "ml-research",
    "835514407719": "sandbox",
    "906628371152": "security",
}
PROD, STAGING, DATA, ML, SANDBOX, SECURITY = ACCOUNTS
REGIONS = ("us-east-1", "eu-west-1", "ap-south-1", "us-west-2")
# where there is anything -> share of the resources
PLACES = {
    (PROD, "us-east-1"): 17,
    (STAGING, "eu-west-1"): 12,
    (DATA, "us-east-1"): 12,
    (PROD, "eu-west-1"): 11,
    (ML, "us-west-2"): 9,
    (DATA, "eu-west-1"): 8,
    (PROD, "ap-south-1"): 7,
    (STAGING, "us-east-1"): 7,
    (SANDBOX, "us-east-1"): 5,
    (SECURITY, "us-east-1"): 4,
    (ML, "us-east-1"): 4,
    (SANDBOX, "ap-south-1"): 4,
}
