"""What is held for quiet hours and digests, and comes when its time has come."""

from datetime import timedelta
from email import message_from_bytes, policy

from sqlalchemy import select

from services.notifications.actions.choosing import choose, opt_out
from services.notifications.actions.claiming import claim
from services.notifications.actions.composing import Addressee, News, tell_people
from services.notifications.actions.delivering import keep_result
from services.notifications.actions.mime import Site, mail_of
from services.notifications.actions.releasing import release_due
from services.notifications.gateways.mailer import Result
from services.notifications.model import Attempt, Delivery, Notification
from services.notifications.model.choices import address_key
from shared.contracts import events
from shared.foundation.ids import new_id
from tests.notifications.builders import a_published_workshop, a_registration_state, hears

SITE = Site("Plenary <no-reply@plenary.example>", "https://plenary.example", "s" * 32)
NIGHT = {"quiet_from": "11:00", "quiet_to": "13:00", "time_zone": "Asia/Taipei"}


def notice(session, now, *, email="ann@people.example", person_id=None, kind="returned"):
    """A mail that can wait: of a membership that somebody looks after."""
    news = News(
        kind=f"membership_{kind}",
        message_id=new_id(),
        facts={"organisation_names": {"en": "Acme"}, "host_names": {"en": "The alliance"}},
        host_id=new_id(),
    )
    addressee = Addressee(
        about_id=new_id(), name="Ann", email=email, locale="en", path="/x", person_id=person_id
    )
    tell_people(session, [(news, addressee)], now=now)


def mails(session):
    query = select(Delivery).where(Delivery.channel == "mail").order_by(Delivery.id)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def test_what_can_wait_is_held_in_quiet_hours_and_goes_after_them(session, now):
    person = new_id()
    choose(session, person, NIGHT, actor="test", now=now)

    notice(session, now, person_id=person)
    [held] = mails(session)
    early = release_due(session, now=now + timedelta(minutes=59))
    released = release_due(session, now=now + timedelta(hours=1))

    assert (held.due_at, early, released) == (now + timedelta(hours=1), 0, 1)
    assert [each.state for each in mails(session)] == ["queued"]


def test_a_ticket_does_not_wait(session, now):
    choose(session, address_key("ann@people.example"), NIGHT, actor="test", now=now)
    workshop = a_published_workshop(session)

    hears(session, events.RegistrationConfirmed(registration=a_registration_state(workshop)))

    assert [each.state for each in mails(session)] == ["queued"]


def test_the_language_that_was_chosen_is_the_language_of_every_mail(session, now):
    choose(session, address_key("ann@people.example"), {"locale": "zh-Hant"}, actor="t", now=now)
    workshop = a_published_workshop(session)

    hears(session, events.RegistrationConfirmed(registration=a_registration_state(workshop)))

    assert session.scalars(select(Notification.locale)).one() == "zh-Hant"


def test_a_digest_is_one_mail_of_all_and_they_end_as_it_does(session, now):
    person = new_id()
    choose(session, person, {"digest": "daily", "time_zone": "UTC"}, actor="test", now=now)
    for kind in ("returned", "approved", "renewed"):
        notice(session, now, person_id=person, kind=kind)

    tomorrow = now + timedelta(hours=4)
    release_due(session, now=tomorrow)
    release_due(session, now=tomorrow)
    [claimed] = claim(session, limit=9, now=tomorrow)
    mail = message_from_bytes(mail_of(claimed, site=SITE, now=tomorrow), policy=policy.default)
    keep_result(session, claimed, Result("sent", "250"), now=tomorrow)

    text = mail.get_body(("plain",)).get_content()
    assert mail["Subject"] == "3 things to read"
    assert "Acme is a member of The alliance" in text
    assert "Please complete the application" in text
    assert [each.state for each in mails(session)] == ["sent"] * 4
    details = session.scalars(select(Attempt.detail)).all()
    assert sum("in the mail" in detail for detail in details) == 3


def test_a_digest_that_bounces_has_told_nobody_of_its_items(session, now):
    person = new_id()
    choose(session, person, {"digest": "daily", "time_zone": "UTC"}, actor="test", now=now)
    notice(session, now, person_id=person)
    notice(session, now, person_id=person, kind="approved")

    release_due(session, now=now + timedelta(hours=4))
    [claimed] = claim(session, limit=9, now=now + timedelta(hours=4))
    keep_result(session, claimed, Result("bounced", "550 gone"), now=now + timedelta(hours=4))

    assert [each.state for each in mails(session)] == ["bounced"] * 3


def test_a_single_item_of_a_digest_goes_as_it_is(session, now):
    person = new_id()
    choose(session, person, {"digest": "daily", "time_zone": "UTC"}, actor="test", now=now)
    notice(session, now, person_id=person)

    release_due(session, now=now + timedelta(hours=4))

    [claimed] = claim(session, limit=9, now=now + timedelta(hours=4))
    assert claimed.kind == "membership_returned"


def test_who_turns_the_digest_off_has_what_it_held_at_once(session, now):
    person = new_id()
    choose(session, person, {"digest": "weekly", "time_zone": "UTC"}, actor="test", now=now)
    notice(session, now, person_id=person)

    choose(session, person, {}, actor="test", now=now)
    release_due(session, now=now)

    assert [each.state for each in mails(session)] == ["queued"]


def test_who_opts_out_has_nothing_of_what_was_held(session, now):
    person = new_id()
    choose(session, person, {"digest": "weekly", "time_zone": "UTC"}, actor="test", now=now)
    notice(session, now, person_id=person)

    opt_out(session, person, ["membership"], actor="link", now=now)
    release_due(session, now=now)

    assert [each.state for each in mails(session)] == ["opted_out"]


def test_a_mail_that_can_wait_says_how_to_have_no_more_of_it(session, now):
    notice(session, now)
    [claimed] = claim(session, limit=1, now=now)

    mail = message_from_bytes(mail_of(claimed, site=SITE, now=now), policy=policy.default)

    link = mail["List-Unsubscribe"]
    assert link.startswith("<https://plenary.example/notifications/api/v1/unsubscribe/")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Id"] == f"<membership.{claimed.host_id}.plenary.example>"
    assert "https://plenary.example/notifications/preferences/" in mail.get_body().get_content()


def test_a_ticket_has_no_such_headers_but_the_link_to_choose(session, now):
    workshop = a_published_workshop(session)
    hears(session, events.RegistrationConfirmed(registration=a_registration_state(workshop)))
    [claimed] = claim(session, limit=1, now=now)

    mail = message_from_bytes(mail_of(claimed, site=SITE, now=now), policy=policy.default)

    assert (mail["List-Unsubscribe"], mail["List-Id"]) == (None, None)
    assert "/notifications/preferences/" in mail.get_body(("html",)).get_content()
