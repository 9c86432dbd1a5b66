"""Hearing once, in order: duplicates, failures, waiting, parking, poison."""

import json
import random
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from shared.contracts.members import AddressConfirmed, PersonErased
from shared.messaging.deliveries import Delivery
from shared.messaging.inbox import Heard, Inbox, Together
from shared.messaging.kept import DELAYS
from shared.messaging.operating import Act, Chosen, discard, retry_now
from shared.messaging.retries import Retries
from shared.messaging.tables import inbox, kept_messages, message_audit
from tests.shared.messaging.travel import (
    HEARER,
    NOW,
    a_delivery,
    a_told,
    an_erasure,
    count,
    effects,
    heard_ids,
    heard_versions,
    kept_states,
    note,
)


class Failing:
    """A reaction that fails for some versions until it is mended."""

    def __init__(self, *versions):
        self.versions = set(versions)

    def __call__(self, session, message, heard):
        note(session, message, heard)
        if message.version in self.versions:
            raise ValueError("no such person")


def an_inbox(database, clock, reaction=note):
    return Inbox(database, HEARER, {PersonErased: reaction}, clock=clock)


def retries_of(database, clock, reaction=note):
    return Retries(database, HEARER, {PersonErased: reaction}, clock=clock)


def deliveries_of(person_id, *versions):
    return [a_delivery(a_told(an_erasure(person_id=person_id, version=v))) for v in versions]


def test_ten_times_delivered_and_shuffled_takes_effect_once(database, clock):
    deliveries = [a_delivery() for _ in range(50)]
    many = deliveries * 10
    random.Random(7).shuffle(many)
    hearing = an_inbox(database, clock)

    for start in range(0, len(many), 60):
        assert hearing.hear(many[start : start + 60]).done == len(many[start : start + 60])

    assert len(heard_ids(database)) == len(set(heard_ids(database))) == 50
    assert count(database, inbox) == 50


def test_a_batch_is_heard_in_its_order(database, clock):
    person = uuid4()

    an_inbox(database, clock).hear(deliveries_of(person, *range(30)))

    assert heard_versions(database, person) == list(range(30))


def test_a_failing_reaction_leaves_no_effect_and_harms_no_other(database, clock):
    hearing = an_inbox(database, clock, Failing(2))
    batch = [a_delivery(a_told(an_erasure(version=v))) for v in (1, 2, 3)]

    progress = hearing.hear(batch)

    assert (progress.done, progress.trouble) == (3, None)
    assert heard_versions(database) == [1, 3]
    assert kept_states(database) == ["retrying"]


def test_later_messages_of_a_failing_subject_wait_behind_it(database, clock):
    person = uuid4()
    hearing = an_inbox(database, clock, Failing(1))

    hearing.hear(deliveries_of(person, 1, 2))
    hearing.hear(deliveries_of(person, 3))

    assert kept_states(database) == ["retrying", "waiting", "waiting"]
    assert heard_versions(database) == []


def test_a_retry_that_succeeds_lets_those_behind_it_pass_in_order(database, clock):
    person, reaction = uuid4(), Failing(1)
    an_inbox(database, clock, reaction).hear(deliveries_of(person, *range(1, 6)))
    reaction.versions.clear()
    clock.now += timedelta(seconds=13)

    tried = retries_of(database, clock, reaction).run_due()

    assert tried == 5
    assert heard_versions(database, person) == [1, 2, 3, 4, 5]
    assert (kept_states(database), count(database, inbox)) == ([], 5)


def test_nothing_is_retried_before_its_time(database, clock):
    an_inbox(database, clock, Failing(1)).hear([a_delivery()])
    clock.now += timedelta(seconds=7)

    assert retries_of(database, clock).run_due() == 0


def test_a_message_that_fails_every_time_is_parked_and_the_next_ones_pass(database, clock):
    person, reaction = uuid4(), Failing(1)
    an_inbox(database, clock, reaction).hear(deliveries_of(person, 1, 2))
    retrying = retries_of(database, clock, reaction)

    for delay in DELAYS:
        assert kept_states(database)[0] == "retrying"
        clock.now += delay * 1.3
        retrying.run_due()

    assert kept_states(database) == ["parked"]
    assert heard_versions(database) == [2]


