"""Handing mails over: to a good server, a slow one, a refusing one, one that dies."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email import message_from_bytes, policy
from threading import Event

import pytest
from sqlalchemy import select

from services.notifications.actions.claiming import LEASE, claim, renew
from services.notifications.actions.delivering import keep_result
from services.notifications.actions.mailing import MailLoop, is_demo_address
from services.notifications.actions.mime import Site, mail_of
from services.notifications.actions.pacing import Pace, next_due
from services.notifications.actions.suppressing import lift, suppress
from services.notifications.app import MIGRATIONS
from services.notifications.gateways.mailbox import MailboxMailer
from services.notifications.gateways.mailer import Result
from services.notifications.gateways.smtp import Server
from services.notifications.model import Attempt, Base, Delivery, KeptMail, Suppression
from shared.contracts import events
from shared.contracts.notifications import AddressSuppressed, DeliveryFailed
from shared.messaging.outbox import told_in
from shared.messaging.pulse import ThreadPulse
from tests.notifications.builders import (
    NOW,
    a_published_workshop,
    a_registration_state,
    hears,
)
from tests.notifications.mailers import a_mail, a_mailer, sent

SITE = Site("Plenary <no-reply@plenary.example>", "https://plenary.example", "s" * 32)


def queued(database, name="Ann", **facts):
    """A mail that waits."""
    with database.writing() as session:
        workshop = a_published_workshop(session)
        state = a_registration_state(workshop, name, **facts)
        hears(session, events.RegistrationConfirmed(registration=state))


def a_loop(database, mailer, *, now=NOW, for_demo=None, at_once=1):
    return MailLoop(
        database=database,
        mailer=mailer,
        for_demo=for_demo,
        site=SITE,
        clock=lambda: now,
        at_once=at_once,
    )


def state_of(database):
    with database.reading() as session:
        delivery = session.scalars(select(Delivery).where(Delivery.channel == "mail")).one()
        attempts = session.scalars(select(Attempt.outcome).order_by(Attempt.number)).all()
        return delivery, list(attempts)


@pytest.fixture
def server(smtp_sink):
    mailer = a_mailer(f"smtp://{smtp_sink.host}:{smtp_sink.port}")
    yield mailer
    mailer.close()


def test_a_mail_is_handed_over_once(database, smtp_sink, server):
    queued(database)
    loop = a_loop(database, server)

    assert loop.send_due(ThreadPulse()) == (1, False)
    assert loop.send_due(ThreadPulse()) == (0, False)

    mail = smtp_sink.wait_for(to="ann@people.example")[0]
    delivery, attempts = state_of(database)
    assert (delivery.state, attempts) == ("sent", ["sent"])
    assert mail.message_id == delivery.message_id
    assert "You have a seat" in mail.subject


def test_the_mail_has_text_html_and_a_calendar(database):
    queued(database)
    with database.writing() as session:
        claimed = claim(session, limit=1, now=NOW)[0]

    source = mail_of(claimed, site=SITE, now=NOW)

    mail = message_from_bytes(source, policy=policy.default)
    assert mail.get_body(("plain",))
    assert mail.get_body(("html",))
    calendar = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    assert calendar.get_param("method") == "REQUEST"
    assert "DTSTART;TZID=Asia/Taipei:20260401T120000" in calendar.get_content()
    assert "src=" not in mail.get_body(("html",)).get_content()


def test_one_connection_is_kept_for_many_mails(database, smtp_sink, server):
    for name in ("Ann", "Ben", "Cho"):
        queued(database, name)

    a_loop(database, server).send_due(ThreadPulse())
    queued(database, "Dee")
    a_loop(database, server).send_due(ThreadPulse())

    assert len(smtp_sink.wait_for(count=4)) == 4
    assert smtp_sink.connection_count == 1


def test_a_server_that_is_away_costs_no_try(database, smtp_sink, server):
    queued(database)
    smtp_sink.down()

    assert a_loop(database, server).send_due(ThreadPulse()) == (0, True)

    delivery, attempts = state_of(database)
    assert (delivery.state, delivery.tries, attempts) == ("queued", 0, [])
    smtp_sink.up()
    assert a_loop(database, server).send_due(ThreadPulse()) == (1, False)
    assert state_of(database)[0].state == "sent"


def test_a_temporary_refusal_is_tried_again_later(database, smtp_sink, server):
    queued(database)
    smtp_sink.refuse_temporarily()

    a_loop(database, server).send_due(ThreadPulse())

    delivery, attempts = state_of(database)
    assert (delivery.state, attempts) == ("queued", ["deferred"])
    assert delivery.due_at > NOW
    smtp_sink.accept()
    assert a_loop(database, server).send_due(ThreadPulse())[0] == 0
    a_loop(database, server, now=delivery.due_at).send_due(ThreadPulse())
    assert state_of(database)[1] == ["deferred", "sent"]


def test_a_permanent_refusal_suppresses_the_address(database, smtp_sink, server):
    queued(database)
    smtp_sink.refuse_permanently()

    a_loop(database, server).send_due(ThreadPulse())
    queued(database, "Ann")

    with database.reading() as session:
        states = sorted(session.scalars(select(Delivery.state)))
        assert session.scalars(select(Suppression.email_key)).all() == ["ann@people.example"]
    assert states == ["bounced", "suppressed"]


def test_a_bounce_tells_who_can_not_be_reached(database):
    queued(database)
    with database.writing() as session:
        claimed = claim(session, limit=1, now=NOW)[0]
        keep_result(session, claimed, Result("bounced", "550 no such user"), now=NOW)
        told = [type(each) for each in told_in(session)]

    assert told == [DeliveryFailed, AddressSuppressed]


def test_a_connection_that_dies_after_data_sends_again_with_the_same_id(
    database, smtp_sink, server
):
    queued(database)
    smtp_sink.drop_after_data()

    a_loop(database, server).send_due(ThreadPulse())

    delivery, attempts = state_of(database)
    assert attempts == ["deferred"]
    smtp_sink.accept()
    a_loop(database, server, now=delivery.due_at).send_due(ThreadPulse())
    assert smtp_sink.wait_for()[0].message_id == delivery.message_id


def test_a_claim_whose_process_died_is_sent_again_after_its_lease(database, smtp_sink, server):
    queued(database)
    with database.writing() as session:
        assert len(claim(session, limit=10, now=NOW)) == 1

    assert a_loop(database, server).send_due(ThreadPulse())[0] == 0
    later = NOW + timedelta(minutes=2)
    assert a_loop(database, server, now=later).send_due(ThreadPulse())[0] == 1


def test_a_delivery_fails_after_enough_tries():
    assert next_due(1, now=NOW) < next_due(5, now=NOW)
    assert next_due(9, now=NOW) is None


def test_a_demo_address_is_never_handed_to_a_real_server(database, smtp_sink, server):
    queued(database, email="ann@teema.demo.example")

    a_loop(database, server).send_due(ThreadPulse())

    assert state_of(database)[0].state == "failed"
    assert smtp_sink.mails == []
    assert is_demo_address("x@demo.example")
    assert not is_demo_address("x@notdemo.example")


def test_embedded_mode_keeps_the_mail(database):
    queued(database, email="ann@demo.example")
    mailbox = MailboxMailer(database, clock=lambda: NOW)

    a_loop(database, mailbox, for_demo=mailbox).send_due(ThreadPulse())

    with database.reading() as session:
        kept = session.scalars(select(KeptMail)).one()
    assert (kept.to, kept.sent_at) == ("ann@demo.example", NOW)


def test_two_mailers_never_claim_the_same_mail(database):
    for name in ("Ann", "Ben", "Cho", "Dee"):
        queued(database, name)

    with database.writing() as session:
        first = claim(session, limit=2, now=NOW)
    with database.writing() as session:
        second = claim(session, limit=10, now=NOW)

    assert (len(first), len(second)) == (2, 2)
    assert {each.id for each in first}.isdisjoint(each.id for each in second)


def test_a_lifted_suppression_lets_mails_through_again(database):
    with database.writing() as session:
        made = suppress(session, "ann@people.example", reason="550", now=NOW)
        session.flush()
        lift(session, made, actor="test", now=NOW)

    queued(database)

    assert state_of(database)[0].state == "queued"


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.org", Server("mail.example.org", 25, "", "", False)),
        ("smtps://u:p%40x@h.example", Server("h.example", 465, "u", "p@x", True)),
        ("smtp://127.0.0.1:2525", Server("127.0.0.1", 2525, "", "", False)),
    ],
)
def test_the_servers_address_is_read(url, server):
    assert Server.of(url) == server


@pytest.mark.parametrize("end", [b"", b"\r\n"])
def test_lines_that_begin_with_a_dot_arrive_as_they_were_written(smtp_sink, end):
    mailer = a_mailer(f"smtp://{smtp_sink.host}:{smtp_sink.port}")
    source = b"From: a@x.example\r\nSubject: Dots\r\n\r\n.one\r\n..two\r\n.\r\nlast"

    result = sent(mailer, a_mail("b@x.example", source + end))

    mailer.close()
    assert result.outcome == "sent"
    assert smtp_sink.wait_for(to="b@x.example")[0].raw == source + b"\r\n"


class Between:
    """A mailer that does something between a mail's handing over and the keeping of its result."""

    def __init__(self, mailer, do):
        self._mailer = mailer
        self._do = do

    def send(self, mails):
        for results in self._mailer.send(mails):
            self._do()
            yield results

    def close(self):
        self._mailer.close()


