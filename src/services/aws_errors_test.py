from __future__ import annotations

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    SSOTokenLoadError,
    UnauthorizedSSOTokenError,
)
from botocore.parsers import ResponseParserError

from services.aws_errors import Asked, translate

ASKED = Asked("prod", "ec2", "DescribeVolumes", "eu-west-1")
SSO = Asked("prod", "sts", "GetCallerIdentity", sso=True)


def refused(code: str, message: str = "no") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "DescribeVolumes")


@pytest.mark.parametrize(
    "error",
    [refused("ExpiredToken"), refused("ExpiredTokenException"), UnauthorizedSSOTokenError(),
     SSOTokenLoadError(error_msg="Token for x does not exist")],
    ids=lambda error: type(error).__name__,
)  # fmt: skip
def test_expired_sso_says_how_to_log_in(error: Exception) -> None:
    found = translate(error, SSO)
    assert "'prod' have expired" in found.message
    assert found.way_out == "aws sso login --profile prod"


def test_expired_keys_are_not_those_of_sso() -> None:
    assert translate(refused("ExpiredToken"), ASKED).way_out == "aws configure --profile prod"


def test_denied_names_the_action_that_aws_names() -> None:
    said = "User: arn:aws:iam::1:user/x is not authorized to perform: ec2:DescribeTags because no policy"
    found = translate(refused("UnauthorizedOperation", said), ASKED)
    assert (found.message, found.way_out) == (
        "UnauthorizedOperation: profile 'prod' may not call ec2:DescribeTags",
        "allow ec2:DescribeTags in its policy",
    )


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
    found = translate(refused("AccessDenied", "Access Denied"), Asked("prod", service, operation))
    assert action in found.message


@pytest.mark.parametrize("code", ["InvalidClientTokenId", "AuthFailure", "SignatureDoesNotMatch"])
def test_invalid_credentials_say_where(code: str) -> None:
    found = translate(refused(code), ASKED)
    assert found.message == f"the credentials of profile 'prod' are not valid in eu-west-1 ({code})"


def test_missing_credentials_are_set_up_with_aws_configure() -> None:
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