def test_a_parked_message_takes_effect_once_when_it_is_replayed_after_the_mend(database, clock):
    person, reaction = uuid4(), Failing(1)
    delivery = deliveries_of(person, 1)
    an_inbox(database, clock, reaction).hear(delivery)
    retrying = retries_of(database, clock, reaction)
    for delay in DELAYS:
        clock.now += delay * 1.3
        retrying.run_due()
    reaction.versions.clear()

    with database.writing() as session:
        assert retry_now(session, Chosen("parked"), Act("operator", clock.now)) == 1
    retrying.run_due()
    an_inbox(database, clock, reaction).hear(delivery)

    assert heard_versions(database) == [1]
    assert (kept_states(database), count(database, message_audit)) == ([], 1)


def test_a_kept_message_that_comes_again_is_kept_once(database, clock):
    person = uuid4()
    first, second = deliveries_of(person, 1, 2)
    hearing = an_inbox(database, clock, Failing(1))

    for _ in range(3):
        hearing.hear([first, second])

    assert kept_states(database) == ["retrying", "waiting"]


def test_a_waiting_message_without_one_before_it_is_not_forgotten(database, clock):
    person = uuid4()
    an_inbox(database, clock, Failing(1)).hear(deliveries_of(person, 1, 2))
    with database.writing() as session:
        session.execute(kept_messages.delete().where(kept_messages.c.state == "retrying"))

    assert retries_of(database, clock).run_due() == 1
    assert heard_versions(database) == [2]


def test_a_discarded_message_is_not_heard_when_it_comes_again(database, clock):
    delivery = a_delivery()
    an_inbox(database, clock, Failing(1)).hear([delivery])

    with database.writing() as session:
        act = Act("operator", clock.now)
        assert discard(session, Chosen("retrying"), act, reason="a test") == 1
    an_inbox(database, clock).hear([delivery])

    assert (heard_versions(database), kept_states(database)) == ([], [])


def envelope_without(key):
    envelope = json.loads(a_delivery().body)
    del envelope[key]
    return json.dumps(envelope)


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe\x00",
        "{",
        "[]",
        "null",
        "17",
        "{}",
        envelope_without("id"),
        envelope_without("data"),
        envelope_without("time"),
        a_delivery(type="plenary.members.person_sainted.v1").body,
        a_delivery(source="/events").body,
        a_delivery(data={"person_id": 5}).body,
        a_delivery(data=None).body,
        a_delivery(id="not an id").body,
        a_delivery(time="yesterday").body,
    ],
)
def test_bytes_that_cannot_be_read_are_parked_at_once_and_the_others_heard(database, clock, body):
    batch = [a_delivery(), Delivery(body, exchange="members"), a_delivery()]

    progress = an_inbox(database, clock).hear(batch)

    assert progress.done == 3
    assert (len(heard_ids(database)), kept_states(database)) == (2, ["parked"])


def test_a_poison_of_a_newer_release_is_heard_after_the_mend(database, clock, monkeypatch):
    told = a_told()
    unknown = a_delivery(told)
    monkeypatch.setattr("shared.contracts.message.MESSAGES", {})
    an_inbox(database, clock).hear([unknown])
    monkeypatch.undo()

    with database.writing() as session:
        retry_now(session, Chosen("parked", id=told.id), Act("operator", clock.now))
    retries_of(database, clock).run_due()

    assert (heard_ids(database), kept_states(database)) == ([told.id], [])


@pytest.mark.parametrize(
    ("exchange", "user", "is_heard"),
    [
        ("members", None, True),
        ("members", "guest", True),
        ("members", "members", True),
        ("members", "events", False),
        ("events", None, False),
        ("", None, False),
    ],
)
def test_a_message_must_come_by_its_tellers_own_exchange_and_user(
    database, clock, exchange, user, is_heard
):
    delivery = Delivery(a_delivery().body, exchange=exchange, user=user)

    an_inbox(database, clock).hear([delivery])

    assert (len(heard_ids(database)) == 1) is is_heard
    assert kept_states(database) == ([] if is_heard else ["parked"])


