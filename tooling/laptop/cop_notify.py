"""`inv cop --notify`: tell Slack what is news among the findings of the local data, or print it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from typing import TextIO

from errors import SettingsError
from services.cop.judge.limits import FILE
from services.cop.registry import RULES
from services.cop.store.default_mutes import DEFAULT_MUTES
from services.cop.store.findings import Findings
from services.models.all import Everything
from services.models.domain.findings import FindingQuery
from services.notify.channels import DEFAULT, by_channel, read_routes
from services.notify.notify import Around, Sent, findings_link, notify, poster, preview, wanted
from tooling.terminal import plain
from wiring.local import LocalBackend

STANDING = FindingQuery(filters={"status": ("open", "muted")})


def tell(
    findings: Findings,
    everything: Everything,
    backend: LocalBackend,
    now: datetime,
    out: TextIO,
    *,
    dry_run: bool,
) -> int:
    """Answer the exit code: 1 if a message did not arrive. Raises PoloError, before anything is sent.

    dry_run: print what each channel would read; without an address, as if there were one for all.
    """
    webhooks = backend.webhooks()
    routes = read_routes(FILE)
    if dry_run:
        webhooks = webhooks or dict.fromkeys((DEFAULT, *(route.webhook for route in routes)), "")
    elif not webhooks:
        raise SettingsError("SLACK_WEBHOOK_URL is not set", "set it in .env, or add --dry-run to print it")
    store = backend.finding_store()
    mutes = (*store.mutes(), *DEFAULT_MUTES)
    entries = wanted((row.entry for row in findings.every(STANDING)), mutes, now)
    channels = by_channel(entries, routes, webhooks)
    around = Around(now, RULES, everything.accounts(), findings_link(backend.settings.console_url))
    sent = preview(channels, store, around) if dry_run else notify(channels, store, around, poster(webhooks))
    failed = False
    for each in sent:
        failed |= bool(each.error)
        for line in _lines(each, shown=dry_run):
            print(line, file=sys.stderr if each.error else out)
    return int(failed)


def _lines(sent: Sent, *, shown: bool) -> Iterator[str]:
    if sent.error:
        yield sent.error
    elif sent.message is None:
        yield f"{sent.channel}: nothing new"
    elif not shown:
        yield f"{sent.channel}: sent: {sent.message['text']}"
    else:
        yield f"{sent.channel}:"
        for block in sent.message["blocks"]:
            yield from (f"  {plain(line)}" for line in block["text"]["text"].split("\n"))
