"""LOG-NORETENTION: logs that are kept for ever."""

from __future__ import annotations

from decimal import Decimal

from services.cop.judge.facts import Facts
from services.cop.judge.rule import Example, Rule, example
from services.models.domain.finding import Finding, Unknown, Verdict
from services.models.loggroup import LogGroup
from services.prices import GIB
from services.prices.formula import share
from services.prices.storage import stored_price

OLD = "0.8"  # of what is stored, as a rough share
STANDARD = "STANDARD"
SHORT_LIVED = "DELIVERY"  # a class that deletes after two days by itself


def check(group: LogGroup, facts: Facts) -> Verdict:
    if group.retention is not None or group.log_class == SHORT_LIVED:
        return None
    if group.stored is None:
        return Unknown("its size is not known")
    size = Decimal(group.stored) / GIB
    if size <= facts.limits["gib"]:
        return Finding("keeps its logs for ever", severity="info")
    message = f"{size:,.1f} GiB, kept for ever"
    if group.log_class not in ("", STANDARD):  # other classes have other prices
        return Finding(message)
    cost = stored_price(facts.prices.rate, group.region, "logs.storage.gb_month", Decimal(group.stored))
    return Finding(message, *facts.told(cost and cost.times(share(OLD))), confidence="hint")


def _group(**changes: object) -> LogGroup:
    group: LogGroup = example("loggroups", **{"retention": None, "stored": 40 * GIB} | changes)
    return group


RULE = Rule(
    id="LOG-NORETENTION",
    title="Log group keeps everything",
    types=("loggroups",),
    severity="low",
    confidence="certain",
    check=check,
    limits={"gib": 1},
    why="Storage of logs is paid for by the month, and nobody reads those of last year.",
    fix="aws logs put-retention-policy --retention-in-days 90 --log-group-name ...",
    source="Steampipe AWS Thrifty; Prowler cloudwatch_log_group_retention_policy",
    good=(
        Example(_group(retention=30)),
        Example(_group(log_class=SHORT_LIVED)),
    ),
    bad=(
        Example(_group(), saving=Decimal("0.96"), severity="low", confidence="hint"),
        Example(_group(stored=GIB), saving=None, severity="info", confidence="certain"),
        Example(_group(stored=GIB + GIB // 10), saving=Decimal("0.03"), severity="low"),
        Example(_group(log_class="INFREQUENT_ACCESS"), saving=None),
    ),
    unknown=(Example(_group(stored=None)),),
)
