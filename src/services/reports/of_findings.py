"""What reports of findings have in common: which rule, what it is about, whose that is, and since when."""

from __future__ import annotations

from services.models.domain.finding import Entry
from services.models.domain.report import Column, Row

KEY = 5  # columns: rule, and what it is about
ABOUT = (
    Column("rule", "Rule"),
    Column("account", "Account", "account"),
    Column("region", "Region"),
    Column("type", "Type", "type"),
    Column("id", "Id"),
    Column("name", "Name"),
    Column("owner", "Owner"),
)
SINCE = Column("since", "Open since", "day", compared=False)


def about(entry: Entry) -> Row:
    """The values of ABOUT."""
    return entry.rule, entry.account, entry.region, entry.type, entry.id, entry.name, entry.owner


def since(entry: Entry) -> str:
    return entry.first_seen[:10]
