"""What was created in a faked AWS is what the collectors find, for the types beyond the first ten."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest

from services.cloud.aws import Aws, AwsSource
from services.cloud.rates import Limiter
from services.collect.collect import collect
from services.collect.collect_test import REGION, TEAM, Client, scope_of
from services.collect.continued import Continued, OutOfTime
from services.collect.kept_answers import Answers
from services.models import RESOURCE_TYPES
from services.models.kit import credentials
from services.models.kit.base import Resource, ResourceType
from services.models.kit.iam_actions import action_of
from services.models.kit.values import Item
from tests.memory import MemoryAnswers

TRUST = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
]})  # fmt: skip
SMALL = [{"key": "Team", "value": "search"}]
MAPPED = {"Team": "search"}


def of(kind: str) -> list[dict[str, Any]]:
    """Tags for what EC2 creates."""
    return [{"ResourceType": kind, "Tags": TEAM}]


def network(client: Client) -> tuple[str, str]:
    """The ids of a new VPC and of a subnet in it."""
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16", TagSpecifications=of("vpc"))["Vpc"]["VpcId"]
    made = ec2.create_subnet(VpcId=vpc, CidrBlock="10.1.1.0/24", TagSpecifications=of("subnet"))
    return vpc, made["Subnet"]["SubnetId"]


def vpcs(client: Client) -> set[str]:
    return {network(client)[0]}


def subnets(client: Client) -> set[str]:
    """With a way in over a gateway, and a route whose networks only a prefix list tells."""
    ec2, (vpc, subnet) = client("ec2"), network(client)
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    for target in ({"DestinationCidrBlock": "0.0.0.0/0"}, {"DestinationPrefixListId": offices(ec2)}):
        ec2.create_route(RouteTableId=table, GatewayId=gateway, **target)
    return {subnet}


def offices(ec2: Any) -> str:
    """A prefix list."""
    made = ec2.create_managed_prefix_list(
        PrefixListName="offices", MaxEntries=2, AddressFamily="IPv4", Entries=[{"Cidr": "203.0.113.0/24"}]
    )
    return str(made["PrefixList"]["PrefixListId"])


def networkacls(client: Client) -> set[str]:
    made = client("ec2").create_network_acl(VpcId=network(client)[0], TagSpecifications=of("network-acl"))
    return {made["NetworkAcl"]["NetworkAclId"]}


def images(client: Client) -> set[str]:
    (instance,) = client("ec2").run_instances(ImageId="ami-1", MinCount=1, MaxCount=1)["Instances"]
    made = client("ec2").create_image(
        InstanceId=instance["InstanceId"], Name="base", TagSpecifications=of("image")
    )
    return {made["ImageId"]}


def natgateways(client: Client) -> set[str]:
    made = client("ec2").create_nat_gateway(
        SubnetId=network(client)[1], ConnectivityType="private", TagSpecifications=of("natgateway")
    )
    return {made["NatGateway"]["NatGatewayId"]}


def securitygroups(client: Client) -> set[str]:
    ec2 = client("ec2")
    id = ec2.create_security_group(
        GroupName="web", Description="web", VpcId=network(client)[0], TagSpecifications=of("security-group")
    )["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=id, IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp="0.0.0.0/0"
    )
    ec2.authorize_security_group_ingress(
        GroupId=id,
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": 443,
                "ToPort": 443,
                "PrefixListIds": [{"PrefixListId": offices(ec2)}],
            }
        ],
    )
    return {id}


def networkinterfaces(client: Client) -> set[str]:
    made = client("ec2").create_network_interface(
        SubnetId=network(client)[1], TagSpecifications=of("network-interface")
    )
    return {made["NetworkInterface"]["NetworkInterfaceId"]}


def vpcendpoints(client: Client) -> set[str]:
    vpc, subnet = network(client)
    made = client("ec2").create_vpc_endpoint(
        VpcId=vpc, ServiceName=f"com.amazonaws.{REGION}.sqs", VpcEndpointType="Interface", SubnetIds=[subnet],
        TagSpecifications=of("vpc-endpoint"),
    )  # fmt: skip
    return {made["VpcEndpoint"]["VpcEndpointId"]}


def autoscalinggroups(client: Client) -> set[str]:
    autoscaling = client("autoscaling")
    autoscaling.create_launch_configuration(
        LaunchConfigurationName="web", ImageId="ami-1", InstanceType="t3.micro"
    )
    autoscaling.create_auto_scaling_group(
        AutoScalingGroupName="web", LaunchConfigurationName="web", MinSize=0, MaxSize=1,
        VPCZoneIdentifier=network(client)[1],
        Tags=[{"Key": "Team", "Value": "search", "PropagateAtLaunch": False}],
    )  # fmt: skip
    return {"web"}


def filesystems(client: Client) -> set[str]:
    return {client("efs").create_file_system(CreationToken="one", Tags=TEAM)["FileSystemId"]}


def dbclusters(client: Client) -> set[str]:
    client("rds").create_db_cluster(
        DBClusterIdentifier="shop", Engine="aurora-postgresql", MasterUsername="polo",
        MasterUserPassword="not-a-secret", Tags=TEAM,
    )  # fmt: skip
    return {"shop"}


def dbsnapshots(client: Client) -> set[str]:
    dbclusters(client)
    rds = client("rds")
    rds.create_db_instance(
        DBInstanceIdentifier="orders", Engine="postgres", DBInstanceClass="db.t3.micro", AllocatedStorage=20,
        MasterUsername="polo", MasterUserPassword="not-a-secret",
    )  # fmt: skip
    rds.create_db_snapshot(DBInstanceIdentifier="orders", DBSnapshotIdentifier="one", Tags=TEAM)
    rds.create_db_cluster_snapshot(DBClusterIdentifier="shop", DBClusterSnapshotIdentifier="one", Tags=TEAM)
    return {"snapshot:one", "cluster-snapshot:one"}


def tables(client: Client) -> set[str]:
    capacity = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
    billing: dict[str, dict[str, Any]] = {
        "one": {"BillingMode": "PAY_PER_REQUEST"},
        "two": {"BillingMode": "PROVISIONED", "ProvisionedThroughput": capacity},
    }
    for name, how in billing.items():
        client("dynamodb").create_table(
            TableName=name, KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}], Tags=TEAM, **how,
        )  # fmt: skip
    return {"one", "two"}


def cacheclusters(client: Client) -> set[str]:
    client("elasticache").create_cache_cluster(
        CacheClusterId="sessions", Engine="redis", CacheNodeType="cache.t3.micro", NumCacheNodes=1, Tags=TEAM
    )
    return {"sessions"}


def cachegroups(client: Client) -> set[str]:
    client("elasticache").create_replication_group(
        ReplicationGroupId="carts", ReplicationGroupDescription="carts", CacheNodeType="cache.t3.micro",
        NumCacheClusters=2, Tags=TEAM,
    )  # fmt: skip
    return {"carts"}


def searchdomains(client: Client) -> set[str]:
    names = {f"domain-{number}" for number in range(7)}
    for name in names:
        client("opensearch").create_domain(DomainName=name, TagList=TEAM)
    return names


def redshiftclusters(client: Client) -> set[str]:
    client("redshift").create_cluster(
        ClusterIdentifier="warehouse", NodeType="ra3.xlplus", MasterUsername="polo",
        MasterUserPassword="Not-a-secret1", Tags=TEAM,
    )  # fmt: skip
    return {"warehouse"}


def streams(client: Client) -> set[str]:
    client("kinesis").create_stream(StreamName="clicks", ShardCount=2, Tags=MAPPED)
    return {"clicks"}


def ecsclusters(client: Client) -> set[str]:
    client("ecs").create_cluster(clusterName="shop", tags=SMALL)
    return {"shop"}


def ecsservices(client: Client) -> set[str]:
    ecsclusters(client)
    ecs = client("ecs")
    ecs.register_task_definition(
        family="web", containerDefinitions=[{"name": "web", "image": "web", "memory": 128}]
    )
    names = {f"web-{number}" for number in range(12)}
    for name in names:
        ecs.create_service(cluster="shop", serviceName=name, taskDefinition="web", desiredCount=0, tags=SMALL)
    return {f"shop/{name}" for name in names}


def eksclusters(client: Client) -> set[str]:
    eks = client("eks")
    role, subnet = "arn:aws:iam::123456789012:role/eks", network(client)[1]
    eks.create_cluster(name="platform", roleArn=role, resourcesVpcConfig={"subnetIds": [subnet]}, tags=MAPPED)
    eks.create_nodegroup(
        clusterName="platform", nodegroupName="general", subnets=[subnet], nodeRole=role,
        scalingConfig={"minSize": 1, "maxSize": 3, "desiredSize": 2},
    )  # fmt: skip
    return {"platform"}


def repositories(client: Client) -> set[str]:
    client("ecr").create_repository(repositoryName="shop/web", tags=TEAM)
    return {"shop/web"}


def statemachines(client: Client) -> set[str]:
    client("stepfunctions").create_state_machine(
        name="orders", definition='{"StartAt":"a","States":{"a":{"Type":"Pass","End":true}}}',
        roleArn="arn:aws:iam::123456789012:role/states", tags=SMALL,
    )  # fmt: skip
    return {"orders"}


def endpoints(client: Client) -> set[str]:
    sagemaker = client("sagemaker")
    sagemaker.create_model(ModelName="ranker", ExecutionRoleArn="arn:aws:iam::123456789012:role/ml")
    variant = {
        "VariantName": "main", "ModelName": "ranker", "InstanceType": "ml.m5.large",
        "InitialInstanceCount": 1, "InitialVariantWeight": 1.0,
    }  # fmt: skip
    sagemaker.create_endpoint_config(EndpointConfigName="ranker-1", ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName="ranker", EndpointConfigName="ranker-1", Tags=TEAM)
    return {"ranker"}


def notebooks(client: Client) -> set[str]:
    client("sagemaker").create_notebook_instance(
        NotebookInstanceName="study", InstanceType="ml.t3.medium",
        RoleArn="arn:aws:iam::123456789012:role/ml", Tags=TEAM,
    )  # fmt: skip
    return {"study"}


def targetgroups(client: Client) -> set[str]:
    made = client("elbv2").create_target_group(
        Name="web", Protocol="HTTP", Port=80, VpcId=network(client)[0], Tags=TEAM
    )["TargetGroups"]
    return {group["TargetGroupArn"].partition(":targetgroup/")[2] for group in made}


def classicloadbalancers(client: Client) -> set[str]:
    client("elb").create_load_balancer(
        LoadBalancerName="legacy", AvailabilityZones=[f"{REGION}a"], Tags=TEAM,
        Listeners=[{"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 80}],
    )  # fmt: skip
    return {"legacy"}


def restapis(client: Client) -> set[str]:
    return {client("apigateway").create_rest_api(name="shop", tags=MAPPED)["id"]}


def httpapis(client: Client) -> set[str]:
    return {client("apigatewayv2").create_api(Name="hooks", ProtocolType="HTTP", Tags=MAPPED)["ApiId"]}


def certificates(client: Client) -> set[str]:
    arn = client("acm").request_certificate(
        DomainName="example.com", KeyAlgorithm="EC_prime256v1", Tags=TEAM
    )["CertificateArn"]
    return {arn.rpartition("/")[2]}


def hostedzones(client: Client) -> set[str]:
    made = client("route53").create_hosted_zone(Name="example.com", CallerReference="1")["HostedZone"]
    id = made["Id"].rpartition("/")[2]
    client("route53").change_tags_for_resource(ResourceType="hostedzone", ResourceId=id, AddTags=TEAM)
    return {id}


def stacks(client: Client) -> set[str]:
    template = {
        "Parameters": {"Password": {"Type": "String"}},
        "Resources": {"Queue": {"Type": "AWS::SQS::Queue"}},
        "Outputs": {"Url": {"Value": "secret-output"}},
    }
    arn = client("cloudformation").create_stack(
        StackName="shop", TemplateBody=json.dumps(template), Tags=TEAM,
        Parameters=[{"ParameterKey": "Password", "ParameterValue": "secret-parameter"}],
    )["StackId"]  # fmt: skip
    return {arn.partition(":stack/")[2]}


def queues(client: Client) -> set[str]:
    client("sqs").create_queue(QueueName="jobs", tags=MAPPED)
    return {"jobs"}


def topics(client: Client) -> set[str]:
    client("sns").create_topic(Name="alarms", Tags=TEAM)
    return {"alarms"}


def secrets(client: Client) -> set[str]:
    made = client("secretsmanager").create_secret(Name="prod/key", SecretString="secret-value", Tags=TEAM)
    return {made["ARN"].partition(":secret:")[2]}


def keys(client: Client) -> set[str]:
    tags = [{"TagKey": "Team", "TagValue": "search"}]
    id = client("kms").create_key(Tags=tags)["KeyMetadata"]["KeyId"]
    client("kms").create_alias(AliasName="alias/orders", TargetKeyId=id)
    return {id}


def distributions(client: Client) -> set[str]:
    origin = {
        "Id": "shop",
        "DomainName": "shop.s3.amazonaws.com",
        "S3OriginConfig": {"OriginAccessIdentity": ""},
    }
    behaviour = {
        "TargetOriginId": "shop", "ViewerProtocolPolicy": "https-only",
        "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}}, "MinTTL": 0,
    }  # fmt: skip
    config = {
        "CallerReference": "1", "Comment": "shop", "Enabled": True,
        "Origins": {"Quantity": 1, "Items": [origin]}, "DefaultCacheBehavior": behaviour,
    }  # fmt: skip
    tagged = {"DistributionConfig": config, "Tags": {"Items": TEAM}}
    made = client("cloudfront").create_distribution_with_tags(DistributionConfigWithTags=tagged)
    return {made["Distribution"]["Id"]}


def users(client: Client) -> set[str]:
    client("iam").create_user(UserName="ana", Tags=TEAM)
    return {"ana"}


def accesskeys(client: Client) -> set[str]:
    users(client)
    client("iam").create_access_key(UserName="ana")
    return {"ana/1"}


def roles(client: Client) -> set[str]:
    client("iam").create_role(RoleName="web", AssumeRolePolicyDocument=TRUST, Tags=TEAM)
    return {"web"}


def accountsummaries(client: Client) -> set[str]:
    return {"123456789012"}


class Recorder(Limiter):
    """Keeps to no rate, and to which IAM actions were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()

    def before(self, account: str, region: str, service: str, operation: str) -> float:
        self.asked.add(action_of(service, operation))
        return 0.0


