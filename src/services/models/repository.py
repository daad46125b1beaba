"""ECR repositories, with the size of their images and when one was last pulled."""

from __future__ import annotations

from typing import Any, Self

from services.models import tagging
from services.models.base import Call, Column, Resource, ResourceType, Source, arn_of
from services.models.record import model
from services.models.scope import Scope
from services.models.steps import chain, for_each
from services.models.values import Item, each, flag, iso, required, text, whole

GONE = ("RepositoryNotFoundException",)
NO_POLICY = ("LifecyclePolicyNotFoundException", *GONE)


@model
class Repository(Resource):
    images: int | None = None
    size: int | None = None  # bytes; layers that images share are counted with each
    last_pull: str | None = None
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
            lifecycle=flag(item, "Lifecycle"),
            scan_on_push=flag(item, "imageScanningConfiguration", "scanOnPush"),
            mutability=text(item, "imageTagMutability").lower(),
            uri=text(item, "repositoryUri"),
        )


def with_images(item: dict[str, Any], source: Source) -> Item:
    """The repository with a summary of its "Images", and whether it has a "Lifecycle" policy."""
    name = required(item, "repositoryName")
    call = Call("ecr", "describe_images", "imageDetails[]", {"repositoryName": name}, page_size=1000)
    count, size, pulls = 0, 0, [""]
    for page in source.pages(call):
        for image in each(page, "imageDetails"):
            count += 1
            size += whole(image, "imageSizeInBytes") or 0
            pulls.append(iso(image.get("lastRecordedPullTime")) or "")
    policy = source.call("ecr", "get_lifecycle_policy", absent=NO_POLICY, repositoryName=name)
    return item | {
        "Images": {"count": count, "bytes": size, "lastPull": max(pulls)},
        "Lifecycle": policy is not None,
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
        Column("last_pull", "Last pull"),
        Column("lifecycle", "Lifecycle policy", facet=True),
        Column("scan_on_push", "Scanned", facet=True),
        Column("mutability", "Tags are", facet=True),
    ),
    console="https://{region}.console.aws.amazon.com/ecr/repositories?region={region}",
    volatile=("images", "size", "last_pull", "raw.Images"),
    sample={
        "repositoryArn": "arn:aws:ecr:us-east-1:412233445883:repository/storefront/web",
        "registryId": "412233445883",
        "repositoryName": "storefront/web",
        "repositoryUri": "412233445883.dkr.ecr.us-east-1.amazonaws.com/storefront/web",
        "createdAt": "2025-07-01T08:00:12+00:00",
        "imageTagMutability": "IMMUTABLE",
        "imageScanningConfiguration": {"scanOnPush": True},
        "encryptionConfiguration": {"encryptionType": "AES256"},
        "Images": {"count": 84, "bytes": 31138512896, "lastPull": "2026-11-19T22:14:03Z"},
        "Lifecycle": False,
        "Tags": [{"Key": "Team", "Value": "web"}],
    },
)
