"""ECR repositories, with the size of their images and when one was last pulled."""

from __future__ import annotations

from collections import Counter
from typing import Any, Self

from services.models.kit import tagging
from services.models.kit.base import Call, Column, Resource, ResourceType, arn_of
from services.models.kit.questions import Questions
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.steps import chain, for_each
from services.models.kit.values import Item, at, flag, is_item, iso, required, text, whole

NO_POLICY, POLICY = "LifecyclePolicyNotFoundException", "lifecyclePolicyText"


@model
class Repository(Resource):
    images: int | None = None
    size: int | None = None  # bytes; layers that images share are counted with each
    last_pull: str | None = None
    by_month: tuple[str, ...] | None = (
        None  # "2026-01 4096": bytes of images last pulled, or else pushed, in it
    )
    lifecycle: bool | None = None  # has a policy that removes old images
    scan_on_push: bool | None = None
    mutability: str = ""
    uri: str = ""

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "repositoryName")
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=text(item, "repositoryArn") or arn_of(scope, "ecr", f"repository/{id}"),
            name=id,
            created=item.get("createdAt"),
            images=whole(item, "Images", "count"),
            size=whole(item, "Images", "bytes"),
            last_pull=text(item, "Images", "lastPull") or None,
            by_month=_by_month(item),
            lifecycle=flag(item, "Lifecycle"),
            scan_on_push=flag(item, "imageScanningConfiguration", "scanOnPush"),
            mutability=text(item, "imageTagMutability").lower(),
            uri=text(item, "repositoryUri"),
        )


def _by_month(item: Item) -> tuple[str, ...] | None:
    months = at(item, "Images", "byMonth")
    return tuple(f"{month} {months[month]}" for month in sorted(months)) if isinstance(months, dict) else None


def with_images(item: dict[str, Any], questions: Questions) -> Item:
    """The repository with a summary of its "Images", whether it has a "Lifecycle" policy; None: unknown."""
    name = required(item, "repositoryName")
    call = Call("ecr", "describe_images", "imageDetails[]", {"repositoryName": name}, page_size=1000)
    images = questions.listed(call)
    policy = questions.call(
        "ecr", "get_lifecycle_policy", none=(NO_POLICY,), otherwise={POLICY: ""}, repositoryName=name
    )
    if policy is not None and POLICY not in policy:
        questions.odd("ecr", "get_lifecycle_policy")
        policy = None
    return item | {
        "Images": None if images is None else _summary(images),
        "Lifecycle": None if policy is None else bool(policy[POLICY]),
    }


def _summary(images: list[Any]) -> Item:
    pulls, months = list[str](), Counter[str]()
    for image in filter(is_item, images):
        pulls.append(iso(image.get("lastRecordedPullTime")) or "")
        used = pulls[-1] or iso(image.get("imagePushedAt")) or "unknown"
        months[used[: len("2026-01")]] += whole(image, "imageSizeInBytes") or 0
    return {
        "count": len(pulls),
        "bytes": months.total(),
        "lastPull": max(pulls, default=""),
        "byMonth": dict(months),
    }


RESOURCE_TYPE = ResourceType(
    name="repositories",
    title="Repositories",
    singular="Repository",
    order=74,
    model=Repository,
    call=Call("ecr", "describe_repositories", "repositories[]", page_size=1000),
    enrich=chain(for_each(with_images), tagging.sweep("ecr:repository", "repositoryArn")),
    actions=("ecr:DescribeRepositories", "ecr:DescribeImages", "ecr:GetLifecyclePolicy", tagging.ACTION),
    columns=(
        Column("images", "Images", numeric=True),
        Column("size", "Size", unit="B", numeric=True),
        Column("last_pull", "Last pull", optional=True),
        Column("lifecycle", "Lifecycle policy", facet=True),
        Column("scan_on_push", "Scanned", facet=True),
        Column("mutability", "Tags are", facet=True),
    ),
    console="https://{region}.console.aws.amazon.com/ecr/repositories?region={region}",
    volatile=("images", "size", "last_pull", "by_month", "raw.Images"),
    sample={
        "repositoryArn": "arn:aws:ecr:us-east-1:412233445883:repository/storefront/web",
        "registryId": "412233445883",
        "repositoryName": "storefront/web",
        "repositoryUri": "412233445883.dkr.ecr.us-east-1.amazonaws.com/storefront/web",
        "createdAt": "2025-07-01T08:00:12+00:00",
        "imageTagMutability": "IMMUTABLE",
        "imageScanningConfiguration": {"scanOnPush": True},
        "encryptionConfiguration": {"encryptionType": "AES256"},
        "Images": {
            "count": 84,
            "bytes": 31138512896,
            "lastPull": "2026-11-19T22:14:03Z",
            "byMonth": {"2026-04": 18253611008, "2026-11": 12884901888},
        },
        "Lifecycle": False,
        "Tags": [{"Key": "Team", "Value": "web"}],
    },
)
