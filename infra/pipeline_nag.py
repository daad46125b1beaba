"""What cdk-nag finds in the roles that CDK Pipelines makes, with the reasons why it stays."""

from __future__ import annotations

from aws_cdk import Stack
from aws_cdk import aws_codebuild as codebuild
from aws_cdk import aws_s3 as s3
from constructs import IConstruct

from infra.nag import acknowledge, wild

ARTIFACTS = ("s3:GetObject*", "s3:GetBucket*", "s3:List*", "s3:DeleteObject*", "s3:Abort*")
LOGS = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/codebuild/"
REPORTS = "arn:${AWS::Partition}:codebuild:${AWS::Region}:${AWS::AccountId}:report-group/"


def acknowledge_pipeline(pipeline: IConstruct) -> None:
    """Accept what the pipeline's own roles may do; the pipeline must have been built."""
    own = "CDK Pipelines writes it so: every step hands its files on through the artifact bucket"
    acknowledge(pipeline, own, *(f"IAM5[Action::{action}]" for action in ARTIFACTS))
    acknowledge(
        pipeline, "it deploys: with the roles of `cdk bootstrap`, which the policy names by tag", wild("*")
    )
    acknowledge(pipeline, "the same, in the account's partition", wild("arn:*:iam::${AWS::AccountId}:role/*"))
    acknowledge(pipeline, "builds keep no secrets: AWS's own key is enough", "CB4")
    acknowledge(pipeline, "artifacts are read by the pipeline alone", "S1")
    logs = "the logs and test reports of the build project, whose streams come and go"
    acknowledge(pipeline, logs, wild(f"{LOGS}*"), wild(f"{REPORTS}*"))
    for part in pipeline.node.find_all():
        if isinstance(part, codebuild.CfnProject):
            name = f"${{{_id(part)}}}"
            acknowledge(pipeline, logs, wild(f"{LOGS}{name}:*"), wild(f"{REPORTS}{name}-*"))
        if isinstance(part, s3.CfnBucket):
            acknowledge(pipeline, own, wild(f"${{{_id(part)}.Arn}}/*"))


def _id(part: codebuild.CfnProject | s3.CfnBucket) -> str:
    return str(Stack.of(part).resolve(part.logical_id))