@pytest.mark.real
def test_a_database_that_stops_after_the_sending_makes_no_second_mail(
    request, templates, smtp_sink, server
):
    postgres, has_sent, may_go_on = request.getfixturevalue("postgres"), Event(), Event()

    def wait():
        has_sent.set()
        may_go_on.wait()

    with templates.on_postgres(postgres, "notifications", MIGRATIONS, Base.metadata) as database:
        queued(database)
        with ThreadPoolExecutor() as threads:
            loop = a_loop(database, Between(server, wait))
            sending = threads.submit(loop.send_due, ThreadPulse())
            has_sent.wait()
            postgres.stop("immediate")
            may_go_on.set()
            postgres.start()
            assert sending.result() == (1, False)
        database.dispose()
        assert a_loop(database, server, now=NOW + 2 * LEASE).send_due(ThreadPulse()) == (0, False)
        assert state_of(database)[0].state == "sent"
    assert len(smtp_sink.wait_for(count=1)) == 1


def test_who_stops_gives_back_what_is_not_sent(database, smtp_sink, server):
    queued(database, "Ann")
    queued(database, "Ben")
    pulse = ThreadPulse()

    assert a_loop(database, Between(server, pulse.stop)).send_due(pulse) == (1, False)

    assert a_loop(database, server).send_due(ThreadPulse()) == (1, False)
    assert len(smtp_sink.wait_for(count=2)) == 2


