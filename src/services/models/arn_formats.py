"""What an ARN tells of a resource: its service, its kind in AWS's own words, and its name.

Source: the ARN formats of AWS's Service Authorization Reference, "Resource types defined by" each service, of
types that can be tagged (https://docs.aws.amazon.com/service-authorization/latest/reference/). Of 1,550 such
formats the general rule tells nine of ten rightly; FORMATS has the others. The partition plays no
part.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

# service -> formats, in the order in which they are tried. {name}: the name, at the end with all that
# follows. {path}: one with slashes, the first included. *: anything within one segment. kind=format where the
# kind is not the last word before the name.
FORMATS = {
    "amplifyuibuilder": """app/*/environment/*/codegen-jobs/{name} app/*/environment/*/components/{name}
        app/*/environment/*/forms/{name} app/*/environment/*/themes/{name}""",
    "apigateway": """apis/*/stages/*/routesettings/{name} domainnames/*/apimappings/{name}
        domainnames/*/basepathmappings/{name} domainnames/*/routingrules/{name}
        restapis/*/documentation/parts/{name} restapis/*/documentation/versions/{name}
        restapis/*/stages/*/sdks/{name}""",
    "app-integrations": "event-integration-association/{name}/*",
    "appconfig": "application/*/environment/*/deployment/{name}",
    "apprunner": """autoscalingconfiguration/{name}/*/* connection/{name}/*
        observabilityconfiguration/{name}/*/* service/{name}/*
        vpcconnector/{name}/*/* vpcingressconnection/{name}/*""",
    "athena": "workgroup/*/session/{name}",
    "autoscaling": """autoScalingGroup=autoScalingGroup:*:autoScalingGroupName/{name}
        launchConfiguration=launchConfiguration:*:launchConfigurationName/{name}""",
    "batch": "job-definition/{name}",  # name:revision, as its console and ECS's write it
    "bedrock": "automated-reasoning-policy/{name} prompt/{name}",  # with the version
    "bedrock-agentcore": "token-vault/*/oauth2credentialprovider/{name}",
    "budgets": "budget/*/action/{name}",
    "cloudformation": "changeSet/{name}/* stack/{name}/* stackset/{name}:*",
    "codecommit": "repository={name}",
    "codepipeline": """webhook:{name} actiontype:*/*/{name}/* action=*/*/{name} stage=*/{name}
        pipeline={name}""",
    "config": "configuration-recorder/{name}/* conformance-pack/{name}/* stored-query/{name}/*",
    "connect": "instance/*/view/{name}",  # with the version or qualifier
    "dataexchange": "data-sets/*/revisions/{name}",
    "ecs": """container-instance/*/{name} service-deployment/*/*/{name} service-revision/*/*/{name}
        task-definition/{name} task-set/*/*/{name} task/*/{name}""",  # family:revision
    "eks": """access-entry/*/*/*/{name}/* addon/*/{name}/* capability/*/*/{name}/* fargateprofile/*/{name}/*
        identityproviderconfig/*/*/{name}/* nodegroup/*/{name}/* podidentityassociation/*/{name}""",
    "elasticloadbalancing": """listener-rule=listener-rule/*/{name}/*/*/* listener=listener/*/{name}/*/*
        loadbalancer=loadbalancer/app/{name}/* loadbalancer=loadbalancer/gwy/{name}/*
        loadbalancer=loadbalancer/net/{name}/* targetgroup/{name}/* truststore/{name}/*""",
    "greengrass": """components:{name} greengrass/bulk/deployments/{name}
        connectors=greengrass/definition/connectors/{name} cores=greengrass/definition/cores/{name}
        devices=greengrass/definition/devices/{name} functions=greengrass/definition/functions/{name}
        loggers=greengrass/definition/loggers/{name} resources=greengrass/definition/resources/{name}
        subscriptions=greengrass/definition/subscriptions/{name} groups=greengrass/groups/{name}""",
    "healthlake": "datastore=datastore/fhir/{name}",
    "internetmonitor": "monitor/*/health-event/{name}",
    "iot": "domainconfiguration/{name}/* package/*/version/{name}",
    "kafka": "cluster/{name}/* replicator/{name}/* vpc-connection/*/{name}/*",
    "kafkaconnect": """connector-operation/{name}/*/* connector/{name}/* custom-plugin/{name}/*
        worker-configuration/{name}/*""",
    "kinesis": "*/*/consumer/{name}:*",
    "lambda": "function:{name}:* layer:{name}",  # a layer with its version, as functions name it
    "lex": "bot-channel:*:*:{name}",
    "logs": "log-group:{name}",  # names have slashes
    "lookoutequipment": """dataset/{name}/* inference-scheduler/{name}/* model/*/*/model-version/{name}
        label-group/{name}/* model/{name}/*""",
    "mediaconnect": "flow:*:*/mediaStream/{name} flow:*:*/vpcInterface/{name}",
    "mobiletargeting": "templates/{name}/*",
    "mq": "broker:{name}:* configuration:{name}",
    "omics": "annotationStore/*/version/{name} workflow/*/version/{name}",
    "private-networks": "device-identifier/*/{name} network-resource/*/{name} order/*/{name}",
    "profile": "domains/*/integrations/{name}",
    "qldb": "ledger/*/table/{name} stream/*/{name}",
    "rds": "snapshot-tenant-database:{name}:* snapshot:{name} cluster-snapshot:{name}",  # rds:orders-1
    "redshift": """securitygroup=securitygroup:*/ec2securitygroup/*/{name}
        securitygroupingress=securitygroupingress:*/cidrip/{name}
        securitygroupingress=securitygroupingress:*/ec2securitygroup/*/{name}""",
    "rekognition": "dataset=project/{name}/dataset/*/* version=project/*/version/{name}/*",
    "resource-explorer-2": "view/{name}/*",
    "resource-groups": "group/*/tag-sync-task/{name}",
    "s3": """access-grants/default/grant/{name} access-grants/default/location/{name} access-grants/{name}
        accesspoint/{name} job/{name} storage-lens/{name} storage-lens-group/{name} object=*/{name}
        bucket={name}""",
    "s3tables": "bucket/*/table/{name}",
    "sagemaker": "pipeline/*/execution/{name}",
    "ses": "tenant/{name}/*",
    "sns": "subscription={name}:* topic={name}",
    "sqs": "queue={name}",
    "ssm": "parameter{path}",  # "/prod/db/password" is parameter/prod/db/password, "limit" is parameter/limit
    "ssm-sap": "component=*/*/COMPONENT/{name} database=*/*/DB/{name} application=*/{name}",
    "states": "execution:{name}:*",
    "textract": "adapters/*/versions/{name}",
    "transform-custom": "package/*/knowledge-item/{name}",
    "wafv2": "*/ipset/{name}/* */regexpatternset/{name}/* */rulegroup/{name}/* */webacl/{name}/*",
    "xray": "group/{name}/*",
}
PLACES = ("regional", "global")  # which some formats begin with
SIGNS = {
    "{name}": "(?P<name>[^:/]+)",
    "{rest}": "(?P<name>.+)",
    "{path}": "(?P<name>/[^/]+/.+)",
    "*": "[^:/]+",
}
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(-\w+)?", re.IGNORECASE)
VERSION = re.compile(r"v?\d+([._]\d+)*|\d{4}-\d{2}-\d{2}|\$?latest", re.IGNORECASE)
ID = re.compile(  # of a UUID's form, b-0a1b2c3d4e5f, 50dc6c495c0c9188, 2f3a-7, Z3M3LMPEXAMPLE
    r"(?=.*\d)([a-z]{1,6}-)?[0-9a-f]{8,}|(?=.*\d)[0-9a-f]{4,}(-[0-9a-f]+)+|(?=.*\d)(?=.*[A-Z])[A-Z0-9]{10,}"
)
WORD = re.compile("[A-Za-z]+([-_][A-Za-z]+)*")


