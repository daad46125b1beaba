"""What an environment remembers: two tables, which stay when prod's stack goes, and the data bucket.

The tables' names are literals and they have a deletion policy: so `cdk deploy --import-existing-resources`
takes those that a destroyed prod has left behind into the new stack. The bucket goes with every stack, for
all that is in it is made from the tables; who destroys a stack has to empty it before.
"""

from __future__ import annotations

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.nag import acknowledge
from infra.names import sub
from tooling.blocks.grants import BUCKETS
from tooling.blocks.retention import SNAPSHOTS_STAY, UPLOADS_STAY
from tooling.blocks.variables import TABLES
from tooling.environments import Environment


class Storage(Construct):
    """tables: by their names in the infra blocks. buckets: likewise."""

    def __init__(self, scope: Construct, environment: Environment) -> None:
        super().__init__(scope, "Storage")
        self.tables = {table: self._table(name, environment) for table, name in TABLES.items()}
        releases = s3.Bucket.from_bucket_name(self, "Releases", sub(BUCKETS["releases"], environment))
        self.buckets: dict[str, s3.IBucket] = {"data": self._bucket(environment), "releases": releases}

    def _table(self, name: str, environment: Environment) -> dynamodb.Table:
        return dynamodb.Table(
            self,
            name,
            table_name=f"{environment.name}-{name}",
            partition_key=_key("pk"),
            sort_key=_key("sk"),
            time_to_live_attribute="ttl",
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.AWS_MANAGED,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            deletion_protection=environment.keeps,
            removal_policy=RemovalPolicy.RETAIN if environment.keeps else RemovalPolicy.DESTROY,
        )

    def _bucket(self, environment: Environment) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            "DataBucket",
            bucket_name=sub(BUCKETS["data"], environment),
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            lifecycle_rules=[
                s3.LifecycleRule(
                    abort_incomplete_multipart_upload_after=Duration.days(UPLOADS_STAY),
                    expiration=Duration.days(SNAPSHOTS_STAY),
                )
            ],
            removal_policy=RemovalPolicy.DESTROY,
        )
        acknowledge(bucket, "only functions of this stack read it, and what they do is logged", "S1")
        return bucket


def _key(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
