"""The cases of the real API Gateway, by their number in the table of recorded behaviour."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from devserver.gateway.gateway import (
    Api,
    Client,
    LambdaFunction,
    Request,
    Response,
    Route,
    Unanswered,
    handle,
    overrun,
)
from devserver.gateway.http_message import values_of

TEXT = Api(binary_media_types=())
STAGE = replace(TEXT, stage="stage", under_stage=True)
HARDCODED = replace(TEXT, routes=(*TEXT.routes, Route("/hardcoded"), Route("/user/{id}", "GET")))
PNG = replace(TEXT, binary_media_types=("image/png",))
ERROR = {"message": "Internal server error"}


def echo(event: dict[str, Any], _context: object) -> dict[str, Any]:
    return {"body": json.dumps(event)}


def event_of(target: str, api: Api = TEXT, method: str = "GET", **options: Any) -> dict[str, Any]:
    response = Client(echo, api).request(method, target, **options)
    assert response.status == 200, response
    event: dict[str, Any] = response.json()
    return event


def respond(answer: object, api: Api = TEXT, **options: Any) -> Response:
    return Client(lambda event, context: answer, api, log=lambda text: None).get("/", **options)


NULL = (
    ("1", "queryStringParameters"),
    ("1", "multiValueQueryStringParameters"),
    ("2", "body"),
    ("4", "stageVariables"),
)


@pytest.mark.parametrize(("case", "field"), NULL)
def test_what_is_not_there_is_null(case: str, field: str) -> None:
    event = event_of("/proxy-value")
    assert event[field] is None
    assert event["isBase64Encoded"] is False


def test_case_3_greedy_route() -> None:
    event = event_of("/proxy-value")
    assert event["resource"] == event["requestContext"]["resourcePath"] == "/{proxy+}"
    assert event["pathParameters"] == {"proxy": "proxy-value"}


def test_case_5_route_without_parameters() -> None:
    event = event_of("/hardcoded", HARDCODED)
    assert (event["resource"], event["pathParameters"]) == ("/hardcoded", None)


PATHS = {
    "6": ("/proxy-value/", TEXT, "/proxy-value/", "proxy-value", "/proxy-value/"),
    "7": ("/a//double-slash", TEXT, "/a//double-slash", "a//double-slash", "/a//double-slash"),
    "9": ("/stage//proxy-value", STAGE, "/proxy-value", "proxy-value", "/stage//proxy-value"),
    "10": (
        "/user/test%2Balias@gmail.com/plus/test+alias@gmail.com",
        TEXT,
        "/user/test%2Balias@gmail.com/plus/test+alias@gmail.com",
        "user/test%2Balias@gmail.com/plus/test+alias@gmail.com",
        "/user/test%2Balias@gmail.com/plus/test+alias@gmail.com",
    ),
    "11": (
        "/stage/capture/space%20value",
        STAGE,
        "/capture/space%20value",
        "capture/space%20value",
        "/stage/capture/space%20value",
    ),
    "12-slash-stays-encoded": ("/a%2Fb", TEXT, "/a%2Fb", "a%2Fb", "/a%2Fb"),
    "34": ("/stage/capture/x", STAGE, "/capture/x", "capture/x", "/stage/capture/x"),
    "root-domain-double-slash": ("//proxy-value", TEXT, "/proxy-value", "proxy-value", "//proxy-value"),
    "bytes-beyond-ascii": ("/caf\xc3\xa9", TEXT, "/caf%C3%A9", "caf%C3%A9", "/caf%C3%A9"),
}


@pytest.mark.parametrize("case", PATHS)
def test_path(case: str) -> None:
    target, api, path, proxy, context_path = PATHS[case]
    event = event_of(target, api)
    assert event["path"] == path
    assert event["pathParameters"] == {"proxy": proxy}
    assert event["requestContext"]["path"] == context_path
    assert event["requestContext"]["stage"] == api.stage


QUERIES = {
    "13": ("email=test%2Balias@gmail.com", {"email": ["test+alias@gmail.com"]}),
    "14-literal-plus": ("plus=test+alias@gmail.com", {"plus": ["test alias@gmail.com"]}),
    "15": ("t=18:05:10.123456+00:00", {"t": ["18:05:10.123456 00:00"]}),
    "16": ("encodedPlus=a%2Bb", {"encodedPlus": ["a+b"]}),
    "17": ("whitespace=foo%20bar", {"whitespace": ["foo bar"]}),
    "18": ("url=https://www.google.com/", {"url": ["https://www.google.com/"]}),
    "19": ("empty=", {"empty": [""]}),
    "20-no-equals-sign": ("flag", {"flag": [""]}),
    "21": ("price=10&price=20&price=30", {"price": ["10", "20", "30"]}),
    "22-fragment": ("zhash=abort/#&ignored=1", {"zhash": ["abort/"]}),
    "semicolon-splits": ("a=1;b=2", {"a": ["1"], "b": ["2"]}),
    "decoded-once": ("a=%2525", {"a": ["%25"]}),
}


@pytest.mark.parametrize("case", QUERIES)
def test_query(case: str) -> None:
    query, expected = QUERIES[case]
    event = event_of(f"/x?{query}")
    assert event["multiValueQueryStringParameters"] == expected
    assert event["queryStringParameters"] == {name: values[-1] for name, values in expected.items()}


def test_case_23_an_unencoded_pipe_is_told_on_the_console() -> None:
    told: list[str] = []
    Client(echo, TEXT, log=told.append).get("/x?a=x|y")
    assert "percent-encoded" in told[0]


HEADERS: dict[str, tuple[list[tuple[str, str]], dict[str, list[str]]]] = {
    "24-repeated": ([("x-p", "first"), ("x-p", "second")], {"x-p": ["first", "second"]}),
    "25": ([("tEsT-HEADeR", "v1"), ("tEsT-HEADeR", "v2")], {"tEsT-HEADeR": ["v1", "v2"]}),
    "26-authorization": ([("aUThorization", "Bearer a;b c")], {"Authorization": ["Bearer a;b c"]}),
    "27": ([("user-agent", "curl/8")], {"User-Agent": ["curl/8"]}),
    "28": (
        [("accept", "a"), ("content-type", "b"), ("cookie", "c=d")],
        {"accept": ["a"], "content-type": ["b"], "cookie": ["c=d"]},
    ),
    "29": ([("Cookie", "session=abc123; theme=dark")], {"Cookie": ["session=abc123; theme=dark"]}),
}


@pytest.mark.parametrize("case", HEADERS)
def test_header(case: str) -> None:
    sent, expected = HEADERS[case]
    event = event_of("/", headers=sent)
    for name, values in expected.items():
        assert event["multiValueHeaders"][name] == values
        assert event["headers"][name] == values[-1]
        assert [other for other in event["headers"] if other.lower() == name.lower()] == [name]
    assert "cookies" not in event


def test_case_30_forwarded_headers_and_trace_id() -> None:
    headers = event_of("/", source_ip="192.0.2.7", headers={"X-Forwarded-For": "198.51.100.1"})["headers"]
    assert headers["X-Forwarded-For"] == "198.51.100.1, 192.0.2.7"
    assert (headers["X-Forwarded-Port"], headers["X-Forwarded-Proto"]) == ("443", "https")
    assert re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}", headers["X-Amzn-Trace-Id"])


def test_case_31_connection_headers_stay_at_the_edge() -> None:
    sent = {"Connection": "keep-alive", "Content-Length": "2", "TE": "trailers", "Upgrade": "h2c"}
    event = event_of("/", method="POST", body="{}", headers=sent)
    assert not set(event["headers"]) & set(sent)


def test_case_32_a_regional_api_has_no_cloudfront_headers() -> None:
    headers = event_of("/")["headers"]
    assert not [name for name in headers if name.startswith("CloudFront-") or name in ("Via", "X-Amz-Cf-Id")]


def test_case_33_identity() -> None:
    identity = event_of("/", source_ip="192.0.2.7", headers={"User-Agent": "me"})["requestContext"][
        "identity"
    ]
    names = "accessKey accountId caller cognitoAuthenticationProvider cognitoAuthenticationType"
    names += " cognitoIdentityId cognitoIdentityPoolId principalOrgId user userArn"
    assert identity == dict.fromkeys(names.split()) | {"sourceIp": "192.0.2.7", "userAgent": "me"}


def test_cases_35_36_38_39_request_context() -> None:
    event = event_of("/x", replace(TEXT, domain_name="abc.execute-api.eu-west-1.amazonaws.com"))
    names = "accountId apiId deploymentId domainName domainPrefix extendedRequestId httpMethod identity path"
    names += " protocol requestId requestTime requestTimeEpoch resourceId resourcePath stage"
    context = event["requestContext"]
    assert set(context) == set(names.split())
    assert (context["domainPrefix"], context["protocol"]) == ("abc", "HTTP/1.1")
    time = datetime.strptime(context["requestTime"], "%d/%b/%Y:%H:%M:%S %z")
    assert int(time.timestamp()) == context["requestTimeEpoch"] // 1000
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", context["requestId"])
    assert "version" not in event


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("localhost:2200", "localhost"),
        ("[::1]:2200", "[::1]"),
        ("[::1]", "[::1]"),
        ("a@b.example:", "b.example"),
    ],
)
def test_the_domain_name_is_the_host_without_its_port(host: str, domain: str) -> None:
    assert event_of("/", headers={"Host": host})["requestContext"]["domainName"] == domain


BODIES = {
    "40": ("application/json", '{"a":"λ"}'.encode(), TEXT, '{"a":"λ"}', False),
    "41": ("image/png", b"\x89PNG", PNG, base64.b64encode(b"\x89PNG").decode(), True),
    "41-parameter": ("image/png; q=1", b"\x89PNG", PNG, base64.b64encode(b"\x89PNG").decode(), True),
    "41-other-type": ("text/plain", b"hello", PNG, "hello", False),
    "43": ("application/x-www-form-urlencoded", b"a=1&b=2", TEXT, "a=1&b=2", False),
    "ours-every-body": ("text/plain", b"hello", Api(), base64.b64encode(b"hello").decode(), True),
    "ours-empty-body": ("text/plain", b"", Api(), None, False),
}


@pytest.mark.parametrize("case", BODIES)
def test_body(case: str) -> None:
    kind, sent, api, body, encoded = BODIES[case]
    event = event_of("/", api, "POST", body=sent, headers={"Content-Type": kind})
    assert (event["body"], event["isBase64Encoded"]) == (body, encoded)


def test_case_42_a_body_that_is_no_text_does_not_raise() -> None:
    assert event_of("/", method="POST", body=b"\xff\xfe")["isBase64Encoded"] is False


def test_case_45_a_trailing_slash_finds_the_route() -> None:
    event = event_of("/hardcoded/", HARDCODED)
    assert (event["resource"], event["path"]) == ("/hardcoded", "/hardcoded/")


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"])
def test_case_47_any_means_every_method(method: str) -> None:
    seen: list[str] = []
    Client(lambda event, _: seen.append(event["httpMethod"]) or {}, TEXT).request(method, "/")
    assert seen == [method]


def test_case_47_a_head_answer_has_no_body() -> None:
    response = Client(lambda event, _: {"body": "hello"}).request("HEAD", "/")
    assert (response.body, response.header("Content-Length")) == (b"", "5")


@pytest.mark.parametrize(
    ("method", "target", "api"),
    [
        pytest.param("OPTIONS", "/user/1", HARDCODED, id="48-no-options-method"),
        pytest.param("GET", "/x", replace(TEXT, routes=(Route("/"),)), id="88-no-route"),
        pytest.param("POST", "/user/1", HARDCODED, id="89-wrong-method"),
        pytest.param("BREW", "/", TEXT, id="89-no-http-method"),
        pytest.param("GET", "/other/x", STAGE, id="outside-the-stage"),
        pytest.param("GET", "/stagex", STAGE, id="longer-than-the-stage"),
        pytest.param("OPTIONS", "*", TEXT, id="asterisk"),
    ],
)
def test_no_such_method(method: str, target: str, api: Api) -> None:
    response = Client(echo, api).request(method, target)
    assert response.status == 403
    assert response.json() == {"message": "Missing Authentication Token"}
    assert response.header("x-amzn-ErrorType") == "MissingAuthenticationTokenException"


def test_case_49_the_literal_route_wins() -> None:
    assert event_of("/hardcoded", HARDCODED)["resource"] == "/hardcoded"
    assert event_of("/user/7", HARDCODED)["pathParameters"] == {"id": "7"}
    assert event_of("/user/7/x", HARDCODED)["resource"] == "/{proxy+}"


NESTED = replace(TEXT, routes=(Route("/test"), Route("/test/{id}"), Route("/test/{id}/{rest+}")))
ROUTED = {
    "/test": ("/test", None),
    "//test/random/": ("/test/{id}", {"id": "random"}),
    "/test/a%2Fb": ("/test/{id}", {"id": "a%2Fb"}),
    "/test/random/is/greedy": ("/test/{id}/{rest+}", {"id": "random", "rest": "is/greedy"}),
}


@pytest.mark.parametrize("target", ROUTED)
def test_a_route_takes_its_parameters_from_the_path_as_sent(target: str) -> None:
    event = event_of(target, NESTED)
    assert (event["resource"], event["pathParameters"]) == ROUTED[target]


def test_case_50_the_documented_event() -> None:
    api = Api(
        (Route("/hello/world"),), "testStage", True, (), "j3azlsj0c4.execute-api.us-east-2.amazonaws.com"
    )
    event = event_of("/testStage/hello/world?name=me", api, "POST", body='{\r\n\t"a": 1\r\n}')
    assert list(event) == [
        "resource",
        "path",
        "httpMethod",
        "headers",
        "multiValueHeaders",
        "queryStringParameters",
        "multiValueQueryStringParameters",
        "pathParameters",
        "stageVariables",
        "requestContext",
        "body",
        "isBase64Encoded",
    ]
    assert (event["resource"], event["httpMethod"], event["body"]) == (
        "/hello/world",
        "POST",
        '{\r\n\t"a": 1\r\n}',
    )


OK: dict[str, tuple[Any, int, bytes]] = {
    "51-72-no-content-type": ({"statusCode": 200}, 200, b""),
    "52": ({"statusCode": 200, "headers": None}, 200, b""),
    "53-multi-null": ({"statusCode": 200, "multiValueHeaders": None}, 200, b""),
    "55-empty-object": ({}, 200, b""),
    "61-digits": ({"statusCode": "201"}, 201, b""),
    "63": ({"headers": {"a": "b"}}, 200, b""),
    "75-base64-without-binary-types": ({"body": "aGk=", "isBase64Encoded": True}, 200, b"aGk="),
    "80-true-as-text": ({"body": "x", "isBase64Encoded": "true"}, 200, b"x"),
    "body-null": ({"body": None}, 200, b""),
}


@pytest.mark.parametrize("case", OK)
def test_accepted_answer(case: str) -> None:
    answer, status, body = OK[case]
    response = respond(answer)
    assert (response.status, response.body) == (status, body)
    assert response.header_values("Content-Type") == ["application/json"]
    assert response.header("Content-Length") == str(len(body))


BAD: dict[str, object] = {
    "54": {"statusCode": 200, "wrongValue": "value"},
    "56": "justAString",
    "57": [{"statusCode": 200}],
    "58-none": None,
    "59-datetime": {"body": datetime(2026, 1, 1)},
    "59-set": {"body": {1}},
    "59-bytes": {"body": b"x"},
    "59-decimal": {"statusCode": Decimal(200)},
    "59-nan": {"statusCode": float("nan")},
    "60": {"statusCode": "test"},
    "62": {"statusCode": -1},
    "68": {"multiValueHeaders": {"x": "value1"}},
    "81-object": {"body": {"a": 1}},
    "81-list": {"body": []},
    "82-number": {"body": 5},
    "80-number": {"isBase64Encoded": 2},
    "86": {"body": "x" * 7_000_000},
    "92": {"cookies": ["a=b"]},
    "headers-list": {"headers": ["a"]},
    "header-object": {"headers": {"a": {}}},
    "header-injection": {"headers": {"a": "b\r\nSet-Cookie: c=d"}},
    "header-name": {"headers": {"a b": "c"}},
}


@pytest.mark.parametrize("case", BAD)
def test_wrong_answer_is_502_with_the_reason_on_the_console(case: str) -> None:
    told: list[str] = []
    response = Client(lambda event, context: BAD[case], TEXT, told.append).get("/")
    assert (response.status, response.json()) == (502, ERROR)
    assert response.header("x-amzn-ErrorType") == "InternalServerErrorException"
    assert "malformed Lambda proxy response" in told[0]


LINES: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "64": ({"multiValueHeaders": {"m": ["v1", "v2"]}}, [("m", "v1"), ("m", "v2")]),
    "65-both": (
        {"headers": {"m": "3"}, "multiValueHeaders": {"m": ["1", "2"]}},
        [("m", "1"), ("m", "2"), ("m", "3")],
    ),
    "66-bool": ({"headers": {"a": True}}, [("a", "true")]),
    "66-number": ({"headers": {"a": 1}}, [("a", "1")]),
    "67": ({"headers": {"a": "1"}, "multiValueHeaders": {"a": ["1"]}}, [("a", "1")]),
    "70": (
        {"multiValueHeaders": {"Set-Cookie": ["a=1; Path=/", "b=2"]}},
        [("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "b=2")],
    ),
    "71": (
        {"headers": {"Set-Cookie": "a=1", "set-cookie": "b=2", "SET-COOKIE": "c=3"}},
        [("Set-Cookie", "a=1"), ("set-cookie", "b=2"), ("SET-COOKIE", "c=3")],
    ),
    "73": ({"headers": {"content-type": "text/html"}}, [("content-type", "text/html")]),
    "74": ({"headers": {"Content-Type": None}}, []),
    "91": (
        {"headers": {"Date": "x", "server": "y", "Content-Length": "9", "WWW-Authenticate": "Basic"}},
        [
            ("x-amzn-Remapped-Date", "x"),
            ("x-amzn-Remapped-server", "y"),
            ("x-amzn-Remapped-Content-Length", "9"),
            ("x-amzn-Remapped-WWW-Authenticate", "Basic"),
        ],
    ),
    "beyond-latin-1": ({"headers": {"a": "λ"}}, [("a", "\xce\xbb")]),
}
GATEWAYS_OWN = ("x-amzn-RequestId", "x-amz-apigw-id", "X-Amzn-Trace-Id", "Content-Length")


@pytest.mark.parametrize("case", LINES)
def test_response_header_lines(case: str) -> None:
    answer, expected = LINES[case]
    response = respond(answer)
    assert response.status == 200
    assert [name for name in GATEWAYS_OWN if not values_of(response.headers, name)] == []
    own = (*GATEWAYS_OWN, *(() if case == "73" else ("Content-Type",)))
    assert [line for line in response.headers if line[0] not in own] == expected
    assert len(response.header_values("content-type")) == 1


def test_case_91_transfer_encoding_is_500() -> None:
    assert respond({"headers": {"Transfer-Encoding": "chunked"}}).status == 500


DECODED = {
    "76": (PNG, "image/png", b"hi"),
    "77-first-of-accept": (PNG, "image/png,text/html;q=0.9", b"hi"),
    "77-not-first": (PNG, "text/html,image/png", b"aGk="),
    "78": (Api(), "text/html", b"hi"),
}


@pytest.mark.parametrize("case", DECODED)
def test_base64_answer(case: str) -> None:
    api, accept, body = DECODED[case]
    answer = {"body": "aGk=", "isBase64Encoded": True}
    assert respond(answer, api, headers={"accept": accept}).body == body


def test_case_79_invalid_base64_is_500() -> None:
    assert respond({"body": "%%%", "isBase64Encoded": True}, Api()).status == 500


@pytest.mark.parametrize("error", [ValueError("boom"), SystemExit(1)])
def test_case_83_a_handler_that_raises(error: BaseException) -> None:
    def handler(event: object, context: object) -> object:
        raise error

    told: list[str] = []
    response = Client(handler, TEXT, told.append).get("/")
    assert (response.status, response.json()) == (502, ERROR)
    assert "Traceback" in told[0]
    assert type(error).__name__ in told[0]


@pytest.mark.parametrize(
    ("duration", "function", "expected"),
    [
        pytest.param(29.5, 30, 504, id="84"),
        pytest.param(3.5, 3, 502, id="85"),
        pytest.param(40, 30, 504, id="84-both-late"),
        pytest.param(28, 30, None, id="in-time"),
    ],
)
def test_time_out(duration: float, function: float, expected: int | None) -> None:
    assert overrun(duration, function, 29.0) == expected


@pytest.mark.parametrize(("seconds", "status"), [(29.5, 504), (31, 504), (3.5, 200)])
def test_case_84_a_late_answer_is_lost(seconds: float, status: int) -> None:
    told: list[str] = []
    times = iter([0.0, 0.0, seconds])
    response = handle(
        TEXT, Request(), lambda function, event, context: {}, told.append, lambda: next(times, seconds)
    )
    assert response.status == status
    assert bool(told) is (status == 504)


def test_case_87_body_over_10_mb() -> None:
    response = Client(echo).post("/", body=b"x" * (10 * 1024 * 1024 + 1))
    assert (response.status, response.json()) == (413, {"message": "Request Too Long"})


@pytest.mark.parametrize(("size", "status"), [(10_000, 200), (10_240, 431)])
def test_headers_over_10240_bytes(size: int, status: int) -> None:
    response = Client(echo).get("/", headers={"A": "x" * (size // 2), "B": "x" * (size // 2)})
    assert response.status == status


@pytest.mark.parametrize(("seconds", "timeout", "status"), [(29, 30, 504), (3, 3, 502), (0, 30, 502)])
def test_a_function_that_was_cut_off_or_crashed(seconds: float, timeout: float, status: int) -> None:
    def invoke(*_: object) -> object:
        raise Unanswered("gone", seconds)

    told: list[str] = []
    api = replace(TEXT, routes=(Route("/", function=LambdaFunction(timeout=timeout)),))
    assert handle(api, Request(), invoke, told.append).status == status
    assert told == ["PoloFunction: gone"]


def test_case_90_request_ids_agree_with_the_event() -> None:
    response = Client(echo, TEXT).get("/")
    event = response.json()
    assert response.header("x-amzn-RequestId") == event["requestContext"]["requestId"]
    assert response.header("x-amz-apigw-id") == event["requestContext"]["extendedRequestId"]
    assert response.header("X-Amzn-Trace-Id") == event["headers"]["X-Amzn-Trace-Id"]


def test_case_94_remaining_time_falls() -> None:
    def handler(event: object, context: Any) -> dict[str, str]:
        times = [context.get_remaining_time_in_millis() for _ in range(2)]
        return {"body": json.dumps(times)}

    api = replace(TEXT, routes=(Route("/", function=LambdaFunction(timeout=3)),))
    first, second = Client(handler, api).get("/").json()
    assert isinstance(first, int)
    assert 3000 >= first >= second > 2000


def test_a_204_has_no_body() -> None:
    response = respond({"statusCode": 204, "body": "x"})
    assert (response.body, response.header("Content-Length")) == (b"", None)


def test_what_a_handler_does_to_its_event_does_not_reach_the_response() -> None:
    def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
        event.clear()
        return {"body": "ok"}

    assert Client(handler).get("/").text == "ok"


def test_client_writes_bodies() -> None:
    client = Client(echo, TEXT)
    assert client.post("/", json={"a": 1}).json()["body"] == '{"a": 1}'
    form = client.post("/", form={"a": "1 2"}).json()
    assert form["body"] == "a=1+2"
    assert form["headers"]["Content-Type"] == "application/x-www-form-urlencoded"


def test_44_powertools_reads_the_event_as_a_rest_api_event() -> None:
    read = APIGatewayProxyEvent(event_of("/a%20b?x=1&x=2", headers={"tEsT": "v"}, method="POST", body="text"))
    assert (read.path, read.http_method, read.decoded_body) == ("/a%20b", "POST", "text")
    assert read.headers["TEST"] == "v"
    assert read.resolved_query_string_parameters == {"x": ["1", "2"]}
    assert read.request_context.identity.source_ip == "127.0.0.1"
