"""A mail about a workshop that reached nobody: somebody who can help hears of it."""

import pytest
from sqlalchemy import select

from services.notifications.model import Delivery, Notification, PostCopy
from shared.contracts import events
from shared.contracts.notifications import DeliveryFailed
from shared.foundation.ids import new_id
from tests.notifications.builders import (
    a_published_workshop,
    a_recipient,
    a_registration_state,
    hears,
)


def a_focal_point(session, name, organisation_id):
    person = a_recipient(session, name)
    session.add(
        PostCopy(
            id=new_id(),
            version=1,
            kind="appointment",
            role="focal_point",
            person_id=person.id,
            organisation_id=organisation_id,
            is_over=False,
        )
    )
    session.flush()


def loses_the_mail(session, workshop, name="Ann", **facts):
    state = a_registration_state(workshop, name, **facts)
    hears(session, events.RegistrationConfirmed(registration=state))
    query = (
        select(Delivery).join(Notification).where(Notification.about_id == state.registration_id)
    )
    delivery = session.scalars(query.where(Delivery.channel == "mail")).one()
    fails(session, delivery)


def fails(session, delivery):
    lost = session.get_one(Notification, delivery.notification_id)
    message = DeliveryFailed(
        delivery_id=delivery.id,
        about_id=lost.about_id,
        category=lost.category,
        reason="550 no such mailbox",
    )
    hears(session, message)


def told(session):
    query = select(Notification.name).where(Notification.kind == "undeliverable")
    return sorted(session.scalars(query))


@pytest.fixture
def workshop(session):
    return a_published_workshop(session)


def test_the_body_that_the_person_comes_from_hears_of_it(session, workshop):
    body = new_id()
    a_focal_point(session, "Fay", body)
    a_focal_point(session, "Host", workshop.host_id)

    loses_the_mail(session, workshop, organisation_id=body)

    assert told(session) == ["Fay"]
    (found,) = session.scalars(select(Notification).where(Notification.kind == "undeliverable"))
    assert found.facts["path"].endswith(f"/{body}")
    assert (found.facts["lost"], found.facts["reason"]) == ("Ann", "550 no such mailbox")


def test_without_a_body_the_host_hears_of_it_once_a_day_and_kind(session, workshop):
    a_focal_point(session, "Host", workshop.host_id)

    for name in ("Ann", "Bo", "Cy"):
        loses_the_mail(session, workshop, name)

    assert told(session) == ["Host"]


def test_an_escalation_that_fails_goes_no_further(session, workshop):
    a_focal_point(session, "Host", workshop.host_id)
    loses_the_mail(session, workshop)
    query = select(Delivery).join(Notification).where(Notification.kind == "undeliverable")
    fails(session, session.scalars(query.where(Delivery.channel == "mail")).one())

    assert told(session) == ["Host"]


def test_where_nobody_is_responsible_nothing_is_told(session, workshop):
    loses_the_mail(session, workshop)
    assert told(session) == []
