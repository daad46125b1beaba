"""`inv account`, on a local AWS that enforces IAM: the role, its ExternalId, and the list in .env."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from dotenv import dotenv_values

from errors import CollectError, PoloError
from services.cloud.aws import Aws
from services.models.kit.scope import Account
from settings import ROOT
from tooling.deploy import cdk, destination, member_accounts
from tooling.deploy.deploy import Order, stack_of
from tooling.deploy.other_stacks import deploy_other
from tooling.local.aws import LocalAws
from tooling.local.target import target

pytestmark = pytest.mark.integration
HOME, SHOP = "111111111111", "222222222222"
ROLE_TEMPLATE = cdk.role_template


@pytest.fixture(scope="module")
def template() -> str:
    return cdk.role_template(ROOT, destination.STACK)


@pytest.fixture(autouse=True)
def profiles(
    strict_aws: LocalAws, template: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Profiles `home` and `shop`, whose keys are their accounts' roots."""
    strict_aws.reset()
    text = "".join(
        f"[profile {name}]\nregion = us-east-1\nendpoint_url = {strict_aws.url}\n"
        f"aws_access_key_id = {id}\naws_secret_access_key = x\n"
        for name, id in {"home": HOME, "shop": SHOP}.items()
    )
    (tmp_path / "config").write_text(text)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    for name in ("ACCOUNTS", "EXTERNAL_ID", "DESTINATION_ROLE_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(cdk, "role_template", lambda root, name: template)
    yield


def read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str | None]:
    """What .env says now, which the next task reads."""
    found = dotenv_values(folder / ".env")
    for name, value in found.items():
        monkeypatch.setenv(name, value or "")
    return found


def test_an_account_is_let_in_tried_and_listed_and_let_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    member_accounts.add(tmp_path, "shop", "the-shop", "home", told.append)
    said = read(tmp_path, monkeypatch)
    assert said["ACCOUNTS"] == f"{SHOP}=the-shop"
    assert len(said["EXTERNAL_ID"] or "") >= 24
    assert member_accounts.accounts() == (Account(SHOP, "the-shop"),)
    assert str(said["EXTERNAL_ID"]) not in "".join(told)
    member_accounts.add(tmp_path, "shop", "shop", "home", told.append)  # once more, by another name
    assert read(tmp_path, monkeypatch) == said | {"ACCOUNTS": f"{SHOP}=shop"}
    member_accounts.remove(tmp_path, "shop", "shop", told.append)
    assert read(tmp_path, monkeypatch)["ACCOUNTS"] == ""
    assert member_accounts._stack(Aws("shop")).status() == ""


@pytest.fixture
def order(monkeypatch: pytest.MonkeyPatch) -> Order:
    """For the cost-reading role in the account of `shop`."""
    monkeypatch.setenv("EXTERNAL_ID", "the-word")
    monkeypatch.setattr(cdk, "role_template", ROLE_TEMPLATE)
    return Order(target(ROOT, "prod", "shop", "PoloCostReader"))


def test_a_stack_beside_the_environments_is_shown_made_and_tried(order: Order) -> None:
    told: list[str] = []
    deploy_other(ROOT, replace(order, dry_run=True), "home", told.append)
    assert told[-1] == "1 changes to PoloCostReader; nothing was changed"
    assert stack_of(order.target).status() == ""
    deploy_other(ROOT, order, "home", told.append)
    assert told[-1].startswith(f"role PoloCostReader of {SHOP} opens for {HOME}; set CORE_ACCOUNT_ID={SHOP}")
    deploy_other(ROOT, order, "home", told.append)
    assert told[-2] == "PoloCostReader is up to date"


def test_a_role_without_a_word_is_refused(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXTERNAL_ID", "")
    with pytest.raises(PoloError, match="EXTERNAL_ID is not set, which the role asks for. Way out: set it"):
        deploy_other(ROOT, order, "home", str)


def test_with_another_word_the_role_stays_closed_and_nothing_is_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put: Callable[..., None] = destination.put

    def put_another(template: str, member: object, home: str, word: str, role: str, tell: object) -> None:
        put(template, member, home, "another-word", role, tell)

    monkeypatch.setattr(destination, "put", put_another)
    monkeypatch.setattr(destination, "LONGEST", -1.0)
    with pytest.raises(CollectError, match=f"can't assume .*{SHOP}:role/PoloReader.* same EXTERNAL_ID"):
        member_accounts.add(tmp_path, "shop", "", "home", str)
    assert not (tmp_path / ".env").exists()


def test_what_is_not_an_account_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCOUNTS", f"{SHOP}=shop")
    with pytest.raises(PoloError, match="unknown account 'blog'. Way out: one of shop"):
        member_accounts.remove(tmp_path, "blog", "")
    with pytest.raises(PoloError, match=f"profile 'home' leads to {HOME}, not to {SHOP}"):
        member_accounts.remove(tmp_path, "shop", "home")
    with pytest.raises(PoloError, match="inv account add -p PROFILE"):
        member_accounts.add(tmp_path, "", "", "")
    with pytest.raises(PoloError, match="unknown profile 'nix'. Way out: one of home, shop"):
        member_accounts.add(tmp_path, "nix", "", "")
    monkeypatch.setenv("ACCOUNTS", "organization")
    with pytest.raises(PoloError, match="PoloDestinationStackSet"):
        member_accounts.accounts()