def test_what_is_kept_says_why_without_the_values_of_the_statement(database, clock):
    def breaks(session, message, heard):
        session.execute(text("SELECT * FROM nowhere WHERE email = :e"), {"e": "a@b.example"})

    delivery = a_delivery()
    hearing = an_inbox(database, clock, breaks)
    while hearing.hear([delivery]).trouble is not None:
        pass

    with database.reading() as session:
        error = session.scalars(select(kept_messages.c.error)).one()
    assert "nowhere" in error
    assert "a@b.example" not in error


def test_a_reaction_sees_when_it_happened_and_when_it_is_heard(database, clock):
    seen: list[Heard] = []
    clock.now = NOW + timedelta(hours=1)
    told = a_told()

    an_inbox(database, clock, lambda *facts: seen.append(facts[-1])).hear([a_delivery(told)])

    assert (seen[0].id, seen[0].time, seen[0].now) == (told.id, NOW, clock.now)
    assert seen[0].traceparent == told.traceparent


def test_a_message_without_a_reaction_is_kept(database, clock):
    Inbox(database, HEARER, {}, clock=clock).hear([a_delivery()])

    assert kept_states(database) == ["retrying"]


def test_the_databases_trouble_acks_nothing_beyond_what_is_committed(database, clock, monkeypatch):
    calls: list[object] = []

    def troubled(session, message, heard):
        calls.append(heard.id)
        note(session, message, heard)
        if message.version == 2 and len(calls) < 5:
            raise OperationalError("SELECT 1", {}, Exception("server closed the connection"))

    hearing = an_inbox(database, clock, troubled)
    batch = [a_delivery(a_told(an_erasure(version=v))) for v in (1, 2, 3)]

    progress = hearing.hear(batch)
    assert (progress.done, isinstance(progress.trouble, OperationalError)) == (1, True)
    progress = hearing.hear(batch[progress.done :])

    assert heard_versions(database) == [1, 2, 3]
    assert (kept_states(database), count(database, effects)) == ([], 3)


class Gathering:
    """A reaction to many at once; fails when one of them is of the version it can't bear."""

    def __init__(self, *unbearable):
        self.unbearable = set(unbearable)
        self.runs = []

    def __call__(self, session, run):
        self.runs.append([message.version for message, _ in run])
        for message, heard in run:
            note(session, message, heard)
            if message.version in self.unbearable:
                raise ValueError("no such person")


def test_messages_of_one_type_are_reacted_to_at_once_and_in_order(database, clock):
    gathering, person_id = Gathering(), uuid4()
    hearing = an_inbox(database, clock, Together(gathering))

    hearing.hear(deliveries_of(person_id, 1, 2, 3))

    assert gathering.runs == [[1, 2, 3]]
    assert heard_versions(database, person_id) == [1, 2, 3]


def test_a_message_of_another_type_ends_the_run(database, clock):
    gathering, person_id = Gathering(), uuid4()
    reactions = {PersonErased: Together(gathering), AddressConfirmed: note}
    hearing = Inbox(database, HEARER, reactions, clock=clock)
    between = a_delivery(a_told(AddressConfirmed(person_id=person_id, email="a@b.example")))
    one, two, three = deliveries_of(person_id, 1, 2, 3)

    hearing.hear([one, two, between, three])

    assert gathering.runs == [[1, 2], [3]]
    assert heard_versions(database, person_id) == [1, 2, 0, 3]


def test_one_that_fails_in_a_run_takes_no_other_with_it(database, clock):
    gathering, others = Gathering(2), [uuid4() for _ in range(3)]
    hearing = an_inbox(database, clock, Together(gathering))
    deliveries = [
        delivery
        for version, person_id in enumerate(others, 1)
        for delivery in deliveries_of(person_id, version)
    ]

    assert hearing.hear(deliveries).done == 3

    assert gathering.runs == [[1, 2, 3], [1], [2], [3]]
    assert heard_versions(database) == [1, 3]
    assert kept_states(database) == ["retrying"]
