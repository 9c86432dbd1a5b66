"""An alliance with two associations, and headers to ask as its people."""

import pytest
from sqlalchemy import select

from services.members.actions.founding import make_account, make_operator
from services.members.model import Membership
from shared.foundation.identities import Role
from tests.members.builders import (
    NOW,
    a_grant,
    a_member_of,
    a_name,
    a_person,
    an_affiliation,
    an_appointment,
    an_organisation,
    password_hash,
)

OPTIONS = {"password_hash": password_hash(), "actor": "test", "now": NOW}


@pytest.fixture
def world(database):
    """name → id: alliance; association a, company_a, person_a, office_a, work_a; the same of b."""
    with database.writing() as session:
        make_operator(session, [a_name("Operator")], "operator@x.example", **OPTIONS)
        alliance = an_organisation(session, "Alliance", kind="alliance")
        organizer = make_account(session, [a_name("Org")], "organizer@x.example", **OPTIONS)
        make_account(session, [a_name("Attendee")], "attendee@x.example", **OPTIONS)
        a_grant(session, organizer, Role.ORGANIZER, alliance)
        ids = {"alliance": alliance.id}
        for letter in "ab":
            ids |= _association(session, alliance, letter)
    return ids


def _association(session, alliance, letter):
    body = a_member_of(session, alliance, f"Association {letter}", kind="association")
    company = a_member_of(session, body, f"Company {letter}")
    person = a_person(session, f"Delegate {letter}", email=f"delegate.{letter}@x.example")
    focal = make_account(
        session, [a_name(f"Focal {letter}")], f"focal.{letter}@x.example", **OPTIONS
    )
    focal_office = an_appointment(session, focal, body, "focal_point")
    made = {
        "association": body.id,
        "company": company.id,
        "person": person.id,
        "focal": focal.id,
        "office": an_appointment(session, person, body).id,
        "work": an_affiliation(session, person, company).id,
        "grant": focal_office.grant_id,
        "membership": session.scalars(
            select(Membership.id).where(Membership.member_id == company.id)
        ).one(),
    }
    return {f"{name}_{letter}": value for name, value in made.items()}


@pytest.fixture
def ask(client, world, sign_in):
    """Ask as somebody: ask("focal.a", "GET", "/people")."""
    headers = {}

    def ask(who, method, path, json=None, **options):
        if who not in headers:
            headers[who] = sign_in(f"{who}@x.example") if who else {}
        sent = headers[who] | options.pop("headers", {})
        return client.open(
            f"/members/api/v1{path}", method=method, json=json, headers=sent, **options
        )

    return ask
