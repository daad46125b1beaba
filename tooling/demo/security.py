"""People, roles, keys, secrets and names of the demo estate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tooling.demo.place import Item, Place

PEOPLE = ("ana.ruiz", "ben.okafor", "chen.li", "deploy-bot", "eva.novak", "faisal.khan", "grafana-reader")
SERVICES = ("ec2", "lambda", "eks", "ecs-tasks")


def user(place: Place) -> Item:
    turn, which = divmod(place.number, len(PEOPLE))
    id, made = PEOPLE[which] + (f".{turn}" if turn else ""), place.ago(30, 1400)
    robot, since = "-" in id.partition(".")[0], place.ago(1, 29)
    report = {
        "user": id,
        "arn": place.iam(f"user/{id}"),
        "user_creation_time": made,
        "password_enabled": "false" if robot else "true",
        "password_last_changed": "N/A" if robot else since,
        "mfa_active": "false" if robot or place.often(25) else "true",
        "access_key_1_active": "true" if robot or place.often(50) else "false",
        "access_key_2_active": "false",
    }
    if not robot:
        report["password_last_used"] = place.ago(0, 200)
    tags = [{"Key": "Team", "Value": place.random.choice(["platform", "search", "data"])}]
    return place.like("users", UserName=id, Arn=report["arn"], CreateDate=made, Report=report, Tags=tags)


def access_key(place: Place) -> Item:
    """The first key of its user, or the second."""
    id = place.leader.id if place.leader else "nobody"
    return place.like(
        "accesskeys",
        Id=f"{id}/{1 + place.number // max(1, len(place.ground.of['users']))}",
        UserArn=place.iam(f"user/{id}"),
        active="false" if place.often(20) else "true",
        last_rotated=place.ago(5, 900),
        last_used_date=place.ago(0, 200),
        last_used_region=place.region,
        last_used_service=place.random.choice(["s3", "sts", "ecr", "dynamodb"]),
    )


def role(place: Place) -> Item:
    """In each account one for each service, and then more."""
    service = SERVICES[place.number // place.accounts % len(SERVICES)]
    id = f"{place.name.app}-{service}-{place.number:02d}"
    statement = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}}
    used: dict[str, Any] = {"LastUsedDate": place.ago(0, 380), "Region": place.region}
    return place.like(
        "roles",
        RoleName=id,
        Arn=place.iam(f"role/{id}"),
        CreateDate=place.ago(30, 1500),
        AssumeRolePolicyDocument={"Version": "2012-10-17", "Statement": [statement]},
        RoleLastUsed=used if place.often(75) else {},
        Tags=place.name.tags,
    )


def account_summary(place: Place) -> Item:
    root: dict[str, Any] = {
        "user": "<root_account>",
        "arn": place.iam("root"),
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
    return place.like("accountsummaries", AccountId=place.account, SummaryMap=summary, Root=root)


def secret(place: Place) -> Item:
    name, key = place.name, place.any("keys")
    id = f"{name.environment}/{name.app}/{place.random.choice(['database', 'api-key', 'smtp'])}"
    return place.like(
        "secrets",
        ARN=place.arn("secretsmanager", f"secret:{id}-{place.random.getrandbits(24):06x}"),
        Name=id,
        Description=f"For {name.app}",
        RotationEnabled=place.often(30),
        LastAccessedDate=place.ago(0, 300),
        CreatedDate=place.ago(301, 1200),
        KmsKeyId=key.arn if key and place.often(60) else None,
        Tags=name.tags,
    )


def key(place: Place) -> Item:
    name, aws = place.name, place.often(30)
    id = f"{place.random.getrandbits(32):08x}-4e5f-6071-8293-{place.random.getrandbits(48):012x}"
    return place.like(
        "keys",
        KeyId=id,
        KeyArn=place.arn("kms", f"key/{id}"),
        Arn=place.arn("kms", f"key/{id}"),
        CreationDate=place.ago(60, 1600),
        Description="" if aws else f"Data of {name.app}",
        KeyManager="AWS" if aws else "CUSTOMER",
        Alias="alias/aws/ebs" if aws else f"alias/{name.app}",
        Tags=[] if aws else name.tags,
    )


def distribution(place: Place) -> Item:
    """In front of its bucket."""
    name, id = place.name, f"E{place.random.getrandbits(52):013X}"
    origin = {"Id": "files", "DomainName": f"{place.leader.id if place.leader else id}.s3.amazonaws.com"}
    return place.like(
        "distributions",
        Id=id,
        ARN=f"arn:aws:cloudfront::{place.account}:distribution/{id}",
        LastModifiedTime=place.ago(5, 500),
        DomainName=f"d{id[1:].lower()}.cloudfront.net",
        Aliases={"Quantity": 1, "Items": [f"{name.app}-{place.number}.example.com"]},
        Origins={"Quantity": 1, "Items": [origin]},
        Tags=name.tags,
    )


def hosted_zone(place: Place) -> Item:
    name, id = place.name, f"Z{place.random.getrandbits(76):019X}"
    private = place.often(40)
    return place.like(
        "hostedzones",
        Id=f"/hostedzone/{id}",
        Name=f"{name.app}.{'internal' if private else 'example.com'}.",
        Config={"Comment": "", "PrivateZone": private},
        ResourceRecordSetCount=place.random.randrange(2, 80),
        Arn=f"arn:aws:route53:::hostedzone/{id}",
        Tags=name.tags,
    )


def certificate(place: Place) -> Item:
    name = place.name
    id = f"{place.random.getrandbits(32):08x}-5e6f-7081-92a3-{place.random.getrandbits(48):012x}"
    domain, made = f"{name.app}.example.com", place.ago(40, 380)
    return place.like(
        "certificates",
        CertificateArn=place.arn("acm", f"certificate/{id}"),
        DomainName=domain,
        SubjectAlternativeNameSummaries=[domain],
        InUse=place.often(75),
        CreatedAt=made,
        IssuedAt=made,
        NotBefore=made,
        NotAfter=place.ago(-390, -15),
        Tags=name.tags,
    )


ITEMS: dict[str, Callable[[Place], Item]] = {
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
