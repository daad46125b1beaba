"""IAM-ROOT: the account's root user, and people who sign in without a second factor."""

from __future__ import annotations

from typing import cast

from services.cop.judge.facts import Facts
from services.cop.judge.rule import Example, Rule, ago, example
from services.models.accountsummary import AccountSummary
from services.models.domain.finding import Finding, Severity, Unknown, Verdict
from services.models.user import User


def check(resource: AccountSummary | User, facts: Facts) -> Verdict:
    if resource.type == "users":
        return _user(cast(User, resource), facts)
    return _root(cast(AccountSummary, resource), facts)


def _root(account: AccountSummary, facts: Facts) -> Verdict:
    if account.root_keys:
        return Finding("root has access keys")
    removed = account.root_password is False and account.root_keys is False  # nothing to guard
    if account.root_mfa is False and not removed:
        return Finding("root has no second factor")
    if account.root_keys is None or (account.root_mfa is None and not removed):
        return Unknown("the account's summary does not tell of root")
    if account.root_used:
        days = facts.days_since(account.root_used, "when root was last used")
        if days < facts.limits["root_days"]:
            return Finding(f"root was used {days:.0f} days ago", severity="medium")
    elif account.denied or account.unanswered:
        return Unknown("when root was last used is not told")
    return None


def _user(user: User, facts: Facts) -> Verdict:
    if not user.console:
        return Unknown("whether it has a password is not known") if user.console is None else None
    if user.mfa is False:
        return Finding("signs in with a password alone", severity="high")
    days = facts.days_since(user.password_used or user.password_changed or user.created, "its last sign-in")
    if days > facts.limits["console_days"]:
        return Finding(f"has not signed in for {days:.0f} days", severity="low")
    return Unknown("whether it has a second factor is not known") if user.mfa is None else None


def _account(severity: Severity | None = None, **changes: object) -> Example:
    usual = {"root_mfa": True, "root_keys": False, "root_password": True, "root_used": ago(400)}
    return Example(example("accountsummaries", **usual | changes), severity=severity)


def _person(severity: Severity | None = None, **changes: object) -> Example:
    usual = {"console": True, "mfa": True, "password_used": ago(3), "password_changed": None}
    return Example(example("users", **usual | changes), severity=severity)


RULE = Rule(
    id="IAM-ROOT",
    title="Root or a user is not protected",
    types=("accountsummaries", "users"),
    severity="critical",
    confidence="certain",
    check=check,
    limits={"root_days": 30, "console_days": 90},
    why="Root can do everything and can't be restricted; a password alone is phished in an afternoon.",
    fix="Remove root's credentials in member accounts centrally; elsewhere a hardware key for root, no "
    "access keys. MFA for every user, or no users at all.",
    source="CIS AWS Foundations; Prowler iam_root_mfa_enabled, iam_user_mfa_enabled_console_access",
    good=(
        _account(),
        _account(root_used=ago(30)),
        _account(root_mfa=False, root_password=False),
        _account(root_mfa=None, root_password=False),
        _person(),
        _person(console=False, mfa=False),
        _person(password_used=ago(90)),
    ),
    bad=(
        _account("critical", root_keys=True),
        _account("critical", root_keys=True, root_password=False, root_mfa=False),
        _account("critical", root_mfa=False),
        _account("critical", root_mfa=False, root_password=None),
        _account("medium", root_used=ago(29.9)),
        _person("high", mfa=False),
        _person("low", password_used=ago(90.1)),
    ),
    unknown=(
        _account(root_mfa=None),
        _account(root_keys=None),
        _account(root_used=None, denied=("iam:GetCredentialReport",)),
        _person(console=None),
        _person(mfa=None),
    ),
)
