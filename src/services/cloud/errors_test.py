from __future__ import annotations

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    LoginRefreshRequired,
    NoCredentialsError,
    SSOTokenLoadError,
    UnauthorizedSSOTokenError,
)
from botocore.parsers import ResponseParserError

from errors import Closed
from services.cloud.callers import Caller
from services.cloud.errors import Asked, translate
from services.models.kit.error_codes import DENIED

PROD = Caller("profile 'prod'", "aws configure --profile prod")
ASKED = Asked(PROD, "ec2", "DescribeVolumes", "eu-west-1")
STS = Asked(PROD, "sts", "GetCallerIdentity", "eu-west-1")
JOHN = "User: arn:aws:iam::123456789012:user/John is not authorized to perform: "
ARN = "arn:aws:organizations::123456789012:policy/o-example/service_control_policy/p-example"


def refused(code: str, message: str = "no") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "DescribeVolumes")


@pytest.mark.parametrize(
    "error",
    [refused("ExpiredToken"), refused("ExpiredTokenException"), UnauthorizedSSOTokenError(),
     SSOTokenLoadError(error_msg="Token for x does not exist"), LoginRefreshRequired()],
    ids=lambda error: type(error).__name__,
)  # fmt: skip
def test_what_has_expired_is_renewed_as_its_caller_says(error: Exception) -> None:
    found = translate(error, ASKED)
    assert "'prod' have expired" in found.message
    assert found.way_out == PROD.renew


@pytest.mark.parametrize(
    ("code", "message", "either"),
    [
        ("RequestExpired", "Request has expired.", True),
        ("RequestTimeTooSkewed", "The difference between the request time and the current time is too large.",
         False),
        ("RequestInTheFuture", "no", False),
        ("InvalidSignatureException", "Signature expired: 20260627T140000Z is now earlier than "
         "20260627T141500Z (20260627T143000Z - 15 min.)", False),
        ("InvalidSignatureException", "Signature not yet current: 20260627T150000Z is still later than "
         "20260627T143000Z (20260627T144500Z + 15 min.)", False),
        ("SignatureDoesNotMatch", "Signature expired: 20260627T140000Z is now earlier than 20260627T141500Z",
         False),
        ("AuthFailure", "AWS was not able to validate: signature not yet current", False),
    ],
)  # fmt: skip
def test_a_wrong_clock_is_told_as_one(code: str, message: str, either: bool) -> None:
    found = translate(refused(code, message), ASKED)
    assert found.message.startswith("the clock of this machine is wrong")
    assert ("or the credentials of profile 'prod' have expired" in found.message) is either
    assert found.way_out == (
        "set the clock; else aws configure --profile prod" if either else "set the clock"
    )


def test_a_signature_that_is_wrong_by_itself_is_not_the_clocks() -> None:
    said = "The request signature we calculated does not match the signature you provided."
    found = translate(refused("InvalidSignatureException", said), ASKED)
    assert found.message.startswith("the credentials of profile 'prod' are not valid")


def test_denied_names_the_action_that_aws_names() -> None:
    found = translate(refused("UnauthorizedOperation", JOHN + "ec2:DescribeTags on resource: *"), ASKED)
    assert (found.message, found.way_out) == (
        "UnauthorizedOperation: profile 'prod' may not call ec2:DescribeTags",
        "allow ec2:DescribeTags in its policy",
    )