def test_a_claim_that_lapsed_is_not_ours_any_more(database):
    queued(database, "Ann")
    with database.writing() as session:
        claimed = claim(session, limit=9, now=NOW)
    with database.writing() as session:
        assert renew(session, claimed, now=NOW + LEASE / 2) == claimed
    with database.writing() as session:
        assert renew(session, claimed, now=NOW + 2 * LEASE) == []


def test_a_domain_that_had_its_fill_gets_its_mail_later_and_others_go_before(database, smtp_sink):
    queued(database)
    queued(database, "Bea", email="bea@other.example")
    loop = a_loop(database, a_mailer(f"smtp://{smtp_sink.host}:{smtp_sink.port}"))
    loop.pace = Pace(per_second=1, clock=lambda: 0.0, sleep=lambda _: None)
    loop.pace.seconds_until("x@people.example")

    assert loop.send_due(ThreadPulse()) == (1, False)

    smtp_sink.wait_for(to="bea@other.example")
    with database.reading() as session:
        query = select(Delivery).where(Delivery.address == "ann@people.example")
        waiting = session.scalars(query.where(Delivery.channel == "mail")).one()
        assert (waiting.state, waiting.tries, waiting.due_at > NOW) == ("queued", 0, True)
    loop.mailer.close()


def test_mails_to_several_go_side_by_side_and_two_to_one_address_in_their_order(
    database, smtp_sink, server
):
    for name, email in (("Ann", "shared"), ("Ben", "shared"), ("Cho", "cho"), ("Dee", "dee")):
        queued(database, name, email=f"{email}@people.example")

    assert a_loop(database, server, at_once=4).send_due(ThreadPulse()) == (4, False)

    shared = smtp_sink.wait_for(to="shared@people.example", count=2)
    assert ["Ann" in each.text for each in shared] == [True, False]
    with database.reading() as session:
        states = session.scalars(select(Delivery.state).where(Delivery.channel == "mail")).all()
        outcomes = session.scalars(select(Attempt.outcome)).all()
    assert set(states) == set(outcomes) == {"sent"}
    assert len(states) == len(outcomes) == 4
