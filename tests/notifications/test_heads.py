"""A body hears that its delegation has no head; nominees hear who heads it."""

from dataclasses import replace

from sqlalchemy import select

from services.notifications.actions.composing import read_facts
from services.notifications.actions.wording import words_for
from services.notifications.model import Notification
from shared.contracts.events_allotments import AlternateCalledUp, HeadLeft, HeadNamed
from shared.foundation.ids import new_id
from tests.notifications.announcement_builders import a_post
from tests.notifications.builders import (
    a_nomination_state,
    a_published_workshop,
    a_recipient,
    hears,
)


def test_a_body_hears_in_one_mail_that_the_head_left_and_who_came(session):
    workshop, body = a_published_workshop(session), new_id()
    fay = a_recipient(session, "Fay")
    a_post(session, fay.id, body, kind="appointment", role="focal_point")
    session.flush()
    state = replace(a_nomination_state(workshop, "Sol"), organisation_id=body, state="registered")
    left = HeadLeft(
        workshop_id=workshop.workshop_id,
        organisation_id=body,
        organisation_names={"en": "A body"},
        left="Min",
        called_up="Sol",
    )

    hears(session, AlternateCalledUp(nomination=state, instead_of="Min", was_head=True))
    hears(session, left)

    found = session.scalars(select(Notification)).one()
    facts = read_facts(found.facts)
    said = {each: words_for(found.kind, facts, locale=each, link="") for each in ("en", "zh-Hant")}
    assert (found.name, found.kind) == ("Fay", "head_left")
    assert said["en"].subject.startswith("Your delegation has no head")
    assert all("Sol" in each.text and "Min" in each.text for each in said.values())


def test_who_heads_a_delegation_and_who_did_are_each_told_once(session):
    workshop = a_published_workshop(session)
    head = replace(a_nomination_state(workshop, "Sol"), role="head")
    former = a_nomination_state(workshop, "Min")

    hears(session, HeadNamed(nomination=head, former=former))

    query = select(Notification.name, Notification.kind).order_by(Notification.kind)
    assert [tuple(row) for row in session.execute(query)] == [
        ("Sol", "head_named"),
        ("Min", "head_replaced"),
    ]
    facts = read_facts(session.scalars(select(Notification).filter_by(name="Min")).one().facts)
    said = words_for("head_replaced", facts, locale="en", link="")
    assert said.subject.startswith("Sol now heads the delegation of")
