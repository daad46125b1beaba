"""Serve the files under /static.

infra:
  routes: ["/static/{proxy+}"]
  memory: 256
  timeout: 10
  buckets: {data: read}
"""

from __future__ import annotations

import base64
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from encoding import encoded
from services.releases.assets import Asset, find_asset, hash_in
from settings import Settings

MONTHS_12 = "public, max-age=31536000, immutable"
BRIEFLY = "public, max-age=60"


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer GET and HEAD with the file."""
    return encoded(_answer(event), event)


@lru_cache(maxsize=64)
def earlier(name: str) -> Asset | None:
    """The file of an earlier release with that hashed name; None where nothing is kept."""
    bucket = Settings.from_environment().data_bucket_name
    if not (bucket and hash_in(name)):
        return None
    from services.releases.kept_assets import kept  # hardly a request needs this
    from wiring.bucket import bucket_of

    return kept(bucket_of(bucket), name)


def _answer(event: dict[str, Any]) -> dict[str, Any]:
    """Text as it is, anything else in base64."""
    if event["httpMethod"] not in ("GET", "HEAD"):
        return _refusal(405, "Only GET and HEAD are answered here.")
    name = unquote((event.get("pathParameters") or {}).get("proxy") or "")
    asset = find_asset(name)
    if not (asset and asset.immutable):
        asset = earlier(name) or asset
    if asset is None:
        return _refusal(404, "There is no such file.")
    binary = not asset.type.startswith(("text/", "image/svg"))
    body = base64.b64encode(asset.content).decode() if binary else asset.content.decode()
    return {
        "statusCode": 200,
        "headers": {
            "Content-Type": asset.type,
            "Cache-Control": MONTHS_12 if asset.immutable else BRIEFLY,
            "X-Content-Type-Options": "nosniff",
        },
        "body": body,
        "isBase64Encoded": binary,
    }


def _refusal(status: int, text: str) -> dict[str, Any]:
    return {"statusCode": status, "headers": {"Content-Type": "text/plain; charset=utf-8"}, "body": text}
