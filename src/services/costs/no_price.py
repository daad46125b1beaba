"""What the price list does not answer: what is free of charge, and what is paid for by use."""

from __future__ import annotations

from collections.abc import Mapping

FREE_OF_CHARGE = "free of charge"
NO_PRICE = "its price is not known"
_VPC = "docs.aws.amazon.com/vpc/latest/userguide/what-is-amazon-vpc.html#pricing"
_IAM = "docs.aws.amazon.com/IAM/latest/UserGuide/introduction.html"
# type -> where AWS says that nothing of it is charged; what it is used for is, as resources of their own
FREE: Mapping[str, str] = {
    "vpcs": _VPC,
    "subnets": _VPC,
    "networkacls": "docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html",
    "securitygroups": "docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html",
    "roles": _IAM,
    "users": _IAM,
    "accesskeys": _IAM,
    "accountsummaries": _IAM,
    "autoscalinggroups": "docs.aws.amazon.com/autoscaling/index.html",
    "ecsclusters": "aws.amazon.com/ecs/pricing",
}
# type -> what its cost depends on that no list of resources tells
BY_USE: Mapping[str, str] = {
    "buckets": "billed by what is stored and by request",
    "cachegroups": "billed by its nodes, which are cache clusters of their own",
    "certificates": "free of charge unless it can be exported",
    "dbclusters": "billed by what is stored, by I/O and by capacity unit",
    "dbsnapshots": "billed by what is stored beyond the free backup storage",
    "distributions": "billed by request and by GB",
    "ecsservices": "billed by what its tasks run on",
    "filesystems": "billed by what is stored in each class",
    "functions": "billed by request and by duration",
    "gluejobs": "billed by run",
    "httpapis": "billed by request",
    "images": "billed by its snapshots",
    "networkinterfaces": "billed by its public addresses and by GB",
    "queues": "billed by request",
    "repositories": "billed by what is stored",
    "restapis": "billed by request",
    "serverlesscaches": "billed by what is stored and by use",
    "snapshots": "billed by the blocks that it adds to the ones before",
    "stacks": "free of charge but for resource types of third parties",
    "statemachines": "billed by step or by request",
    "targetgroups": "billed with its load balancer",
    "topics": "billed by request",
}


def why_unknown(type: str) -> str:
    """Why no cost of such a resource is known."""
    return BY_USE.get(type, NO_PRICE)
