"""A scope that takes longer than a delivery has goes on where the last one stopped: it asks only the rest."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from errors import Closed, CollectError, Unavailable
from services.cloud.aws import following
from services.collect import continued_list
from services.collect.continued import Continued, OutOfTime
from services.collect.continued_list import Following, nothing_follows
from services.collect.jobs import Job
from services.collect.kept_answers import KEEP_EVERY, Answers
from services.collect.worker import LAST_DELIVERY, RESERVE, Delivery, Outcome, Worker
from services.models import RESOURCE_TYPES
from services.models.kit.base import Call
from services.models.kit.scope import Account, Scope
from services.models.kit.values import Item
from services.store.dynamo_answers import unpacked
from tests.memory import MemoryAnswers, MemoryDataService

SHOP = Account("111122223333", "shop")
QUEUES = Scope(SHOP.id, "eu-west-1", "queues")
TYPES = {name: RESOURCE_TYPES[name] for name in ("queues", "topics")}
TIMEOUT = 900.0
NOW = 1_700_000_000_000
URL = "https://sqs.eu-west-1.amazonaws.com/111122223333/queue-{:05d}"


@dataclass
class Sqs:
    """An account with queues, on a clock that only questions move: one at a time, `seconds` each.

    asked: how often about which queue, or which operation. dies: raised once when the clock is there. alive:
    the latest second; a function that is still at work then is killed.
    """

    count: int = 12_000
    seconds: float = 0.1
    listing: float = 0.1
    topics: int = 0
    denied: bool = False
    now: float = 0.0
    dies: float = float("inf")
    alive: float = float("inf")
    asked: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)
    region: str = "eu-west-1"
    expires: float = float("inf")  # seconds after which a token of the list is refused
    lists: list[int] = field(default_factory=list)  # where each request for a page of the list began

    def account(self) -> Account:
        return SHOP

    def regions(self) -> tuple[str, ...]:
        return ("eu-west-1",)

    def source(self, region: str) -> Sqs:
        return self

    def pages(self, call: Call, region: str | None = None) -> Iterator[Item]:
        if call.operation == "list_topics":
            self._take(0.1, "list_topics")
            yield {"Topics": [{"TopicArn": f"arn:aws:sns:eu-west-1:1:{n}"} for n in range(self.topics)]}
            return
        if call.operation != "list_queues":
            self._take(0.1, call.operation)
            yield {"ResourceTagMappingList": []}
            return
        begin, at = map(float, call.parameters.get("NextToken", f"0 {self.now}").split())
        for start in range(int(begin), max(1, self.count), 1_000):
            self._take(self.listing, call.operation)
            self.lists.append(start)
            if self.now - at > self.listing + self.expires:
                raise CollectError("the token has expired", "", "InvalidNextToken")
            at = self.now
            page = {"QueueUrls": [URL.format(n) for n in range(start, min(self.count, start + 1_000))]}
            yield page | ({"NextToken": f"{start + 1_000} {at}"} if start + 1_000 < self.count else {})

    def call(
        self,
        service: str,
        operation: str,
        *,
        absent: Sequence[str] = (),
        region: str | None = None,
        **asked: Any,
    ) -> Item | None:
        about = asked.get("QueueUrl") or asked.get("TopicArn") or operation
        self._take(self.seconds, about)
        if self.denied:
            raise CollectError("may not call it", "allow it", "AccessDenied", "sqs:GetQueueAttributes")
        name = about.rpartition("/")[2]
        return {
            "Attributes": {"QueueArn": f"arn:aws:sqs:eu-west-1:{SHOP.id}:{name}", "VisibilityTimeout": "30"}
        }

    def _take(self, seconds: float, about: str) -> None:
        with self.lock:
            self.now += seconds
            self.asked[about] += 1
            if self.now >= self.dies:
                self.dies = float("inf")
                raise Killed
            assert self.now <= self.alive, "Lambda has ended it"


class Killed(BaseException):
    """The end of a process: nobody catches it."""


@dataclass
class Function:
    """Deliveries to the worker, each with 900 s, as Lambda and SQS make them."""

    aws: Sqs = field(default_factory=Sqs)
    data: MemoryDataService = field(default_factory=MemoryDataService)
    answers: MemoryAnswers = field(default_factory=MemoryAnswers)
    types: dict[str, Any] = field(default_factory=lambda: {"queues": RESOURCE_TYPES["queues"]})
    following: Following = following

    def deliver(self, number: int = 1, *, goes_on: bool = False) -> Outcome:
        begun = self.aws.now
        self.aws.alive = begun + TIMEOUT
        worker = Worker(
            self.data,
            self.types,
            lambda _: self.aws,
            clock=lambda: self.aws.now,
            answers=self.answers,
            following=self.following,
        )
        job = Job(SHOP, "other", NOW if goes_on else 0)
        return worker(Delivery(job, NOW, number, lambda: TIMEOUT - (self.aws.now - begun)))

    def names(self) -> list[str]:
        return [item["id"] for item in self.data.resources(QUEUES)]


@pytest.fixture
def function() -> Function:
    return Function()


def test_twelve_thousand_queues_at_ten_a_second_take_two_deliveries(function: Function) -> None:
    first = function.deliver()
    assert (first.unfinished, first.progressed, len(first.heads)) == (1, True, 0)
    assert function.names() == [], "a reader sees all of a scope, or what there was before"
    assert RESERVE - 5 < TIMEOUT - function.aws.now <= RESERVE, "time is left to keep it in"
    second = function.deliver(goes_on=True)
    assert (second.unfinished, second.failed, second.resources) == (0, 0, 12_000)
    assert function.names() == [f"queue-{number:05d}" for number in range(12_000)]
    (head,) = function.data.heads()
    assert (head.status, head.generation) == ("ok", NOW)
    urls = {url: count for url, count in function.aws.asked.items() if url.startswith("https:")}
    assert len(urls) == 12_000
    assert sum(urls.values()) - 12_000 <= 8, "but for those that were on their way, none is asked again"


def test_what_was_told_before_is_stored_like_what_is_told_now(function: Function) -> None:
    function.aws.count = 2_000
    function.aws.seconds = 0.5
    while function.deliver(goes_on=True).unfinished:
        pass
    at_once = Function(replace(function.aws, seconds=0.0, now=0.0))
    at_once.deliver()
    assert [*function.data.resources(QUEUES)] == [*at_once.data.resources(QUEUES)]


def test_an_account_of_any_size_gets_there(function: Function) -> None:
    function.aws.count, function.aws.seconds = 3_000, 2.0
    deliveries = 1
    while function.deliver(goes_on=deliveries > 1).unfinished:
        deliveries += 1
    assert deliveries == 8 > LAST_DELIVERY, "6,000 s, 840 a delivery"
    assert len(function.names()) == 3_000


def test_a_delivery_that_dies_loses_only_what_it_has_not_kept(function: Function) -> None:
    function.aws.dies = 500.0
    with pytest.raises(Killed):
        function.deliver()
    kept = len(function.answers.read(QUEUES, NOW))
    assert kept >= (500 - KEEP_EVERY - 5) * 10
    function.aws.asked.clear()
    assert function.deliver(number=2).unfinished == 0
    urls = [url for url in function.aws.asked if url.startswith("https:")]
    assert len(urls) == 12_000 - kept


def test_two_deliveries_at_once_do_no_harm(function: Function) -> None:
    function.aws.count = 3_000
    function.aws.seconds = 0.5
    assert function.deliver().unfinished == 1
    other = Function(replace(function.aws), function.data, function.answers)
    assert other.deliver(number=2).unfinished == 0
    assert function.deliver(number=2).heads == (), "it was done meanwhile"
    assert len(function.names()) == 3_000


def test_what_has_vanished_meanwhile_is_gone_and_what_has_appeared_is_asked(function: Function) -> None:
    assert function.deliver().unfinished == 1
    function.aws.count = 8_000
    assert function.deliver(goes_on=True).resources == 8_000


def test_denials_are_progress_too(function: Function) -> None:
    function.aws.denied = True
    outcome = function.deliver()
    assert outcome.progressed
    assert function.deliver(goes_on=True).resources == 12_000
    assert next(iter(function.data.resources(QUEUES)))["denied"] == ["sqs:GetQueueAttributes"]


def test_scopes_that_were_not_begun_are_left_to_the_next_delivery(function: Function) -> None:
    function.types = {name: RESOURCE_TYPES[name] for name in ("topics", "queues")}
    function.aws.count, function.aws.topics, function.aws.seconds = 3_000, 3_000, 0.4
    outcomes = [function.deliver()]
    while outcomes[-1].unfinished:
        assert outcomes[-1].progressed
        outcomes.append(function.deliver(goes_on=True))
    assert len(outcomes) > 2
    assert {head.scope.type: head.count for head in function.data.heads()} == {
        "queues": 3_000,
        "topics": 3_000,
    }


def test_a_scope_that_gets_nowhere_fails_clearly_in_the_last_delivery(function: Function) -> None:
    function.aws.listing = 80.0  # its list alone takes 960 s
    function.following = nothing_follows
    for number in range(1, LAST_DELIVERY):
        outcome = function.deliver(number)
        assert (outcome.unfinished, outcome.progressed, outcome.heads) == (1, False, ())
    outcome = function.deliver(LAST_DELIVERY)
    assert (outcome.unfinished, outcome.failed) == (0, 1)
    (head,) = function.data.heads()
    assert head.status == "error"
    assert head.error.startswith("sqs told nothing to go on from in the time that a delivery has, 3 times")
    assert "EXCLUDED_TYPES" in head.error


def test_a_scope_that_takes_a_moment_keeps_nothing(function: Function) -> None:
    function.aws.count = 100
    assert function.deliver().resources == 100
    assert function.answers.bodies == {}


# The list of the scope itself


def until_done(function: Function, begun: int = 0) -> list[Outcome]:
    """Deliveries until nothing is left; at most twenty."""
    outcomes: list[Outcome] = []
    while len(outcomes) < 20 and (not outcomes or outcomes[-1].unfinished):
        outcomes.append(function.deliver(goes_on=begun + len(outcomes) > 0))
        assert outcomes[-1].progressed
    return outcomes


def test_a_list_that_takes_longer_than_a_delivery_goes_on_from_its_token(function: Function) -> None:
    function.aws.count, function.aws.listing = 30_000, 80.0  # 2,400 s, and 3,000 s of questions
    outcomes = until_done(function)
    assert len(outcomes) > 3
    assert function.aws.lists == [*range(0, 30_000, 1_000)], "each page is asked for once"
    assert function.names() == [f"queue-{number:05d}" for number in range(30_000)]
    assert [each.begun_again for each in outcomes] == [()] * len(outcomes)


def test_a_delivery_that_dies_in_a_list_loses_only_the_pages_it_has_not_kept(function: Function) -> None:
    function.aws.listing, function.aws.dies = 50.0, 420.0
    with pytest.raises(Killed):
        function.deliver()
    assert function.aws.lists == [*range(0, 8_000, 1_000)]
    function.aws.lists.clear()
    until_done(function, begun=1)
    assert function.aws.lists[0] >= 5_000
    assert len(function.names()) == 12_000


def test_two_deliveries_in_one_list_do_no_harm(function: Function) -> None:
    function.aws.listing = 80.0
    assert function.deliver().unfinished == 1
    other = Function(replace(function.aws, count=11_500, lists=[]), function.data, function.answers)
    assert other.deliver(number=2).unfinished == 1
    until_done(function, begun=2)
    assert {*range(11_500)} <= {int(name.rpartition("-")[2]) for name in function.names()}


def test_a_list_whose_token_has_expired_is_begun_again_once_and_that_is_said(function: Function) -> None:
    function.aws.listing, function.aws.expires = 80.0, 30.0
    assert function.deliver().begun_again == ()
    function.aws.now += 100.0  # until the next delivery
    function.aws.listing = 1.0
    outcome = function.deliver(goes_on=True)
    assert outcome.begun_again == (QUEUES,)
    assert function.aws.lists[-12:] == [*range(0, 12_000, 1_000)]
    until_done(function, begun=2)
    assert len(function.names()) == 12_000


def test_a_list_that_is_refused_again_fails_with_what_aws_says(function: Function) -> None:
    function.aws.listing, function.aws.expires = 80.0, 30.0
    for _ in range(3):
        outcome = function.deliver(goes_on=bool(function.aws.lists))
        function.aws.now += 100.0
    assert (outcome.unfinished, outcome.failed, outcome.begun_again) == (0, 1, ())
    (head,) = function.data.heads()
    assert "begun again once: the token has expired" in head.error


def test_a_list_of_any_size_keeps_no_more_than_its_bound(
    function: Function, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(continued_list, "MOST_KEPT", 400_000)
    function.aws.count, function.aws.listing = 60_000, 80.0
    outcomes = [function.deliver(goes_on=number > 0) for number in range(3)]
    kept = sum(len(unpacked(body)) for bodies in function.answers.bodies.values() for body in bodies)
    assert kept == 6, "pages of 65 KB"
    assert [each.progressed for each in outcomes] == [True, False, False]
    assert function.deliver(LAST_DELIVERY, goes_on=True).failed == 1


def test_a_short_list_is_not_kept(function: Function) -> None:
    assert function.deliver().unfinished == 1
    assert function.deliver(goes_on=True).unfinished == 0
    assert function.aws.lists == [*range(0, 12_000, 1_000)] * 2


# The Source itself

LIST = Call("sqs", "list_queues", "QueueUrls[]")


@dataclass
class Asked:
    """Answers with what `says` makes of the number of the question."""

    says: Callable[[int], Any] = lambda number: {"number": number, "ResponseMetadata": {"RequestId": "x"}}
    number: int = 0
    region: str = "eu-west-1"

    def pages(self, call: Call, region: str | None = None) -> Iterator[Item]:
        yield self.call(call.service, call.operation) or {}

    def call(self, service: str, operation: str, **_: Any) -> Item | None:
        self.number += 1
        found = self.says(self.number)
        if isinstance(found, Exception):
            raise found
        return found  # type: ignore[no-any-return]


@dataclass
class Scopes:
    """The same scope in one delivery after another."""

    asked: Asked = field(default_factory=Asked)
    store: MemoryAnswers = field(default_factory=MemoryAnswers)
    made: list[Answers] = field(default_factory=list)

    def next(self, left: float = 1.0) -> Continued:
        if self.made:
            self.made[-1].flush()
        known = self.store.read(QUEUES, NOW)
        self.made.append(Answers(known, lambda fresh: self.store.add(QUEUES, NOW, fresh)))
        return Continued(self.asked, LIST, self.made[-1], lambda: left)


def test_an_answer_is_given_again_and_its_metadata_is_not() -> None:
    scopes = Scopes()
    source = scopes.next()
    assert source.call("kms", "describe_key", KeyId="a") == {"number": 1}
    assert source.call("kms", "describe_key", KeyId="b") == {"number": 2}
    later = scopes.next(left=-1)
    assert later.call("kms", "describe_key", KeyId="b") == {"number": 2}
    assert later.call("kms", "describe_key", KeyId="a") == {"number": 1}
    for other in (
        {"KeyId": "c"},
        {"KeyId": "a", "region": "us-east-1"},
        {"KeyId": "a", "GrantTokens": ["x"]},
    ):
        with pytest.raises(OutOfTime):
            later.call("kms", "describe_key", **other)


def test_who_asks_the_same_again_hears_what_is_new() -> None:
    """As one who waits for a report to be made."""
    scopes = Scopes()
    source = scopes.next()
    assert [source.call("iam", "get_credential_report") for _ in range(2)] == [{"number": 1}, {"number": 2}]
    later = scopes.next()
    assert [later.call("iam", "get_credential_report") for _ in range(2)] == [{"number": 2}, {"number": 3}]


def test_what_is_not_there_is_remembered_too() -> None:
    scopes = Scopes(Asked(lambda number: None))
    assert scopes.next().call("s3", "get_bucket_tagging", absent=("NoSuchTagSet",), Bucket="a") is None
    assert scopes.next(left=-1).call("s3", "get_bucket_tagging", absent=("NoSuchTagSet",), Bucket="a") is None


@pytest.mark.parametrize("kind", [CollectError, Closed])
def test_a_refusal_is_raised_again(kind: type[CollectError]) -> None:
    scopes = Scopes(Asked(lambda number: kind("may not", "allow it", "AccessDenied", "kms:DescribeKey")))
    for left in (1.0, -1.0):
        with pytest.raises(CollectError) as refused:
            scopes.next(left).call("kms", "describe_key", KeyId="a")
        assert type(refused.value) is kind
        found = refused.value
        assert (found.message, found.way_out, found.code) == ("may not", "allow it", "AccessDenied")
        assert found.action == "kms:DescribeKey"


def test_what_may_work_soon_is_asked_again() -> None:
    scopes = Scopes(Asked(lambda number: Unavailable("throttled", "", "Throttling") if number == 1 else {}))
    with pytest.raises(Unavailable):
        scopes.next().call("kms", "describe_key", KeyId="a")
    assert scopes.next().call("kms", "describe_key", KeyId="a") == {}


def test_the_scopes_own_list_is_asked_anew_and_further_ones_are_not() -> None:
    scopes = Scopes()
    further = Call("ecs", "list_services", "serviceArns[]", {"cluster": "a"})
    for expected in (1, 3):
        source = scopes.next()
        assert [page["number"] for page in source.pages(LIST)] == [expected]
        assert [page["number"] for page in source.pages(further)] == [2]
    assert [
        page["number"] for page in scopes.next().pages(replace(further, parameters={"cluster": "b"}))
    ] == [4]


def test_what_was_asked_already_is_waited_for_and_kept() -> None:
    begun, ended = threading.Event(), threading.Event()

    def slow(number: int) -> Item:
        begun.set()
        ended.wait(30)
        return {"number": number}

    scopes = Scopes(Asked(slow))
    source = scopes.next()
    thread = threading.Thread(target=lambda: source.call("kms", "describe_key", KeyId="a"))
    thread.start()
    begun.wait(30)
    threading.Timer(0.05, ended.set).start()
    assert scopes.made[-1].flush() == 1
    thread.join(30)


def test_nothing_is_asked_without_time_and_a_list_that_has_begun_may_end() -> None:
    scopes = Scopes()
    assert len([*scopes.next(left=0.0).pages(LIST)]) == 1
    with pytest.raises(OutOfTime):
        [*scopes.next(left=-1.0).pages(LIST)]
    assert scopes.asked.number == 1


def test_user_data_is_not_kept_however_deep_it_stands() -> None:
    class Templates(Asked):
        def pages(self, call: Call, region: str | None = None) -> Iterator[Item]:
            data = {"ImageId": "ami-1", "UserData": "PASSWORD=hunter2"}
            yield {"LaunchTemplateVersions": [{"LaunchTemplateId": "lt-1", "LaunchTemplateData": data}]}

    scopes = Scopes(Templates())
    call = Call("ec2", "describe_launch_template_versions", "LaunchTemplateVersions[]")
    (page,) = scopes.next().pages(call)
    assert page["LaunchTemplateVersions"][0]["LaunchTemplateData"] == {"ImageId": "ami-1"}
    assert [page] == [*scopes.next(left=-1).pages(call)]
    kept = repr(scopes.store.read(QUEUES, NOW))
    assert "ami-1" in kept and "hunter2" not in kept
