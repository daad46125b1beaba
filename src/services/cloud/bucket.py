"""One S3 bucket as plain values; what asks AWS is behind services.cloud.aws."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from errors import CollectError
from services.cloud.aws import AwsSource

MOST_DELETED = 1000  # what DeleteObjects takes


@dataclass(frozen=True)
class Bucket:
    """Every method raises CollectError when S3 refuses or can't be reached."""

    name: str
    source: AwsSource

    def read(self, key: str) -> bytes | None:
        """A small object; None where there is none."""
        try:
            return b"".join(self.chunks(key))
        except CollectError as error:
            if error.code == "NoSuchKey":
                return None
            raise

    def chunks(self, key: str) -> Iterator[bytes]:
        """An object of any size, piece by piece."""
        return self.source.body("s3", "get_object", Bucket=self.name, Key=key)

    def write(self, key: str, body: bytes | BinaryIO) -> None:
        """Put an object: whoever reads it sees the old one whole, or the new one."""
        self.source.call("s3", "put_object", Bucket=self.name, Key=key, Body=body)

    def objects(self, prefix: str) -> dict[str, datetime]:
        """Key -> when it was last written."""
        found: dict[str, datetime] = {}
        token: dict[str, str] = {}
        while True:
            page = self.source.call("s3", "list_objects_v2", Bucket=self.name, Prefix=prefix, **token) or {}
            found |= {each["Key"]: each["LastModified"] for each in page.get("Contents", ())}
            if not page.get("NextContinuationToken"):
                return found
            token = {"ContinuationToken": page["NextContinuationToken"]}

    def delete(self, keys: Iterable[str]) -> None:
        """What is not there any more is no error."""
        every = [{"Key": key} for key in keys]
        for start in range(0, len(every), MOST_DELETED):
            batch = {"Objects": every[start : start + MOST_DELETED], "Quiet": True}
            self.source.call("s3", "delete_objects", Bucket=self.name, Delete=batch)
