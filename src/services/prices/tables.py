"""What DynamoDB tables cost that have bought their capacity."""

from __future__ import annotations

from decimal import Decimal

from services.models.table import Table
from services.prices.formula import Formula, RateOf, count, hours, price, total
from services.prices.storage import stored_price

INFREQUENT = "STANDARD_INFREQUENT_ACCESS"
PROVISIONED = "provisioned"


def capacity_price(rate: RateOf, table: Table, read: int, write: int) -> Formula | None:
    """A month of so many units, as the table's class has them."""
    units = (("read", read), ("write", write))
    return total(
        price(
            rate(f"{_class(table)}.{name[0]}cu.hour", table.region), hours(), count(number, f"{name} units")
        )
        for name, number in units
        if number
    )


def table_price(rate: RateOf, table: Table) -> Formula | None:
    """With what it holds; None on demand, and where indexes have capacity of their own."""
    read, write = table.read_capacity, table.write_capacity
    if table.billing != PROVISIONED or table.indexes != 0 or read is None or write is None:
        return None
    if table.size is None:
        return None
    held = stored_price(rate, table.region, f"{_class(table)}.storage.gb_month", Decimal(table.size))
    return total((capacity_price(rate, table, read, write), held))


def _class(table: Table) -> str:
    return "dynamodb.ia" if table.table_class == INFREQUENT else "dynamodb"
