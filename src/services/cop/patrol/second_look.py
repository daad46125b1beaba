"""A second look: what each rule says of one resource, for those who wonder why it is not flagged."""

from __future__ import annotations

from services.cop.judge.elsewhere import Elsewhere
from services.cop.judge.inspection import AccountFacts, World, is_healthy, judge
from services.cop.judge.rule import Rule
from services.cop.patrol.patrol import collected
from services.cop.registry import RULES
from services.models.all import Everything
from services.models.domain.finding import RuleInfo, Verdict
from services.models.everything.query import Detail
from services.models.kit.base import Resource
from services.models.kit.scope import CLOSED


def second_look(
    everything: Everything, detail: Detail, known: World
) -> tuple[list[tuple[RuleInfo, Verdict]], str]:
    """Each rule of the resource's type with its verdict; and why none was asked, "" if all were."""
    head = detail.head
    if head is not None and head.status == CLOSED:
        return [], "A policy of the organisation closes its scope, so its findings stay as they were."
    if head is None or not is_healthy(head):
        return [], "The last collection of its scope failed, so its findings stay as they were."
    scopes = {each.scope: (each, load) for each, load in collected(everything)[head.scope.account]}
    account = AccountFacts(scopes, head.scope.account, Elsewhere(everything))
    resource = account.of(head.scope)[str(detail.document["id"])]
    rules = [rule for rule in RULES.values() if rule.covers(resource.type)]
    return [(rule, _judged(rule, resource, account, known)) for rule in rules], ""


def _judged(rule: Rule, resource: Resource, account: AccountFacts, known: World) -> Verdict:
    return judge(rule, resource, known.facts(account, known.limits.of(rule, resource)))
