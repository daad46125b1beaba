"""What the rules of databases share."""

from __future__ import annotations

import re

SIZE = re.compile(r"(\d*)xlarge")
SMALL = {"nano": 2, "micro": 2, "small": 2, "medium": 2, "large": 2}


def vcpus(instance_class: str) -> int | None:
    """Of an RDS class such as db.r6g.2xlarge; None for db.serverless and others that do not tell.

    Since m4 and t3, large and below have 2 and every xlarge has 4 (aws.amazon.com/rds/instance-types).
    """
    size = instance_class.rpartition(".")[2]
    match = SIZE.fullmatch(size)
    return int(match[1] or 1) * 4 if match else SMALL.get(size)