# as https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html has them
LIST, SHOW, SECRET = (
    "codecommit:ListRepositories",
    "codedeploy:ListDeployments",
    "secretsmanager:GetSecretValue",
)
GROUP = " on resource: arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:*"
FORMS = [
    (f"{LIST} because no service control policy allows the codecommit:ListRespositories action",
     "no service control policy allows it", f"allow {LIST} in the organisation's service control policy"),
    (f"{LIST} with an explicit deny in a service control policy",
     "a service control policy denies it",
     f"take the deny of {LIST} out of the organisation's service control policy"),
    (f"{SECRET} on resource: arn:aws:secretsmanager:us-east-1:123456789012:secret:* "
     "with an explicit deny in a resource control policy",
     "a resource control policy denies it",
     f"take the deny of {SECRET} out of the organisation's resource control policy"),
    (f"{LIST} because no VPC endpoint policy allows the {LIST} action",
     "no VPC endpoint policy allows it",
     f"allow {LIST} in the policy of the VPC endpoint that the request went through"),
    (f"{SHOW}{GROUP} with an explicit deny in a VPC endpoint policy",
     "a VPC endpoint policy denies it",
     f"take the deny of {SHOW} out of the policy of the VPC endpoint that the request went through"),
    (f"{SHOW}{GROUP} because no permissions boundary allows the {SHOW} action",
     "no permissions boundary allows it", f"allow {SHOW} in the permissions boundary of that user or role"),
    ("sagemaker:ListModels with an explicit deny in a permissions boundary",
     "a permissions boundary denies it",
     "take the deny of sagemaker:ListModels out of the permissions boundary of that user or role"),
    (f"{LIST} because no session policy allows the {LIST} action",
     "no session policy allows it",
     f"allow {LIST} in the session policy that the credentials were asked for with"),
    (f"{SHOW}{GROUP} with an explicit deny in a sessions policy",
     "a session policy denies it",
     f"take the deny of {SHOW} out of the session policy that the credentials were asked for with"),
    (f"{SECRET} because no resource-based policy allows the {SECRET} action",
     "no resource-based policy allows it", f"allow {SECRET} in the resource's own policy"),
    (f"{SECRET} with an explicit deny in a resource-based policy",
     "a resource-based policy denies it", f"take the deny of {SECRET} out of the resource's own policy"),
    ("sts:AssumeRole because no role trust policy allows the sts:AssumeRole action",
     "no role trust policy allows it", "allow sts:AssumeRole in the role's trust policy"),
    ("sts:AssumeRole with an explicit deny in the role trust policy",
     "a role trust policy denies it", "take the deny of sts:AssumeRole out of the role's trust policy"),
    (f"{LIST} because no identity-based policy allows the {LIST} action",
     "no identity-based policy allows it", f"allow {LIST} in its policy"),
    (f"{SHOW}{GROUP} with an explicit deny in an identity-based policy",
     "an identity-based policy denies it", f"take the deny of {SHOW} out of its policy"),
    ("SNS:Publish on resource: arn:aws:sns:us-east-1:444455556666:x with an explicit deny in a VPC endpoint "
     "policy transitively through a service control policy",
     "a service control policy denies it",
     "take the deny of SNS:Publish out of the organisation's service control policy"),
    # with the policy's ARN, and what stands behind it since
    (f"{LIST} with an explicit deny in a service control policy: {ARN}",
     "a service control policy denies it",
     f"take the deny of {LIST} out of the organisation's service control policy ({ARN})"),
    (f"{LIST} with an explicit deny in an identity-based policy: arn:aws:iam::123456789012:policy/Deny. "
     "Go to https://us-east-1.console.aws.amazon.com/iam/home#/authorization-details/EX for complete details",
     "an identity-based policy denies it",
     f"take the deny of {LIST} out of its policy (arn:aws:iam::123456789012:policy/Deny)"),
    # older services, and a kind that does not exist yet
    (f"{LIST} on resource: * with an explicit deny",
     "a policy denies it", f"take the deny of {LIST} out of the policy that has it, which AWS does not name"),
    (f"{LIST} with an explicit deny in a landing zone policy",
     "a landing zone policy denies it", f"take the deny of {LIST} out of the landing zone policy"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "why", "way_out"), FORMS, ids=[why for _, why, _ in FORMS])
@pytest.mark.parametrize("code", DENIED)
def test_a_denial_names_the_policy_that_aws_names(code: str, said: str, why: str, way_out: str) -> None:
    for text in (
        JOHN + said,
        (JOHN + said).replace(" with an", "\nwith an").replace(" because", "\nbecause"),
    ):
        found = translate(refused(code, text), ASKED)
        action = said.partition(" ")[0]
        assert found.message == f"{code}: profile 'prod' may not call {action}: {why}"
        assert found.way_out == way_out
        organisation = "service control" in why or "resource control" in why
        assert isinstance(found, Closed) is organisation, "nobody in the account can open what that closes"


@pytest.mark.parametrize(("said", "why", "way_out"), FORMS, ids=[why for _, why, _ in FORMS])
def test_ec2_puts_an_encoded_message_behind_it(said: str, why: str, way_out: str) -> None:
    text = (
        f"You are not authorized to perform this operation. {JOHN}{said}. "
        f"Encoded authorization failure message: {'aB3_-' * 800}"
    )
    found = translate(refused("UnauthorizedOperation", text), ASKED)
    assert found.message.endswith(f": {why}")
    assert found.way_out == way_out
    assert "aB3_-aB3_-" not in str(found)


def test_a_reason_that_only_aws_can_decode_is_told_as_that() -> None:
    encoded = f"Encoded authorization failure message: {'x' * 999}"
    said = f"You are not authorized to perform this operation. {encoded}"
    found = translate(refused("UnauthorizedOperation", said), ASKED)
    assert found.message == "UnauthorizedOperation: profile 'prod' may not call ec2:DescribeVolumes"
    assert found.way_out == (
        "allow ec2:DescribeVolumes in its policy; "
        "if it does, aws sts decode-authorization-message tells which policy denies it"
    )


