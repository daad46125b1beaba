"""People, roles, keys, secrets and names of the demo estate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tooling.demo_place import Made, Place, sample_with

PEOPLE = ("ana.ruiz", "ben.okafor", "chen.li", "deploy-bot", "eva.novak", "faisal.khan", "grafana-reader")


def user(place: Place) -> Made:
    id, made = _person(place), place.ago(30, 1400)
    robot = "-" in id.partition(".")[0]
    report = {
        "user": id,
        "arn": f"arn:aws:iam::{place.account}:user/{id}",
        "user_creation_time": made,
        "password_enabled": "false" if robot else "true",
        "password_last_used": place.ago(0, 200),
        "mfa_active": "false" if robot or place.often(25) else "true",
        "access_key_1_active": "true" if robot or place.often(50) else "false",
        "access_key_2_active": "false",
    }
    if robot:
        del report["password_last_used"]
    tags = [{"Key": "Team", "Value": place.random.choice(["platform", "search", "data"])}]
    item = sample_with("users", UserName=id, Arn=report["arn"], CreateDate=made, Report=report, Tags=tags)
    return item, 0.0


def access_key(place: Place) -> Made:
    id = _person(place)
    item = sample_with(
        "accesskeys",
        Id=f"{id}/1",
        UserArn=f"arn:aws:iam::{place.account}:user/{id}",
        active="false" if place.often(20) else "true",
        last_rotated=place.ago(5, 900),
        last_used_date=place.ago(0, 200),
        last_used_region=place.region,
        last_used_service=place.random.choice(["s3", "sts", "ecr", "dynamodb"]),
    )
    return item, 0.0


def _person(place: Place) -> str:
    turn, which = divmod(place.number, len(PEOPLE))
    return PEOPLE[which] + (f".{turn}" if turn else "")


def role(place: Place) -> Made:
    name, service = place.named(), place.random.choice(["ec2", "lambda", "ecs-tasks", "codebuild"])
    id = f"{name.app}-{service}-{place.number:02d}"
    statement = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}}
    used: dict[str, Any] = {"LastUsedDate": place.ago(0, 380), "Region": place.region}
    item = sample_with(
        "roles",
        RoleName=id,
        Arn=f"arn:aws:iam::{place.account}:role/{id}",
        CreateDate=place.ago(30, 1500),
        AssumeRolePolicyDocument={"Version": "2012-10-17", "Statement": [statement]},
        RoleLastUsed=used if place.often(75) else {},
        Tags=name.tags,
    )
    return item, 0.0


def account_summary(place: Place) -> Made:
    root: dict[str, Any] = {
        "user": "<root_account>",
        "arn": f"arn:aws:iam::{place.account}:root",
        "user_creation_time": place.ago(1200, 2400),
        "password_last_used": place.ago(2, 900),
    }
    summary = {
        "AccountMFAEnabled": int(place.account_name != "sandbox"),
        "AccountAccessKeysPresent": int(place.account_name == "ml-research"),
        "Users": place.random.randrange(1, 20),
        "Groups": place.random.randrange(1, 5),
        "Roles": place.random.randrange(20, 160),
        "Policies": place.random.randrange(5, 40),
    }
    item = sample_with("accountsummaries", AccountId=place.account, SummaryMap=summary, Root=root)
    return item, 0.0


def secret(place: Place) -> Made:
    name = place.named()
    id = f"{name.environment}/{name.app}/{place.random.choice(['database', 'api-key', 'smtp'])}"
    item = sample_with(
        "secrets",
        ARN=place.arn("secretsmanager", f"secret:{id}-{place.random.getrandbits(24):06x}"),
        Name=id,
        Description=f"For {name.app}",
        RotationEnabled=place.often(30),
        LastAccessedDate=place.ago(0, 300),
        CreatedDate=place.ago(301, 1200),
        Tags=name.tags,
    )
    return item, 0.40


def key(place: Place) -> Made:
    name, aws = place.named(), place.often(30)
    id = f"{place.random.getrandbits(32):08x}-4e5f-6071-8293-{place.random.getrandbits(48):012x}"
    item = sample_with(
        "keys",
        KeyId=id,
        KeyArn=place.arn("kms", f"key/{id}"),
        Arn=place.arn("kms", f"key/{id}"),
        AWSAccountId=place.account,
        CreationDate=place.ago(60, 1600),
        Description="" if aws else f"Data of {name.app}",
        KeyManager="AWS" if aws else "CUSTOMER",
        Alias="alias/aws/ebs" if aws else f"alias/{name.app}",
        Tags=[] if aws else name.tags,
    )
    return item, 0.0 if aws else 1.0


def distribution(place: Place) -> Made:
    name, id = place.named(), f"E{place.random.getrandbits(52):013X}"
    item = sample_with(
        "distributions",
        Id=id,
        ARN=f"arn:aws:cloudfront::{place.account}:distribution/{id}",
        LastModifiedTime=place.ago(5, 500),
        DomainName=f"d{id[1:].lower()}.cloudfront.net",
        Aliases={"Quantity": 1, "Items": [f"{name.app}-{place.number}.example.com"]},
        Tags=name.tags,
    )
    return item, None


def hosted_zone(place: Place) -> Made:
    name, id = place.named(), f"Z{place.random.getrandbits(76):019X}"
    private = place.often(40)
    item = sample_with(
        "hostedzones",
        Id=f"/hostedzone/{id}",
        Name=f"{name.app}.{'internal' if private else 'example.com'}.",
        Config={"Comment": "", "PrivateZone": private},
        ResourceRecordSetCount=place.random.randrange(2, 80),
        Arn=f"arn:aws:route53:::hostedzone/{id}",
        Tags=name.tags,
    )
    return item, 0.50


def certificate(place: Place) -> Made:
    name = place.named()
    id = f"{place.random.getrandbits(32):08x}-5e6f-7081-92a3-{place.random.getrandbits(48):012x}"
    domain = f"{name.app}.example.com"
    item = sample_with(
        "certificates",
        CertificateArn=place.arn("acm", f"certificate/{id}"),
        DomainName=domain,
        SubjectAlternativeNameSummaries=[domain],
        InUse=place.often(75),
        CreatedAt=place.ago(40, 380),
        Tags=name.tags,
    )
    return item, 0.0


ITEMS: dict[str, Callable[[Place], Made]] = {
    "users": user,
    "accesskeys": access_key,
    "roles": role,
    "accountsummaries": account_summary,
    "secrets": secret,
    "keys": key,
    "distributions": distribution,
    "hostedzones": hosted_zone,
    "certificates": certificate,
}