@dataclass(frozen=True)
class Told:
    """kind: "" where an ARN of an unknown service has but a name. resource: what follows the account."""

    service: str
    region: str
    resource: str
    kind: str
    name: str


def told_by(arn: str) -> Told:
    """What the ARN tells. Never raises: of what is no ARN the text itself is resource and name."""
    _, _, service, region, _, resource = [*arn.split(":", 5), "", "", "", "", ""][:6]
    bare = resource.lstrip("/")
    kind, name = next(_by_format(service, bare), None) or _in_general(bare)
    return Told(service, region, resource or arn, kind, name or resource or arn)


def _by_format(service: str, resource: str) -> Iterator[tuple[str, str]]:
    for kind, pattern in _patterns(service):
        if found := pattern.fullmatch(resource):
            yield kind, found["name"]


@cache
def _patterns(service: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(_compiled(format) for format in FORMATS.get(service, "").split())


def _compiled(format: str) -> tuple[str, re.Pattern[str]]:
    kind, _, shape = format.rpartition("=")
    before = re.findall("[A-Za-z0-9-]+", shape.partition("{")[0])
    parts = re.split(r"(\{\w+\}|\*)", re.sub(r"\{name\}$", "{rest}", shape))
    pattern = "".join(SIGNS.get(part) or re.escape(part) for part in parts)
    return kind or before[-1], re.compile(pattern, re.DOTALL)


def _in_general(resource: str) -> tuple[str, str]:
    """Kind and name of type/name, of type/name/type/name, and of either with ids and versions at the end."""
    segments = [segment for segment in re.split("[:/]", resource) if segment]
    if len(segments) > 2 and segments[0] in PLACES:
        del segments[0]
    if len(segments) < 2:
        return "", "".join(segments)
    if _is_nested(segments):
        return segments[-2], segments[-1]
    names = segments[1:]
    for odd in (VERSION, UUID, ID):
        names = [name for name in names if not odd.fullmatch(name)] or names
    return segments[0], names[-1]


def _is_nested(segments: list[str]) -> bool:
    if len(segments) < 4 or len(segments) % 2:
        return False
    *_, owner, kind, name = segments
    ids = [UUID.fullmatch(each) or ID.fullmatch(each) for each in (owner, name)]
    return bool(WORD.fullmatch(kind) and not VERSION.fullmatch(name) and (ids[0] or not ids[1]))
