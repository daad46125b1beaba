"""Assumes a role in another account, as the function whose role it has does, and tries what it may do."""

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ONCE = Config(retries={"total_max_attempts": 1})


def handler(event, context):
    """event: "assume" for AssumeRole, and "calls" as [service, operation, arguments].

    Answers "refused", the error code of AssumeRole, and "codes" of the calls; empty for what worked.
    """
    try:
        found = boto3.client("sts", config=ONCE).assume_role(**event["assume"])["Credentials"]
    except ClientError as error:
        return {"refused": error.response["Error"]["Code"], "codes": []}
    session = boto3.Session(found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"])
    return {"refused": "", "codes": [code(session, *call) for call in event["calls"]]}


def code(session, service, operation, arguments):
    client = session.client(service, config=ONCE)
    try:
        getattr(client, operation)(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return ""
