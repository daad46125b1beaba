"""What one environment consists of."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infra.conftest import ROOT, Assembly, Template
from infra.resolved import Resolved
from tooling.blocks.blocks import Function, read_functions
from tooling.blocks.deployment import parameter_values
from tooling.blocks.grants import COST_ACTIONS
from tooling.blocks.variables import common_variables, variables
from tooling.environments import environment
from tooling.runtime import ARCHITECTURE, RUNTIME

pytestmark = pytest.mark.infra

FUNCTIONS = read_functions(ROOT)
ENVIRONMENTS = ("local", "dev", "staging", "prod", "pr-7")


@pytest.fixture
def prod(assembly: Assembly) -> Template:
    return assembly.stack("prod")


@pytest.mark.parametrize("table", ["ResourceTable", "ReportTable"])
def test_a_table_is_encrypted_expires_and_can_be_restored(prod: Template, table: str) -> None:
    found = prod.one("AWS::DynamoDB::Table", TableName=f"prod-{table}")
    properties = found["Properties"]
    assert properties["TimeToLiveSpecification"] == {"AttributeName": "ttl", "Enabled": True}
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["SSESpecification"] == {"SSEEnabled": True}
    assert [key["AttributeName"] for key in properties["KeySchema"]] == ["pk", "sk"]


@pytest.mark.parametrize(
    ("name", "policy"), [("prod", "Retain"), ("dev", "Delete"), ("local", "Delete"), ("pr-7", "Delete")]
)
def test_what_prod_has_stored_stays_and_can_be_imported_again(
    assembly: Assembly, name: str, policy: str
) -> None:
    tables = assembly.stack(name).of("AWS::DynamoDB::Table").values()
    assert len(tables) == 2
    for table in tables:
        assert table["DeletionPolicy"] == table["UpdateReplacePolicy"] == policy
        # --import-existing-resources finds only what has its name as a literal
        assert table["Properties"]["TableName"].startswith(f"{name}-")
        assert table["Properties"]["DeletionProtectionEnabled"] is (policy == "Retain")


def test_the_bucket_is_closed_and_wants_tls(prod: Template) -> None:
    (bucket,) = prod.properties("AWS::S3::Bucket")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["LifecycleConfiguration"]["Rules"]
    (policy,) = prod.properties("AWS::S3::BucketPolicy")
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Condition"]) == (
        "Deny",
        {"Bool": {"aws:SecureTransport": "false"}},
    )


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_a_function_is_as_its_block_says(assembly: Assembly, name: str, function: Function) -> None:
    made = assembly.stack(name).one("AWS::Lambda::Function", FunctionName=f"{name}-{function.name}")[
        "Properties"
    ]
    assert (made["Handler"], made["MemorySize"], made["Timeout"]) == (
        function.handler,
        function.memory,
        function.timeout,
    )
    assert (made["Runtime"], made["Architectures"]) == (RUNTIME, [ARCHITECTURE])
    assert made["TracingConfig"] == {"Mode": "Active"}
    assert ("SnapStart" in made) == function.snap_start
    assert made.get("EphemeralStorage", {"Size": 512}) == {"Size": function.disk}
    wanted = {*variables(function, FUNCTIONS), *common_variables(name)}
    assert set(made["Environment"]["Variables"]) == wanted


def test_every_function_is_published_as_live(prod: Template) -> None:
    aliases = prod.properties("AWS::Lambda::Alias")
    assert [alias["Name"] for alias in aliases] == ["live"] * len(FUNCTIONS)
    versions = prod.of("AWS::Lambda::Version")
    assert {alias["FunctionVersion"]["Fn::GetAtt"][0] for alias in aliases} == set(versions)


def test_new_values_of_parameters_publish_new_versions(prod: Template) -> None:
    """A version is only made anew when it is replaced, which a new description does."""
    described = {"Fn::Join": ["", ["configuration ", {"Ref": "Configuration"}]]}
    for each in (*prod.properties("AWS::Lambda::Version"), *prod.properties("AWS::Lambda::Function")):
        assert each["Description"] == described


def test_every_log_group_belongs_to_the_stack_and_forgets(prod: Template) -> None:
    groups = prod.of("AWS::Logs::LogGroup")
    assert all(group["Properties"]["RetentionInDays"] == 90 for group in groups.values())
    for function in prod.properties("AWS::Lambda::Function"):
        assert function["LoggingConfig"]["LogGroup"]["Ref"] in groups


def test_the_routes_are_those_of_the_blocks(prod: Template) -> None:
    assert routes(prod) == {(route, "ANY") for function in FUNCTIONS for route in function.routes}


def routes(template: Template) -> set[tuple[str, str]]:
    resources = template.of("AWS::ApiGateway::Resource")

    def path(reference: Any) -> str:
        found = resources.get(reference.get("Ref", ""))
        if found is None:
            return ""
        return f"{path(found['Properties']['ParentId'])}/{found['Properties']['PathPart']}"

    methods = template.properties("AWS::ApiGateway::Method")
    return {(path(method["ResourceId"]) or "/", method["HttpMethod"]) for method in methods}


def test_every_call_goes_to_an_alias(prod: Template) -> None:
    aliases = set(prod.of("AWS::Lambda::Alias"))
    for permission in prod.properties("AWS::Lambda::Permission"):
        assert permission["FunctionName"]["Ref"] in aliases
    for mapping in prod.properties("AWS::Lambda::EventSourceMapping"):
        name, alias = mapping["FunctionName"]["Fn::Join"][1]
        assert any(each in str(name) for each in aliases) and alias == ":live"


def test_the_api_is_regional_and_passes_bytes(prod: Template) -> None:
    (api,) = prod.properties("AWS::ApiGateway::RestApi")
    assert api["EndpointConfiguration"]["Types"] == ["REGIONAL"]
    assert api["BinaryMediaTypes"] == ["*/*"]


@pytest.mark.parametrize(
    ("networks", "kind"),
    [
        ("203.0.113.0/24", "ipv4"),
        ("203.0.113.0/24,198.51.100.7/32", "ipv4"),
        ("2001:db8::/32", "dualstack"),
        ("203.0.113.0/24,2001:db8::/32", "dualstack"),
    ],
)
def test_the_api_is_reachable_over_ipv6_where_an_ipv6_network_is_let_in(
    prod: Template, networks: str, kind: str
) -> None:
    """With dualstack alone a client with both would come from an address that nobody has listed."""
    (api,) = Resolved(prod.content, {"AllowedCidrs": networks}).of("AWS::ApiGateway::RestApi").values()
    assert api["Properties"]["EndpointConfiguration"]["IpAddressType"] == kind


@pytest.mark.parametrize("name", [name for name in ENVIRONMENTS if name != "local"])
def test_strangers_reach_health_and_nothing_else(assembly: Assembly, name: str) -> None:
    stack = assembly.stack(name)
    (api,) = stack.properties("AWS::ApiGateway::RestApi")
    every, *open = api["Policy"]["Statement"]
    networks = {"Fn::Split": [",", {"Ref": "AllowedCidrs"}]}
    assert every["Condition"] == {"IpAddress": {"aws:SourceIp": networks}}
    assert [each["Resource"] for each in open] == ["execute-api:/*/GET/health", "execute-api:/*/HEAD/health"]
    assert "Default" not in stack.content["Parameters"]["AllowedCidrs"]


def test_a_queue_waits_six_timeouts_and_gives_up_after_three(prod: Template) -> None:
    (worker,) = [function for function in FUNCTIONS if function.queue]
    queue = prod.one("AWS::SQS::Queue", QueueName=f"prod-{worker.queue}")["Properties"]
    assert queue["VisibilityTimeout"] == 6 * worker.timeout
    assert queue["RedrivePolicy"]["maxReceiveCount"] == 3
    (mapping,) = prod.properties("AWS::Lambda::EventSourceMapping")
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": 10}


def test_schedules_are_those_of_the_blocks(prod: Template) -> None:
    rules = prod.properties("AWS::Events::Rule")
    assert [rule["ScheduleExpression"] for rule in rules] == [f.schedule for f in FUNCTIONS if f.schedule]


def test_every_alarm_tells_the_topic(prod: Template) -> None:
    (topic,) = [
        id
        for id, each in prod.of("AWS::SNS::Topic").items()
        if each["Properties"]["TopicName"] == "prod-alarms"
    ]
    alarms = prod.properties("AWS::CloudWatch::Alarm")
    assert all(alarm["AlarmActions"] == [{"Ref": topic}] for alarm in alarms)
    watched = {alarm["MetricName"] for alarm in alarms if "MetricName" in alarm}
    assert {"Errors", "Throttles", "ApproximateNumberOfMessagesVisible", "5XXError"} <= watched


def test_alarms_are_mailed_to_whom_the_deployment_names(prod: Template) -> None:
    mail = prod.one("AWS::SNS::Subscription", Protocol="email")
    assert mail["Properties"]["Endpoint"] == {"Ref": "AlarmEmail"}
    condition = prod.content["Conditions"][mail["Condition"]]
    assert condition == {"Fn::Not": [{"Fn::Equals": [{"Ref": "AlarmEmail"}, ""]}]}
    assert prod.content["Parameters"]["AlarmEmail"]["Default"] == ""


def test_data_that_nobody_renews_is_an_alarm_and_so_is_silence(prod: Template) -> None:
    alarm = prod.one("AWS::CloudWatch::Alarm", MetricName="ScopesCollected")["Properties"]
    assert (alarm["Namespace"], alarm["Statistic"], alarm["Period"]) == ("Polo/prod", "Sum", 3600)
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("LessThanOrEqualToThreshold", 0)
    assert (alarm["EvaluationPeriods"], alarm["TreatMissingData"]) == (3, "breaching")
    sync = (ROOT / "src" / "lambda_sync.py").read_text()
    assert 'name="ScopesCollected"' in sync  # else the alarm would wait for what nobody sends


def test_the_parameters_are_what_a_deployment_gives(assembly: Assembly) -> None:
    for name in ENVIRONMENTS:
        given = parameter_values(FUNCTIONS, environment(name), {"ALLOWED_CIDRS": "203.0.113.0/24"})
        asked = set(assembly.stack(name).content["Parameters"]) - {"BootstrapVersion"}
        assert set(given) == asked


def test_a_role_may_do_what_its_block_says_and_nothing_to_everything(prod: Template) -> None:
    allowed = {}
    for policy in prod.properties("AWS::IAM::Policy"):
        for statement in policy["PolicyDocument"]["Statement"]:
            actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
            assert not [action for action in actions if "*" in action]
            if statement["Resource"] == "*":
                allowed.update(dict.fromkeys(actions))
    assert set(allowed) <= {
        "xray:PutTraceSegments",
        "xray:PutTelemetryRecords",
        "organizations:ListAccounts",
        *COST_ACTIONS,  # of lambda_costs: they know no resources
    }, json.dumps(sorted(allowed))
