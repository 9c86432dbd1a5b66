"""Who asks for it is forgotten, here and everywhere."""

from sqlalchemy import func, select

from services.members.actions.forgetting import erase_person, forget_old, note_bounce
from services.members.actions.signing_in import sign_in
from services.members.model import Account, SignInSession
from services.members.queries.grants import live_grants
from shared.contracts.members import PersonErased, SessionRevoked
from tests.members.builders import (
    NOW,
    Clock,
    a_person,
    an_account,
    an_affiliation,
    an_appointment,
    an_organisation,
    told,
)


def test_an_erased_person_keeps_no_name_address_account_or_office(session, settings):
    person = an_account(session)
    body = an_organisation(session)
    office = an_appointment(session, person, body, "focal_point")
    work = an_affiliation(session, person, body)
    sign_in(session, person.id, agent="", settings=settings, now=NOW)

    erase_person(session, person, settings=settings, actor="test", now=NOW)

    assert (person.names, person.email, person.search_key) == ([], None, "")
    assert session.get(Account, person.id) is None
    assert live_grants(session, person.id, now=NOW) == []
    assert (office.ended_at, work.ended_at) == (NOW, NOW)


def test_every_service_is_told_to_forget(session, settings):
    person = an_account(session)
    sign_in(session, person.id, agent="", settings=settings, now=NOW)
    version = person.version

    erase_person(session, person, settings=settings, actor="test", now=NOW)
    erase_person(session, person, settings=settings, actor="test", now=NOW)

    messages = told(session)
    assert messages[-1] == PersonErased(
        person_id=person.id, version=version + 1, email="mei@one.example", names=("Mei Lin",)
    )
    assert sum(isinstance(message, SessionRevoked) for message in messages) == 1


def test_an_address_that_bounces_is_marked_for_all_who_share_it(session):
    people = [a_person(session, email="office@one.example") for _ in range(2)]

    note_bounce(session, "Office@One.example")

    for person in people:
        session.refresh(person)
    assert [person.is_bouncing for person in people] == [True, True]


def test_sessions_that_are_over_are_forgotten(session, settings):
    person = an_account(session)
    sign_in(session, person.id, agent="", settings=settings, now=NOW)

    forget_old(session, settings=settings, now=Clock().forward(days=29))
    assert session.scalar(select(func.count()).select_from(SignInSession)) == 1

    forget_old(session, settings=settings, now=Clock().forward(days=31))
    assert session.scalar(select(func.count()).select_from(SignInSession)) == 0
