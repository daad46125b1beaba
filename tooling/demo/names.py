"""Who runs what in the demo estate: teams, their applications, and how they tag."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

APPS = {
    "platform": ("gateway", "bastion", "jenkins", "grafana", "vpn"),
    "data": ("ingest", "warehouse", "etl", "kafka-bridge"),
    "search": ("search-node", "search-indexer", "suggest"),
    "ml": ("trainer", "feature-store", "inference"),
    "web": ("storefront", "checkout", "accounts", "images"),
    "security": ("audit-trail", "scanner"),
}
APPS_OF = {
    "data": ("data", "platform"),
    "ml-research": ("ml",),
    "security": ("security",),
}
ENVIRONMENTS = {"prod": "prod", "staging": "staging", "data": "prod", "security": "prod"}
# instance type -> how common
INSTANCE_TYPES = {
    "t3.micro": 8,
    "t3.medium": 20,
    "m5.large": 24,
    "m7g.large": 16,
    "c7g.xlarge": 12,
    "r6i.2xlarge": 9,
    "m4.large": 6,
    "g4dn.xlarge": 3,
    "g5.2xlarge": 2,
}


@dataclass(frozen=True)
class Named:
    """An application's resource: its name, and tags as AWS sends them."""

    name: str
    app: str
    environment: str
    tags: list[dict[str, str]]

    def tags_with_suffix(self, suffix: str) -> list[dict[str, str]]:
        return [
            {"Key": tag["Key"], "Value": f"{tag['Value']}-{suffix}" if tag["Key"] == "Name" else tag["Value"]}
            for tag in self.tags
        ]


def named(random: Random, account: str) -> Named:
    """A resource of a team that works in this account; one in eight says no owner."""
    team = random.choice(APPS_OF.get(account, tuple(APPS)))
    app = random.choice(APPS[team])
    environment = ENVIRONMENTS.get(account, "dev")
    name = f"{app}-{random.randrange(1, 30):02d}"
    tags = [("Name", name), ("Environment", _spelled(random, environment)), ("Service", app)]
    if random.random() > 0.125:
        tags.append((random.choice(("Team", "Team", "Owner", "owner")), team))
    return Named(name, app, environment, [{"Key": key, "Value": value} for key, value in tags])


def _spelled(random: Random, environment: str) -> str:
    """Now and then as people do."""
    if random.random() > 0.06:
        return environment
    return {"prod": "production", "staging": "Staging", "dev": "development"}[environment]
