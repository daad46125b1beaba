"""A stub of Cost Explorer on loopback: its JSON protocol, pages, throttling, and figures that are restated.

No emulator answers Cost Explorer with data. The answers have the shapes that the API's reference shows.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

DIMENSIONS = {"LINKED_ACCOUNT": 0, "SERVICE": 1, "REGION": 2}
Charge = tuple[str, str, str, str]  # account, service, region, owner ("" for none)
Bill = Callable[[date], dict[Charge, Decimal]]  # what a day costs


@dataclass
class Explorer:
    """bill: what each day costs. unattributed: USD a day that no group has. page: groups in one answer.

    throttled: how many of the next requests are refused. recorded: answers of other operations, page by page.
    codes: operation -> the error it fails with. resources: what each day costs by account, service and
    resource; None where the account has not opted in. asked: every request, with what was asked.
    """

    bill: Bill
    unattributed: Decimal = Decimal(0)
    page: int = 1000
    throttled: int = 0
    forecast: str | None = "1234.56"
    anomalies: list[dict[str, Any]] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    recorded: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    resources: Callable[[date], dict[tuple[str, str, str], Decimal]] | None = None
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def answer(self, operation: str, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.asked.append((operation, asked))
        if self.throttled:
            self.throttled -= 1
            return 400, {"__type": "LimitExceededException", "Message": "Rate exceeded"}
        if operation in self.refused:
            message = f"not authorized to perform: ce:{operation}"
            return 400, {"__type": "AccessDeniedException", "Message": message}
        if operation in self.codes:
            return 400, {"__type": self.codes[operation], "Message": ""}
        if operation in self.recorded:
            return 200, self.recorded[operation][int(asked.get("NextToken", 0))]
        return getattr(self, operation)(asked)  # type: ignore[no-any-return]

    def GetCostAndUsage(self, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        metric = asked["Metrics"][0]
        flat = [(period, group) for period in _periods(asked) for group in self._groups(period, asked)]
        start = int(asked.get("NextPageToken", 0))
        chosen = flat[start : start + self.page]
        results: dict[tuple[date, date], list[Any]] = {}
        for period, (keys, amount) in chosen:
            groups = results.setdefault(period, [])
            if keys:
                groups.append({"Keys": keys, "Metrics": {metric: _money(amount)}})
            else:
                groups.append(_money(amount))
        body: dict[str, Any] = {"ResultsByTime": [], "DimensionValueAttributes": []}
        for (first, end), groups in results.items():
            grouped = "GroupBy" in asked
            body["ResultsByTime"].append(
                {
                    "TimePeriod": {"Start": str(first), "End": str(end)},
                    "Total": {} if grouped else {metric: groups[0]},
                    "Groups": groups if grouped else [],
                    "Estimated": True,
                }
            )
        if "GroupBy" in asked and asked["GroupBy"][0]["Key"] == "LINKED_ACCOUNT":
            accounts = sorted({keys[0] for _, (keys, _) in chosen})
            body["DimensionValueAttributes"] = [
                {"Value": id, "Attributes": {"description": f"name of {id}"}} for id in accounts
            ]
        if start + self.page < len(flat):
            body["NextPageToken"] = str(start + self.page)
        return 200, body

    def GetCostAndUsageWithResources(self, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if self.resources is None:
            return 400, {
                "__type": "DataUnavailableException",
                "Message": "resource-level data is not enabled",
            }
        assert [each["Key"] for each in asked["GroupBy"]] == ["RESOURCE_ID", "LINKED_ACCOUNT"]
        metric, [service] = asked["Metrics"][0], asked["Filter"]["Dimensions"]["Values"]
        flat = []
        for first, end in _periods(asked):
            sums: dict[tuple[str, str], Decimal] = {}
            for day in (first + timedelta(days=n) for n in range((end - first).days)):
                for (account, of, id), amount in self.resources(day).items():
                    if of == service:
                        sums[id, account] = sums.get((id, account), Decimal(0)) + amount
            flat += [((first, end), keys, amount) for keys, amount in sorted(sums.items())]
        start = int(asked.get("NextPageToken", 0))
        results = [
            {
                "TimePeriod": {"Start": str(first), "End": str(end)},
                "Groups": [{"Keys": [*keys], "Metrics": {metric: _money(amount)}}],
            }
            for (first, end), keys, amount in flat[start : start + self.page]
        ]
        more = {"NextPageToken": str(start + self.page)} if start + self.page < len(flat) else {}
        return 200, {"ResultsByTime": results} | more

    def GetCostForecast(self, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if self.forecast is None:
            return 400, {"__type": "DataUnavailableException", "Message": "too little data"}
        return 200, {"Total": {"Amount": self.forecast, "Unit": "USD"}, "ForecastResultsByTime": []}

    def GetAnomalies(self, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        return 200, {"Anomalies": self.anomalies}

    def _groups(self, period: tuple[date, date], asked: dict[str, Any]) -> list[tuple[list[str], Decimal]]:
        days = [period[0] + timedelta(days=n) for n in range((period[1] - period[0]).days)]
        sums: dict[tuple[str, ...], Decimal] = {}
        for day in days:
            for charge, amount in self.bill(day).items():
                keys = tuple(_key(charge, each) for each in asked.get("GroupBy", ()))
                sums[keys] = sums.get(keys, Decimal(0)) + amount
        if "GroupBy" in asked:
            return [([*keys], amount) for keys, amount in sorted(sums.items())]
        return [([], sum(sums.values(), Decimal(0)) + len(days) * self.unattributed)]


def _periods(asked: dict[str, Any]) -> Iterator[tuple[date, date]]:
    first, end = (date.fromisoformat(asked["TimePeriod"][name]) for name in ("Start", "End"))
    while first < end:
        step = timedelta(days=1)
        following = first + step if asked["Granularity"] == "DAILY" else (first + 32 * step).replace(day=1)
        yield first, min(following, end)
        first = following


def _key(charge: Charge, group: dict[str, str]) -> str:
    if group["Type"] == "TAG":
        return f"{group['Key']}${charge[3]}"
    return charge[DIMENSIONS[group["Key"]]]


def _money(amount: Decimal) -> dict[str, str]:
    return {"Amount": str(amount), "Unit": "USD"}


@contextmanager
def served(explorer: Explorer) -> Iterator[str]:
    """The stub's URL, for AWS_ENDPOINT_URL_COST_EXPLORER."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, body = explorer.answer(self.headers["X-Amz-Target"].partition(".")[2], asked)
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