def test_a_reason_behind_a_long_name_is_found() -> None:
    said = (
        f"User: arn:aws:sts::123456789012:assumed-role/{'r' * 64}/{'s' * 64} is not authorized to perform: "
    )
    said += f"ec2:DescribeVolumes on resource: arn:aws:ec2:eu-west-1:1:volume/{'v' * 300} "
    found = translate(
        refused("AccessDenied", said + "with an explicit deny in a service control policy"), ASKED
    )
    assert isinstance(found, Closed)


@pytest.mark.parametrize(
    "said", ["with an explicit deny in a " + "a " * 50_000, "perform: " * 20_000, "\0<x>"]
)
def test_a_hostile_text_costs_no_time_and_names_nothing(said: str) -> None:
    found = translate(refused("AccessDenied", said), ASKED)
    assert len(str(found)) < 300


@pytest.mark.parametrize(
    ("service", "operation", "action"),
    [
        ("ec2", "DescribeVolumes", "ec2:DescribeVolumes"),
        ("s3", "ListBuckets", "s3:ListAllMyBuckets"),
        ("s3", "GetBucketEncryption", "s3:GetEncryptionConfiguration"),
        ("s3control", "GetPublicAccessBlock", "s3:GetAccountPublicAccessBlock"),
        ("elbv2", "DescribeTags", "elasticloadbalancing:DescribeTags"),
        ("elb", "DescribeLoadBalancers", "elasticloadbalancing:DescribeLoadBalancers"),
        ("opensearch", "ListDomainNames", "es:ListDomainNames"),
        ("efs", "DescribeFileSystems", "elasticfilesystem:DescribeFileSystems"),
        ("stepfunctions", "ListStateMachines", "states:ListStateMachines"),
        ("apigateway", "GetRestApis", "apigateway:GET"),
        ("apigatewayv2", "GetApis", "apigateway:GET"),
        ("resourcegroupstaggingapi", "GetResources", "tag:GetResources"),
    ],
)
def test_denied_names_the_action_of_the_operation(service: str, operation: str, action: str) -> None:
    found = translate(refused("AccessDenied", "Access Denied"), Asked(PROD, service, operation))
    assert action in found.message


@pytest.mark.parametrize("code", ["InvalidClientTokenId", "AuthFailure", "SignatureDoesNotMatch"])
def test_invalid_credentials_say_where(code: str) -> None:
    found = translate(refused(code), ASKED)
    assert found.message == f"the credentials of profile 'prod' are not valid in eu-west-1 ({code})"
    assert found.way_out == "enable eu-west-1 if it is not; else aws configure --profile prod"
    assert translate(refused(code), STS).way_out == "aws configure --profile prod"


def test_missing_credentials_are_set_up_as_the_caller_says() -> None:
    assert translate(NoCredentialsError(), ASKED).way_out == "aws configure --profile prod"


def test_throttling_says_what_was_throttled() -> None:
    assert "throttled ec2 DescribeVolumes" in translate(refused("RequestLimitExceeded"), ASKED).message


def test_endpoint_that_does_not_answer_is_named() -> None:
    found = translate(EndpointConnectionError(endpoint_url="http://127.0.0.1:9/"), ASKED)
    assert "http://127.0.0.1:9/" in found.message


def test_any_other_error_is_one_line_with_its_code() -> None:
    found = translate(refused("InternalError", "An\n internal\terror. " + "x" * 1000), ASKED)
    assert found.message.startswith("ec2 DescribeVolumes failed: InternalError: An internal error. xxx")
    assert len(found.message) < 400 and "\n" not in found.message
    assert found.code == "InternalError"


@pytest.mark.parametrize(
    "answer",
    [
        "<html><body>502 Bad Gateway</body></html>",
        "b'<!DOCTYPE html>\\n<p>The proxy says no'",
        '<?xml version="1.0"?><Error><Code>X</Code></Error>',
    ],
)
def test_markup_is_never_repeated(answer: str) -> None:
    said = f"Unable to parse response (no element found), invalid XML received:\n{answer}"
    for found in (translate(ResponseParserError(said), ASKED), translate(refused("Odd", answer), ASKED)):
        assert "<" not in str(found)
        assert "(the answer was XML or HTML)" in str(found)
    assert "Unable to parse response (no element found)" in str(translate(ResponseParserError(said), ASKED))
    assert "a < b" in str(translate(refused("Odd", "a < b, and c > d"), ASKED))
