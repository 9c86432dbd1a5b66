"""Mails to one address leave in the order of what they tell, however many mailers there are."""

from datetime import timedelta

from sqlalchemy import select, update

from services.notifications.actions.claiming import claim_mails
from services.notifications.actions.delivering import keep_result
from services.notifications.gateways.mailer import Result
from services.notifications.model import Delivery
from shared.contracts import events
from tests.notifications.builders import (
    NOW,
    a_published_workshop,
    a_registration_state,
    hears,
)

ALL = 100


def told(database, *names):
    """A mail that waits for each name, in this order, all due at one instant."""
    with database.writing() as session:
        workshop = a_published_workshop(session)
        for name in names:
            state = a_registration_state(workshop, name)
            hears(session, events.RegistrationConfirmed(registration=state))


def claimed(database, limit=ALL, *, now=NOW):
    return claim_mails(database, limit=limit, now=now)


def made(database):
    with database.reading() as session:
        return list(session.scalars(select(Delivery.id).order_by(Delivery.id)))


def test_a_claim_is_in_the_order_in_which_it_was_told(database):
    told(database, "Ann", "Ben", "Ann", "Cho", "Ann")

    assert [each.id for each in claimed(database)] == made(database)


def test_a_mail_waits_while_an_earlier_one_to_its_address_is_on_its_way(database):
    told(database, "Ann", "Ann", "Ben")
    [first] = claimed(database, limit=1)

    meanwhile = claimed(database)
    with database.writing() as session:
        keep_result(session, first, Result("sent", ""), now=NOW)
    afterwards = claimed(database)

    assert [each.name for each in meanwhile] == ["Ben"]
    assert [each.name for each in afterwards] == ["Ann"]


def test_the_others_go_on_while_one_address_waits(database):
    told(database, *["Ann"] * 5, "Ben")
    claimed(database, limit=1)

    assert [each.name for each in claimed(database, limit=4)] == ["Ben"]


def test_a_mail_that_was_put_off_keeps_no_later_one_waiting(database):
    told(database, "Ann", "Ann")
    first, second = made(database)
    with database.writing() as session:
        off = update(Delivery).where(Delivery.id == first)
        session.execute(off.values(due_at=NOW + timedelta(hours=1)))

    assert [each.id for each in claimed(database)] == [second]
