"""An alliance with two associations, and headers to ask as its people."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from services.members import reactions
from services.members.actions import framing
from services.members.actions.founding import make_account, make_operator
from services.members.model import Capability, Membership, Organisation
from shared.database import Database
from shared.foundation.identities import Role
from shared.messaging.outbox import tell_all
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
from tests.members.conftest import fold_in

FRAMEWORK = {"en": "Green framework", "zh-Hant": "綠色能力架構"}
CLOSES = NOW + timedelta(days=30)
OPTIONS: Any = {"password_hash": password_hash(), "actor": "test", "now": NOW}


@pytest.fixture(scope="session")
def world_and_file(empty_file, tmp_path_factory):
    """The world, made once, and its database as bytes."""
    path = tmp_path_factory.mktemp("world") / "members.sqlite"
    path.write_bytes(empty_file)
    database = Database(f"sqlite:///{path}")
    with database.writing() as session:
        ids = _world(session)
    fold_in(database)
    return ids, path.read_bytes()


@pytest.fixture
def file(world_and_file) -> bytes:
    return world_and_file[1]


@pytest.fixture
def world(world_and_file):
    """name → id: alliance; association_a, company_a, person_a, office_a, work_a …; and of b."""
    return world_and_file[0]


def _world(session):
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


@pytest.fixture
def asked_for(database, world):
    """The published capability."""
    with database.writing() as session:
        options = {"actor": "test", "now": NOW}
        alliance = session.get(Organisation, world["alliance"])
        made = framing.draft_framework(session, alliance, FRAMEWORK, **options)
        values = {"root": "management", "code": "MG-01", "names": {"en": "Carbon inventory"}}
        capability = framing.add_capability(session, made, values, **options)
        framing.publish_framework(session, made, **options)
        for letter in "ab":
            company = session.get(Organisation, world[f"company_{letter}"])
            company.email = f"office@{letter}.example"
        return str(capability.id)


@pytest.fixture
def timer(database, settings, monkeypatch):
    """Run the timer; answers the messages that it told."""

    def timer(now=NOW):
        told = []

        def tell(session, messages, *, now):
            told.extend(messages)
            tell_all(session, messages, now=now)

        monkeypatch.setattr("services.members.actions.demanding.tell_all", tell)
        reactions.go_on_with_demand(database, now, settings)
        return told

    return timer


@pytest.fixture
def open_round(ask, world, asked_for):
    def open_round(letter="a", **values):
        body = {
            "organisation_id": str(world[f"association_{letter}"]),
            "titles": {"en": "Demand"},
            "capability_ids": [asked_for],
            "closes_at": CLOSES.isoformat(),
        } | values
        made = ask(f"focal.{letter}", "POST", "/demand-rounds", body)
        assert made.status_code == 201, made.text
        return made.json

    return open_round


@pytest.fixture
def lineage(database, asked_for):
    """That of the published capability."""
    with database.reading() as session:
        return str(session.get(Capability, UUID(asked_for)).lineage_id)
