"""One DynamoDB table (keys pk and sk, TTL attribute ttl) as plain values."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from errors import PoloError, SettingsError
from services.cloud.answers import refuse_what_is_not_whole
from services.cloud.callers import Caller
from services.cloud.deadline import Timeouts, in_time, left, timeouts
from services.cloud.errors import Asked, translate

Item = dict[str, Any]  # attribute -> text, number or bytes
Key = tuple[str, str]  # pk, sk
BATCH, TRANSACTION = 25, 100  # what BatchWriteItem and TransactWriteItems take
TRIES = 10  # of a batch that DynamoDB takes only parts of
PAUSE = 0.05  # seconds, doubled by every try up to the longest
LONGEST_PAUSE = 5.0
PATIENT = Timeouts(3, 10, 7)  # where no request waits


class Table:
    """May be used by many threads. The client is made on first use. Reads are strongly consistent.

    Every method raises PoloError when DynamoDB refuses, can't be reached, or takes longer than there is.
    now: seconds since 1970.
    """

    def __init__(
        self,
        name: str,
        client: Any = None,
        *,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.name = name
        self.now = now
        self._sleep = sleep
        self._given = client
        self._made: dict[Timeouts, Any] = {}
        self._lock = threading.Lock()

    def get(self, key: Key, *, expired: bool = False) -> Item | None:
        """The item; expired: also one that has expired and is still there, for a write would meet it."""
        answer = self._call("get_item", TableName=self.name, Key=_key(key), ConsistentRead=True)
        found = answer.get("Item")
        return _item(found) if found and (expired or self._alive(found)) else None

    def query(
        self,
        pk: str,
        *,
        prefix: str = "",
        between: tuple[str, str] | None = None,
        only: tuple[str, ...] = (),
        newest_first: bool = False,
    ) -> Iterator[Item]:
        """The items of a partition by sk, those from `between` including both; expired ones left out.

        only: attributes to answer instead of all.
        """
        condition, values = "pk = :pk", {":pk": pk}
        if between:
            condition += " AND sk BETWEEN :low AND :high"
            values |= {":low": between[0], ":high": between[1]}
        elif prefix:
            condition += " AND begins_with(sk, :prefix)"
            values |= {":prefix": prefix}
        asked: dict[str, Any] = {
            "TableName": self.name,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": _attributes(values),
            "ConsistentRead": True,
            "ScanIndexForward": not newest_first,
        }
        if only:
            names = {f"#n{n}": name for n, name in enumerate((*only, "ttl"))}
            asked |= {"ProjectionExpression": ", ".join(names), "ExpressionAttributeNames": names}
        while True:
            answer = self._call("query", **asked)
            if "Items" not in answer:  # it is not DynamoDB that answered, but something on the way
                raise self._translated(ResponseParserError("an answer without items"), "query")
            yield from (_item(found) for found in answer["Items"] if self._alive(found))
            if not answer.get("LastEvaluatedKey"):
                return
            asked["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def update(self, key: Key, values: Mapping[str, Any], expected: Mapping[str, Any] | None = None) -> bool:
        """Set these attributes, if the item has the expected ones (None: has none); False if it has not."""
        names = {f"#{name}": name for name in (*values, *(expected or ()))}
        given = {f":{name}": value for name, value in values.items()}
        given |= {f":old_{name}": value for name, value in (expected or {}).items() if value is not None}
        asked: dict[str, Any] = {
            "UpdateExpression": "SET " + ", ".join(f"#{name} = :{name}" for name in values),
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": _attributes(given),
        }
        if expected:
            asked["ConditionExpression"] = " AND ".join(
                f"attribute_not_exists(#{name})" if value is None else f"#{name} = :old_{name}"
                for name, value in expected.items()
            )
        return self._call("update_item", TableName=self.name, Key=_key(key), **asked) is not None

    def count(self, key: Key, most: int, values: Mapping[str, Any]) -> bool:
        """Add one to the item's `n` and set these attributes; False, and nothing done, when it is `most`."""
        names = {"#n": "n"} | {f"#{name}": name for name in values}
        given = {":one": 1, ":limit": most} | {f":{name}": value for name, value in values.items()}
        asked: dict[str, Any] = {
            "UpdateExpression": "ADD #n :one SET " + ", ".join(f"#{name} = :{name}" for name in values),
            "ConditionExpression": "attribute_not_exists(#n) OR #n < :limit",
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": _attributes(given),
        }
        return most > 0 and self._call("update_item", TableName=self.name, Key=_key(key), **asked) is not None

    def write(self, puts: Iterable[Item] = (), deletes: Iterable[Key] = ()) -> None:
        """Put and delete in batches; not atomic. What DynamoDB leaves undone is tried again, with jitter."""
        requests: list[Any] = [{"PutRequest": {"Item": _attributes(item)}} for item in puts]
        requests += [{"DeleteRequest": {"Key": _key(key)}} for key in deletes]
        for start in range(0, len(requests), BATCH):
            self._write_batch(requests[start : start + BATCH])

    def put_all(self, puts: Sequence[tuple[Item, str, Any]]) -> bool:
        """Put these items, where each still has this value (None: none) in this attribute.

        All of them or none, as far as a transaction reaches: TRANSACTION at a time. False when one has not.
        """
        for start in range(0, len(puts), TRANSACTION):
            chosen = puts[start : start + TRANSACTION]
            actions = [{"Put": {"TableName": self.name, **_put_if(*each)}} for each in chosen]
            if self._call("transact_write_items", TransactItems=actions) is None:
                return False
        return True

    def _write_batch(self, requests: list[Any]) -> None:
        for attempt in range(TRIES):
            answer = self._call("batch_write_item", RequestItems={self.name: requests})
            requests = (answer.get("UnprocessedItems") or {}).get(self.name) or []
            if not requests:
                return
            longest = max(0.0, min(LONGEST_PAUSE, PAUSE * 2**attempt, left()))
            self._sleep(random.uniform(0, longest))  # noqa: S311  jitter
        raise PoloError(
            f"DynamoDB table {self.name} took only a part of a batch, {TRIES} times",
            "run it again later; if it stays, raise the table's write limit",
        )

    def _alive(self, item: Mapping[str, Any] | None) -> bool:
        """DynamoDB removes what has expired within days, not at once."""
        return item is not None and ("ttl" not in item or int(item["ttl"]["N"]) > self.now())

    def _call(self, operation: str, **asked: Any) -> Any:
        """The answer; None when the condition of a write does not hold."""
        try:
            return in_time(lambda: getattr(self._client(), operation)(**asked))
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code")
            if code == "ConditionalCheckFailedException" or _is_other(error):
                return None
            if code == "ResourceNotFoundException":
                way_out = "deploy the stack, or set DYNAMODB_TABLE_NAME to the table's name"
                raise SettingsError(f"there is no DynamoDB table {self.name!r} here", way_out) from None
            raise self._translated(error, operation) from error
        except (BotoCoreError, ResponseParserError) as error:
            raise self._translated(error, operation) from error

    def _translated(self, error: Exception, operation: str) -> PoloError:
        caller = Caller(f"table {self.name}", "renew the credentials that this process was started with")
        return translate(error, Asked(caller, "dynamodb", operation.title().replace("_", "")))

    def _client(self) -> Any:
        """The client for what time is left. Raises NoAnswer when none is."""
        allowed = timeouts() or PATIENT
        with self._lock:
            if self._given is not None:
                return self._given
            if allowed not in self._made:
                session = botocore.session.Session()
                client = session.create_client("dynamodb", config=_config(allowed))
                refuse_what_is_not_whole(client)
                self._made[allowed] = client
            return self._made[allowed]


