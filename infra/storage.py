"""What an environment remembers: two tables and the data bucket. Prod's stay when its stack goes.

Their names are fixed and they have a deletion policy: then `cdk deploy --import-existing-resources` takes
those that a destroyed prod has left behind into the new stack.
"""

from __future__ import annotations

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.nag import acknowledge
from infra.names import sub
from tooling.environments import Environment
from tooling.infra_grants import data_bucket
from tooling.infra_variables import TABLES

OLD_SNAPSHOTS_STAY = Duration.days(30)


class Storage(Construct):
    """tables: by their names in the infra blocks. buckets: likewise."""

    def __init__(self, scope: Construct, environment: Environment) -> None:
        super().__init__(scope, "Storage")
        self._removal = RemovalPolicy.RETAIN if environment.keeps else RemovalPolicy.DESTROY
        self.tables = {table: self._table(name, environment) for table, name in TABLES.items()}
        self.buckets = {"data": self._bucket(environment)}

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
            removal_policy=self._removal,
        )

    def _bucket(self, environment: Environment) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            "DataBucket",
            bucket_name=sub(data_bucket(), environment),
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            versioned=True,
            lifecycle_rules=[
                s3.LifecycleRule(
                    abort_incomplete_multipart_upload_after=Duration.days(1),
                    noncurrent_version_expiration=OLD_SNAPSHOTS_STAY,
                )
            ],
            removal_policy=self._removal,
        )
        acknowledge(bucket, "only functions of this stack read it, and what they do is logged", "S1")
        return bucket


def _key(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
