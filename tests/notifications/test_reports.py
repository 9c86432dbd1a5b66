"""Bounces, complaints and other reports, as mail servers write them."""

from datetime import timedelta
from email import message_from_bytes

import pytest
from sqlalchemy import select

from services.notifications.actions.bouncing import take_report
from services.notifications.gateways.reports import read_report
from services.notifications.model import Attempt, Delivery, Suppression
from services.notifications.reactions import take_reports
from shared.contracts import events
from shared.contracts.notifications import AddressSuppressed, DeliveryFailed
from shared.messaging.outbox import told_in
from tests.notifications.announcement_builders import (
    a_person,
    an_organisation,
    approved,
    run,
    send_all,
)
from tests.notifications.builders import (
    NOW,
    a_published_workshop,
    a_registration_state,
    hears,
)

POSTFIX = """\
From: MAILER-DAEMON@mail.plenary.example (Mail Delivery System)
To: no-reply@plenary.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="9B095B5ADSN.1"

--9B095B5ADSN.1
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--9B095B5ADSN.1
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.plenary.example
Arrival-Date: Mon, 2 Mar 2026 04:00:00 +0000 (UTC)

Final-Recipient: rfc822; ann@people.example
Action: {action}
Status: {status}
Remote-MTA: dns; mx.people.example
Diagnostic-Code: smtp; {code} {status} <ann@people.example>: said so

--9B095B5ADSN.1
Content-Description: Undelivered Message
Content-Type: {returned}

{head}
--9B095B5ADSN.1--
"""
COMPLAINT = """\
From: <abuse@big.example>
To: <no-reply@plenary.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="part"

--part
Content-Type: text/plain; charset="US-ASCII"

This is an email abuse report.

--part
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: SomeGenerator/1.0
Version: 1
Original-Rcpt-To: <ann@people.example>

--part
Content-Type: message/rfc822

{head}
A text.
--part--
"""


def a_head(message_id):
    return f"From: Plenary <no-reply@plenary.example>\nMessage-ID: {message_id}\nSubject: Seat\n"


def a_bounce(message_id, *, action="failed", status="5.1.1", code=550, returned="message/rfc822"):
    text = POSTFIX.format(
        action=action, status=status, code=code, returned=returned, head=a_head(message_id)
    )
    return text.encode()


def a_complaint(message_id):
    return COMPLAINT.format(head=a_head(message_id)).encode()


def a_sent_mail(session):
    workshop = a_published_workshop(session)
    state = a_registration_state(workshop, "Ann")
    hears(session, events.RegistrationConfirmed(registration=state))
    found = session.scalars(select(Delivery).where(Delivery.channel == "mail")).one()
    found.state = "sent"
    session.flush()
    return found


def takes(session, source):
    return take_report(session, read_report(source), now=NOW)


def told(session, kind):
    return [each for each in told_in(session) if isinstance(each, kind)]


def suppressed(session):
    return {(each.email, each.scope) for each in session.scalars(select(Suppression))}


@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers"])
def test_a_bounce_ends_the_delivery_and_suppresses_an_address_that_is_none(session, returned):
    mail = a_sent_mail(session)

    assert takes(session, a_bounce(mail.message_id, returned=returned))
    assert takes(session, a_bounce(mail.message_id, returned=returned))

    session.refresh(mail)
    assert (mail.state, "said so" in mail.reason) == ("bounced", True)
    assert suppressed(session) == {("ann@people.example", "all")}
    assert len(told(session, DeliveryFailed)) == len(told(session, AddressSuppressed)) == 1
    assert list(session.scalars(select(Attempt.outcome))) == ["bounced"]


def test_a_full_mailbox_bounces_and_may_be_written_to_again(session):
    mail = a_sent_mail(session)

    takes(session, a_bounce(mail.message_id, status="5.2.2", code=552))

    session.refresh(mail)
    assert mail.state == "bounced"
    assert suppressed(session) == set()


@pytest.mark.parametrize(("action", "state"), [("delayed", "sent"), ("delivered", "delivered")])
def test_what_is_no_failure_is_kept_in_the_timeline(session, action, state):
    mail = a_sent_mail(session)

    takes(session, a_bounce(mail.message_id, action=action, status="2.0.0"))

    session.refresh(mail)
    assert mail.state == state
    assert list(session.scalars(select(Attempt.outcome))) == [action]
    assert told(session, DeliveryFailed) == []


def test_a_complaint_ends_what_can_be_chosen_and_tickets_still_go(session):
    mail = a_sent_mail(session)

    takes(session, a_complaint(mail.message_id))

    session.refresh(mail)
    assert mail.state == "sent"
    assert suppressed(session) == {("ann@people.example", "optional")}


@pytest.mark.parametrize(
    "message_id",
    ["<someone@else.example>", "<01a20000-0000-7000-8000-000000000000@plenary>", "<-@plenary>"],
)
def test_a_report_of_somebody_elses_mail_changes_nothing(session, message_id):
    mail = a_sent_mail(session)

    assert not takes(session, a_bounce(message_id))

    session.refresh(mail)
    assert mail.state == "sent"


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"\xff\xfe\x00",
        b"Subject: I am on holiday\r\n\r\nUntil Monday.",
        b"Content-Type: multipart/report; boundary=x\r\n\r\n--x--",
        b"Content-Type: multipart/report; boundary=x\n\n--x\nAction: failed\n--x--",
    ],
)
def test_what_is_no_report_is_left_alone(source):
    assert read_report(source) is None


def test_the_maildir_is_read_once_and_a_broken_mail_stops_nothing(database, tmp_path):
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    with database.writing() as session:
        message_id = a_sent_mail(session).message_id
    (tmp_path / "new" / "1.broken").write_bytes(b"\xff\x00")
    (tmp_path / "new" / "2.bounce").write_bytes(a_bounce(message_id))

    take_reports(database, tmp_path, NOW)
    take_reports(database, tmp_path, NOW)

    with database.reading() as session:
        states = list(session.scalars(select(Delivery.state).where(Delivery.channel == "mail")))
        assert states == ["bounced"]
        assert list(session.scalars(select(Attempt.outcome))) == ["bounced"]
    assert list((tmp_path / "new").iterdir()) == []
    assert len(list((tmp_path / "cur").iterdir())) == 2


def test_the_reports_here_are_as_the_library_reads_them():
    parts = [each.get_content_type() for each in message_from_bytes(a_bounce("<a@b>")).walk()]
    assert parts[:3] == ["multipart/report", "text/plain", "message/delivery-status"]


def test_an_address_that_was_complained_of_and_is_none_has_no_tickets_either(session):
    mail = a_sent_mail(session)

    takes(session, a_complaint(mail.message_id))
    takes(session, a_bounce(mail.message_id))

    assert suppressed(session) == {("ann@people.example", "all")}


def test_an_announcement_is_not_complete_where_a_mail_comes_back_after_its_end(session):
    top = an_organisation(session)
    a_person(session, top)
    made = approved(session, top, NOW)
    run(session, NOW)
    send_all(session, NOW)
    run(session, NOW + timedelta(minutes=1))
    was = made.state
    mail = session.scalars(select(Delivery)).one()

    takes(session, a_bounce(mail.message_id))

    assert (was, made.state) == ("complete", "partly_failed")
