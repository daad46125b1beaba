"""EKS-PUBLIC: a Kubernetes API that the internet reaches."""

from __future__ import annotations

from services.cop.judge.facts import Facts
from services.cop.judge.rule import Example, Rule, example
from services.models.domain.finding import Finding, Unknown, Verdict
from services.models.ekscluster import EksCluster
from services.models.kit.access_policy import is_everywhere


def check(cluster: EksCluster, _: Facts) -> Verdict:
    if cluster.public is None:
        return Unknown("whether its API is public is not known")
    if not cluster.public:
        return None
    if not cluster.public_to:
        return Unknown("its API is public; which networks it lets in is not known")
    return Finding("its API lets the internet in") if is_everywhere(cluster.public_to) else None


def _cluster(*networks: str, public: bool | None = True) -> EksCluster:
    cluster: EksCluster = example("eksclusters", public=public, public_to=networks)
    return cluster


RULE = Rule(
    id="EKS-PUBLIC",
    title="Kubernetes API is open to the internet",
    types=("eksclusters",),
    severity="high",
    confidence="certain",
    check=check,
    why="Whoever has a token, or the next hole in the API server, gets in from everywhere.",
    fix="Make the endpoint private, or name the networks that need it in publicAccessCidrs.",
    source="Security Hub EKS.1 (high); as Prowler eks_cluster_not_publicly_accessible has it, one that lets "
    "in a few networks is fine: docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html",
    good=(
        Example(_cluster("0.0.0.0/0", public=False)),
        Example(_cluster("203.0.113.0/24", "10.0.0.0/8")),
        Example(_cluster("0.0.0.0/2", "192.0.0.0/3")),
        Example(_cluster("2000::/5")),
    ),
    bad=(
        Example(_cluster("0.0.0.0/0"), severity="high"),
        Example(_cluster("0.0.0.0/1", "128.0.0.0/1"), severity="high"),
        Example(_cluster("0.0.0.0/2", "192.0.0.0/2"), severity="high"),
        Example(_cluster("203.0.113.0/24", "::/0"), severity="high"),
    ),
    unknown=(
        Example(_cluster("0.0.0.0/0", public=None)),
        Example(_cluster()),
        Example(example("eksclusters", public=True, public_to=None)),
    ),
)
