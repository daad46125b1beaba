"""Prefix lists that security groups name as sources: what matters of them for who gets in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from services.models.kit.base import DENIED_KEY, UNANSWERED_KEY, Call, Source
from services.models.kit.networks import is_wide
from services.models.kit.questions import Questions
from services.models.kit.scope import Scope
from services.models.kit.steps import Items, for_each
from services.models.kit.values import Item, each, text, texts

ACTION = "ec2:GetManagedPrefixListEntries"


def with_lists(items: Items, source: Source, scope: Scope) -> Iterable[Item]:
    """The groups with the wide networks of the "PrefixLists" that they name, each of which is asked for once.

    docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html
    """
    ids = sorted({id for item in items for id in _named(item)})
    asked: Items = [{"PrefixListId": id} for id in ids]
    answers = {text(one, "PrefixListId"): one for one in for_each(_networks)(asked, source, scope)}
    return [_with_lists(item, [answers[id] for id in _named(item) if id in answers]) for item in items]


def _named(item: Item) -> list[str]:
    lists = (
        text(one, "PrefixListId")
        for rule in each(item, "IpPermissions")
        for one in each(rule, "PrefixListIds")
    )
    return list(dict.fromkeys(id for id in lists if id))


def _networks(item: dict[str, Any], questions: Questions) -> Item:
    networks = networks_of(text(item, "PrefixListId"), questions)
    return item if networks is None else item | {"Networks": networks}


def networks_of(id: str, questions: Questions) -> list[str] | None:
    """The wide networks of a prefix list; None: unknown. One that does not tell its network is "not told"."""
    call = Call("ec2", "get_managed_prefix_list_entries", "Entries[]", {"PrefixListId": id}, page_size=100)
    entries = questions.listed(call)
    if entries is None:
        return None
    networks = (text(entry, "Cidr") or "not told" for entry in entries)
    return [network for network in networks if is_wide(network)]


def _with_lists(item: dict[str, Any], answers: list[Item]) -> Item:
    lists = {text(one, "PrefixListId"): one["Networks"] for one in answers if "Networks" in one}
    for key in (DENIED_KEY, UNANSWERED_KEY):
        marks = [*texts(item, key), *(mark for one in answers for mark in texts(one, key))]
        if marks:
            item = item | {key: list(dict.fromkeys(marks))}
    return item | ({"PrefixLists": lists} if lists else {})
