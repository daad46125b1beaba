"""IAM's credential report: one CSV for the account, which AWS makes anew at most every four hours."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable

from errors import CollectError
from services.models.kit.base import Source
from services.models.kit.questions import Questions, patiently
from services.models.kit.values import at

ACTIONS = ("iam:GenerateCredentialReport", "iam:GetCredentialReport")
ROOT = "<root_account>"
MISSING = ("ReportNotPresent", "ReportExpired", "ReportInProgress")
NONE = ("", "N/A", "no_information", "not_supported")
MADE_ANEW = "collect again in four hours, when AWS makes a new report"
TRIES, PAUSE = 20, 1.5  # seconds; AWS takes two to ten, more with thousands of users

Row = dict[str, str]


def asked(questions: Questions) -> list[Row] | None:
    """The rows of the report; None where it can't be had, which the questions note."""
    none: list[Row] = []
    return questions.ask(
        "iam", "get_credential_report", lambda: credential_report(questions.source), otherwise=none
    )


def credential_report(source: Source, sleep: Callable[[float], None] = time.sleep) -> list[Row]:
    """The rows of the report, without the fields that have no value; waits until AWS has made it.

    Raises CollectError when it takes longer than half a minute, and for a row that names nobody.
    """
    for _ in range(TRIES):
        answer = patiently(lambda: source.call("iam", "get_credential_report", absent=MISSING))
        if answer is not None:
            return _rows(at(answer, "Content"))
        patiently(lambda: source.call("iam", "generate_credential_report"))
        sleep(PAUSE)
    raise CollectError("AWS is still making the credential report", "run it again later", "ReportInProgress")


def _rows(content: object) -> list[Row]:
    table = content.decode("utf-8", "replace") if isinstance(content, bytes) else ""
    rows = list(csv.DictReader(io.StringIO(table)))
    for row in rows:
        if not (row.get("arn") or "").startswith("arn:"):  # it would be nobody's, and look like everybody's
            who = f"user={row.get('user')!r} arn={row.get('arn')!r}"
            message = f"The credential report has a row without an ARN: {who}"
            raise CollectError(message, MADE_ANEW, "InvalidReport")
    return [{key: value for key, value in row.items() if key and value not in (None, *NONE)} for row in rows]
