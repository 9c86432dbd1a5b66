"""What notifications keeps: mails with their content, then without."""

from datetime import timedelta

from sqlalchemy import func, select

from services.notifications.actions.retaining import RETENTION
from services.notifications.model import (
    Attempt,
    AttendanceCopy,
    Delivery,
    InboxItem,
    Notification,
)
from shared.contracts import events
from tests.notifications.builders import (
    NOW,
    a_published_workshop,
    a_recipient,
    a_registration_state,
    hears,
)


def count(session, kind):
    return session.scalar(select(func.count()).select_from(kind))


def retain(session, days, text=""):
    return RETENTION.retain(session, RETENTION.chosen(text), now=NOW + timedelta(days=days))


def told(session, name="Ann", *, is_sent=True):
    """Somebody with an account has a seat, and was told."""
    workshop = a_published_workshop(session)
    person_id = a_recipient(session, name).id
    state = a_registration_state(workshop, name, person_id=person_id)
    hears(session, events.RegistrationConfirmed(registration=state), now=NOW)
    found = session.scalars(select(Delivery).where(Delivery.channel == "mail")).all()[-1]
    if is_sent:
        found.state = "sent"
    session.add(Attempt(delivery_id=found.id, at=NOW, outcome="sent", detail="250 ok"))
    session.flush()
    return found, session.get_one(Notification, found.notification_id)


def test_contents_go_and_that_somebody_was_told_stays(session):
    delivery, notification = told(session)
    person_id = notification.person_id
    retain(session, 364)
    session.expire_all()
    assert (notification.name, delivery.address) != ("", "")

    forgotten = retain(session, 366)

    session.expire_all()
    assert (forgotten["mail_contents"], forgotten["attempts"]) == (1, 1)
    assert (notification.name, notification.facts, delivery.address) == ("", {}, "")
    assert (delivery.state, notification.person_id) == ("sent", person_id)
    assert count(session, Attempt) == 0
    assert retain(session, 368)["mail_contents"] == 0


def test_what_was_not_sent_yet_keeps_its_content(session):
    delivery, notification = told(session, is_sent=False)

    assert retain(session, 400)["mail_contents"] == 0
    session.expire_all()
    assert notification.facts != {}
    assert delivery.address != ""


def test_only_read_messages_leave_the_inbox(session):
    told(session)
    item = session.scalars(select(InboxItem)).one()
    retain(session, 400)
    unread = count(session, InboxItem)
    item.read_at = NOW
    session.flush()

    retain(session, 402)

    assert (unread, count(session, InboxItem)) == (1, 0)


def test_who_is_told_of_a_workshop_goes_a_year_after_it(session):
    told(session)
    ends_at = a_published_workshop(session).ends_at
    after = (ends_at - NOW).days + 2

    retain(session, after + 363)
    before = count(session, AttendanceCopy)
    retain(session, after + 365)

    assert (before, count(session, AttendanceCopy)) == (1, 0)