def _config(allowed: Timeouts) -> Config:
    """What botocore is told of a call's time."""
    return Config(
        retries={"mode": "standard", "total_max_attempts": allowed.attempts},
        connect_timeout=allowed.connect,
        read_timeout=allowed.read,
        max_pool_connections=32,
    )


def _put_if(item: Item, attribute: str, value: Any) -> Item:
    put: Item = {"Item": _attributes(item), "ExpressionAttributeNames": {"#name": attribute}}
    if value is None:
        return put | {"ConditionExpression": "attribute_not_exists(#name)"}
    return put | {
        "ConditionExpression": "#name = :value",
        "ExpressionAttributeValues": _attributes({":value": value}),
    }


def _is_other(error: ClientError) -> bool:
    """Whether a transaction met an item that is another than was expected, or another transaction's."""
    reasons: Any = error.response.get("CancellationReasons", ())
    return any(each.get("Code") in ("ConditionalCheckFailed", "TransactionConflict") for each in reasons)


def _key(key: Key) -> Item:
    return _attributes({"pk": key[0], "sk": key[1]})


def _attributes(item: Mapping[str, Any]) -> Item:
    return {name: _attribute(value) for name, value in item.items()}


def _attribute(value: Any) -> dict[str, Any]:
    if isinstance(value, str):
        return {"S": value}
    return {"B": value} if isinstance(value, bytes) else {"N": str(value)}


def _item(attributes: Mapping[str, Any]) -> Item:
    return {name: _value(*attribute.popitem()) for name, attribute in attributes.items()}


def _value(kind: str, value: Any) -> Any:
    return int(value) if kind == "N" else value
