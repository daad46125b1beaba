"""A DynamoDB table in memory that counts its units as AWS bills them. It knows only what Polo says to it."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

READ_UNIT, WRITE_UNIT = 4096, 1024  # bytes, strongly consistent


class MeteredTable:
    """In the place of botocore's client. spend: told of each call, so that it takes its time."""

    def __init__(self, spend: Callable[[int], None] = lambda calls: None) -> None:
        self.items: dict[str, dict[str, Any]] = defaultdict(dict)
        self.spend = spend
        self.reset()

    def reset(self) -> None:
        self.reads = self.writes = self.calls = 0

    def get_item(self, Key: Any, **_: Any) -> Any:
        item = self.items[Key["pk"]["S"]].get(Key["sk"]["S"])
        self._read(size(item))
        return {"Item": copy(item)} if item else {}

    def query(self, KeyConditionExpression: str, ExpressionAttributeValues: Any, **_: Any) -> Any:
        values = {name: value["S"] for name, value in ExpressionAttributeValues.items()}
        partition = self.items[values[":pk"]]
        keys = sorted(partition)
        if "BETWEEN" in KeyConditionExpression:
            keys = [key for key in keys if values[":low"] <= key <= values[":high"]]
        elif "begins_with" in KeyConditionExpression:
            keys = [key for key in keys if key.startswith(values[":prefix"])]
        self._read(sum(size(partition[key]) for key in keys))
        return {"Items": [copy(partition[key]) for key in keys]}

    def update_item(
        self,
        Key: Any,
        UpdateExpression: str,
        ExpressionAttributeNames: Any,
        ExpressionAttributeValues: Any,
        ConditionExpression: str = "",
        **_: Any,
    ) -> Any:
        partition, sk = self.items[Key["pk"]["S"]], Key["sk"]["S"]
        old = partition.get(sk)
        for condition in filter(None, ConditionExpression.split(" AND ")):
            if not self._holds(condition, old or {}, ExpressionAttributeNames, ExpressionAttributeValues):
                self._write(size(old))
                raise ClientError({"Error": {"Code": "ConditionalCheckFailedException"}}, "UpdateItem")
        new = {**Key, **(old or {})}
        for name, value in re.findall(r"(#\w+) = (:\w+)", UpdateExpression):
            new[ExpressionAttributeNames[name]] = ExpressionAttributeValues[value]
        partition[sk] = new
        self._write(max(size(old), size(new)))
        return {}

    def batch_write_item(self, RequestItems: Any) -> Any:
        self.spend(1)
        for requests in RequestItems.values():
            for request in requests:
                if put := request.get("PutRequest"):
                    item = put["Item"]
                    self._charge(max(size(item), size(self._pop(item))))
                    self.items[item["pk"]["S"]][item["sk"]["S"]] = item
                else:
                    self._charge(size(self._pop(request["DeleteRequest"]["Key"])))
        return {}

    def _pop(self, key: Any) -> Any:
        return self.items[key["pk"]["S"]].pop(key["sk"]["S"], None)

    def _holds(self, condition: str, item: Any, names: Any, values: Any) -> bool:
        if condition.startswith("attribute_not_exists"):
            return names[condition[21:-1]] not in item
        name, _, value = condition.partition(" = ")
        return bool(item.get(names[name]) == values[value])

    def _read(self, bytes: int) -> None:
        self.spend(1)
        self.reads += max(1, math.ceil(bytes / READ_UNIT))

    def _write(self, bytes: int) -> None:
        self.spend(1)
        self._charge(bytes)

    def _charge(self, bytes: int) -> None:
        self.writes += max(1, math.ceil(bytes / WRITE_UNIT))


def size(item: Any) -> int:
    """Names and values in bytes; a number about a byte for two digits."""
    if not item:
        return 0
    return sum(len(name) + _length(value) for name, value in item.items())


def copy(item: Any) -> Any:
    return {name: dict(value) for name, value in item.items()}


def _length(value: Any) -> int:
    ((kind, content),) = value.items()
    return len(content) // 2 + 1 if kind == "N" else len(content)
