"""Announcements by chat, SMS and push: whom they reach, and counts of people that add up."""

import pytest
from sqlalchemy import select

from services.notifications.actions.announcing import cancel, resend_failed
from services.notifications.actions.choosing import choose
from services.notifications.actions.claiming import claim
from services.notifications.actions.delivering import keep_result
from services.notifications.gateways.mailer import Result
from services.notifications.model import Delivery
from services.notifications.model.choices import ELSEWHERE
from services.notifications.queries.proof import OUTCOMES, counts_of, recipients_of, rows_of
from tests.notifications.address_builders import a_wanted_gotify, an_active
from tests.notifications.announcement_builders import (
    a_person,
    an_organisation,
    approved,
    run,
    send_all,
)
from tests.notifications.receiver import Receiver

GOTIFY = Receiver(url="https://push.example.org/hooks")


def people_with_and_without_a_chat(session, now):
    """One with a chat, one who wants no news there, one without any."""
    organisation = an_organisation(session)
    people = [a_person(session, organisation, number) for number in range(3)]
    for person in people[:2]:
        an_active(session, person, a_wanted_gotify(GOTIFY, f"Token{person.hex}"))
    not_there = {"channels": {"news": {"chat": False}}}
    choose(session, people[1], not_there, actor="me", now=now, offered=("mail", "chat"))
    for row in session.scalars(select(Delivery)):
        row.state = "sent"
    return organisation


def carried(session, now, outcome="sent"):
    for each in claim(session, limit=50, now=now, channels=ELSEWHERE):
        keep_result(session, each, Result(outcome, "said"), now=now)


def plain(counts):
    return {name: number for name, number in counts.items() if number}


def adds_up(counts):
    return counts["eligible"] == sum(counts[outcome] for outcome in OUTCOMES)


def test_a_chat_beside_the_mail_counts_nobody_twice(session, now):
    organisation = people_with_and_without_a_chat(session, now)
    made = approved(session, organisation, now, channels=["mail", "chat"])
    run(session, now)
    send_all(session, now)
    carried(session, now)

    counts = counts_of(session, made)

    assert plain(counts) == {"eligible": 3, "sent": 3}
    told = session.scalars(select(Delivery.channel).where(Delivery.priority > 0)).all()
    assert sorted(told) == ["chat", "mail", "mail", "mail"]


def test_by_chat_alone_each_has_one_outcome_and_those_without_one_failed(session, now):
    organisation = people_with_and_without_a_chat(session, now)
    made = approved(session, organisation, now, channels=["chat"])
    run(session, now)
    before = counts_of(session, made)
    carried(session, now)
    after = counts_of(session, made)
    rows = rows_of(session, made, session.scalars(recipients_of(made)).all())

    assert plain(before) == {"eligible": 3, "queued": 1, "opted_out": 1, "failed": 1}
    assert plain(after) == {"eligible": 3, "sent": 1, "opted_out": 1, "failed": 1}
    assert adds_up(before)
    assert adds_up(after)
    assert sorted(row["outcome"] for row in rows) == ["failed", "opted_out", "sent"]
    assert all(row["reason"] or row["outcome"] == "sent" for row in rows)
    assert all(row["delivery_id"] for row in rows)


def test_somebody_without_mail_is_told_in_the_chat(session, now):
    organisation = an_organisation(session)
    person = a_person(session, organisation)
    an_active(session, person, a_wanted_gotify(GOTIFY))
    for row in session.scalars(select(Delivery)):
        row.state = "sent"
    no_mail = {"channels": {"news": {"mail": False}}}
    choose(session, person, no_mail, actor="me", now=now)
    made = approved(session, organisation, now, channels=["mail", "chat"])
    run(session, now)
    waiting = counts_of(session, made)
    carried(session, now)

    assert plain(waiting) == {"eligible": 1, "queued": 1}
    assert plain(counts_of(session, made)) == {"eligible": 1, "sent": 1}


@pytest.mark.parametrize("outcome", ["failed", "bounced"])
def test_what_failed_in_the_chat_is_sent_again_and_to_nobody_else(session, now, outcome):
    organisation = people_with_and_without_a_chat(session, now)
    made = approved(session, organisation, now, channels=["chat"])
    run(session, now)
    carried(session, now, outcome)
    run(session, now.replace(hour=5))
    state = made.state

    again = resend_failed(session, made, actor="me", now=now)

    assert (state, again) == ("partly_failed", 1)
    carried(session, now)
    assert plain(counts_of(session, made))["sent"] == 1


def test_a_cancelled_announcement_goes_to_no_chat_either(session, now):
    organisation = people_with_and_without_a_chat(session, now)
    made = approved(session, organisation, now, channels=["mail", "chat"])
    run(session, now)

    cancel(session, made, actor="me", now=now)

    assert claim(session, limit=9, now=now, channels=ELSEWHERE) == []