@dataclass
class Counted:
    """A source that counts its questions."""

    source: AwsSource
    count: int = 0

    @property
    def region(self) -> str:
        return self.source.region

    def pages(self, *asked: Any) -> Iterator[Item]:
        self.count += 1
        yield from self.source.pages(*asked)

    def call(self, *asked: Any, **parameters: Any) -> Item | None:
        self.count += 1
        return self.source.call(*asked, **parameters)


def collected_bit_by_bit(kind: ResourceType, source: AwsSource) -> tuple[tuple[Resource, ...], int]:
    """The same by deliveries that have time for one question beside the list; and how many it took."""
    store, scope = MemoryAnswers(), scope_of(kind)
    for number in range(1, 200):
        counted = Counted(source)
        answers = Answers(store.read(scope, 7), lambda fresh: store.add(scope, 7, fresh))
        left = partial(lambda counted: 1.0 if counted.count < 2 else -1.0, counted)
        try:
            return collect(kind, scope, Continued(counted, kind.call, answers, left)), number
        except OutOfTime:
            assert answers.flush() > 0, "it never ends"
    raise AssertionError("it never ends")


CREATORS = (
    vpcs, subnets, images, natgateways, securitygroups, networkacls, networkinterfaces, vpcendpoints,
    autoscalinggroups, filesystems, dbclusters, dbsnapshots, tables, cacheclusters, cachegroups,
    searchdomains, redshiftclusters, streams, ecsclusters, ecsservices, eksclusters, repositories,
    statemachines, endpoints, notebooks, targetgroups, classicloadbalancers, restapis, httpapis,
    certificates, hostedzones, distributions, stacks, queues, topics, secrets, keys, users, accesskeys, roles,
    accountsummaries,
)  # fmt: skip
TAGLESS = {"accesskeys", "accountsummaries"}
# moto's tagging API does not know them, or by another name than AWS
UNTAGGED_IN_MOTO = {
    "cacheclusters", "cachegroups", "classicloadbalancers", "hostedzones", "repositories", "searchdomains",
    "streams",
}  # fmt: skip


@pytest.mark.parametrize("create", CREATORS, ids=lambda create: create.__name__)
def test_what_was_created_is_what_is_collected(
    prod: Aws, create: Callable[[Client], set[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(credentials, "PAUSE", 0)
    kind = RESOURCE_TYPES[create.__name__]
    small_pages = replace(kind, call=replace(kind.call, page_size=kind.call.page_size and 20))
    created = create(lambda service: prod.client(service, REGION))
    recorder = Recorder()
    source = Aws("prod", limiter=recorder).source(scope_of(kind).region)
    found = collect(small_pages, scope_of(kind), source)
    assert recorder.asked == set(kind.actions)
    assert {resource.id for resource in found} >= created
    if kind.name not in TAGLESS | UNTAGGED_IN_MOTO:
        assert {resource.owner for resource in found if resource.id in created} == {"search"}
    assert "secret-" not in json.dumps([resource.to_json() for resource in found])
    again, deliveries = collected_bit_by_bit(kind, source)
    assert again == found
    assert deliveries > 1 or len({*kind.actions} - {*credentials.ACTIONS}) <= 2
