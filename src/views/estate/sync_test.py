"""The freshness board."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

import pytest

from services.models.kit.scope import METRICS, Scope, ScopeHead, ScopeStatus
from views.estate import sync
from views.estate.collecting import Again
from views.estate.scope_table import scopes_of
from views.links.context import Context


def shown(context: Context, parse: Any, *heads: ScopeHead) -> Any:
    return parse(sync.view(context, heads))


def head(context: Context, region: str, **values: Any) -> ScopeHead:
    now = int(context.now.timestamp() * 1000)
    account = next(iter(context.accounts or {}))
    return replace(ScopeHead(Scope(account, region, "functions"), now, now), **values)


def test_a_cell_tells_the_worst_and_the_oldest_of_its_scopes(context: Context, parse: Any) -> None:
    good = head(context, "eu-west-1")
    bad = head(context, "us-east-1", status="error", error="AccessDenied: lambda:ListFunctions")
    bad = replace(bad, generation=good.generation - 2 * 86_400_000)
    page = shown(context, parse, good, bad)
    assert "! 2 d" in page.text
    assert "AccessDenied: lambda:ListFunctions" in page.text
    assert "last good 2 d ago" in page.text


def test_what_was_never_collected_says_so(context: Context, parse: Any) -> None:
    page = shown(context, parse, head(context, "eu-west-1", generation=0, status="error", error="expired"))
    assert "never" in page.text


def test_closed_regions_are_one_line_of_their_account_and_no_failure(context: Context, parse: Any) -> None:
    shut = {"generation": 0, "status": "closed", "error": "a service control policy denies it <b>"}
    regions = [f"eu-west-{n}" for n in range(15)]
    page = shown(
        context, parse, head(context, "us-east-1"), *(head(context, each, **shut) for each in regions)
    )
    assert "15 regions are closed by a service control policy" in page.text
    assert "Did not succeed" not in page.text
    assert "16 scopes · 1 fresh · 15 closed" in page.text
    assert "– closed" not in page.text.partition("The age of")[0], "one can be seen"
    assert (
        "– closed" in shown(context, parse, head(context, "eu-west-0", **shut)).text.partition("The age")[0]
    )


@pytest.mark.parametrize("status", get_args(ScopeStatus))
def test_a_scope_of_every_status_is_shown(context: Context, parse: Any, status: ScopeStatus) -> None:
    one = head(context, "eu-west-1", status=status, error="because")
    again = Again(account=one.scope.account, type="functions", asked=1, heads=(one,))
    page = parse(sync.view(context, (one,), again))
    assert ("because" in page.text) == (status != "held"), "what is ok may be so in part"
    assert ("1 scope failed" in page.text) == (status in ("error", "held"))


@pytest.mark.parametrize("status", get_args(ScopeStatus))
def test_how_many_there_are_is_unknown_until_a_collection_has_succeeded(
    context: Context, parse: Any, status: ScopeStatus
) -> None:
    one = head(context, "eu-west-1", status=status, error="because", calls=1, throttles=0)
    again = Again(account=one.scope.account)
    assert "unknown" not in parse(scopes_of(context, [one], again)).text
    assert "unknown" in parse(scopes_of(context, [replace(one, generation=0)], again)).text


def test_without_scopes_the_page_says_what_to_do(context: Context, parse: Any) -> None:
    assert "inv sync" in shown(context, parse).text


def test_what_is_left_out_is_said(context: Context, parse: Any) -> None:
    page = parse(sync.view(context, (head(context, "eu-west-1"),), left_out=("endpoints", "no-such-type")))
    assert "Not collected in this environment, so nothing is known of them: SageMaker endpoints" in page.text
    assert "Not collected" not in shown(context, parse, head(context, "eu-west-1")).text


def test_denied_metrics_are_a_line_of_their_account(context: Context, parse: Any) -> None:
    account = next(iter(context.accounts or {}))
    denied = head(context, "global", status="error", error="may not call cloudwatch:GetMetricData")
    denied = replace(denied, scope=Scope(account, "global", METRICS))
    page = shown(context, parse, head(context, "eu-west-1"), denied)
    assert " · Metrics · global: may not call cloudwatch:GetMetricData" in page.text
    assert "FunctionsnowMetrics! now" in page.text.replace("\n", "")
