from __future__ import annotations

from typing import Any

import pytest

from errors import Unavailable
from services.store.dynamo_table import Table


class Proxy:
    """Answers 200 with a page: botocore makes an answer without members of it."""

    def query(self, **_: Any) -> dict[str, Any]:
        return {"ResponseMetadata": {"HTTPStatusCode": 200}}


def test_an_answer_that_is_not_dynamodbs_is_no_empty_table() -> None:
    with pytest.raises(Unavailable, match="without items"):
        list(Table("test", Proxy()).query("pk"))
