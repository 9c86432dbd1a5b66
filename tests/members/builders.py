"""Builders of members' things: they name only what a test cares about."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from services.members.actions import appointing, enrolling, introducing, joining
from services.members.actions.founding import make_account
from services.members.actions.granting import grant
from services.members.actions.hashing import hash_password
from services.members.model import Membership, Organisation, Person
from services.members.queries.grants import live_grants
from shared.foundation.identities import Asker, Grant, Identity, Role
from shared.foundation.ids import new_id
from shared.foundation.names import PersonName
from shared.messaging.outbox import told_in

NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
PASSWORD = "a sentence is best"


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime = NOW):
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **step: float) -> datetime:
        self.now += timedelta(**step)
        return self.now


@cache
def password_hash() -> str:
    return hash_password(PASSWORD)


def told(session) -> list[Any]:
    """The messages told in the open transaction; a test knows which they are."""
    return list(told_in(session))


def a_name(family="Lin", given="Mei", *, kind="romanised", order="given_first") -> PersonName:
    return PersonName(kind=kind, given=given, family=family, order=order)


def an_organisation(session, name="An Association", *, kind="association", now=NOW, **values):
    names = values.pop("names", {"en": name})
    return enrolling.enrol(session, {"names": names, "kind": kind, **values}, actor="test", now=now)


def a_member_of(session, host: Organisation, name="A Company", *, kind="company", now=NOW):
    made = joining.add_members(
        session,
        host,
        [{"names": {"en": name}, "kind": kind}],
        starts_on=now.date(),
        actor="test",
        now=now,
    )
    return made[0]


def a_draft(session, member, host, *, starts_on=None, ends_on=None) -> Membership:
    values = {
        "member_id": member.id,
        "host_id": host.id,
        "type": "member",
        "starts_on": starts_on or NOW.date(),
        "ends_on": ends_on,
    }
    return joining.draft_membership(session, values, actor="test", now=NOW)


def a_person(session, family="Lin", given="Mei", *, now=NOW, **values: Any) -> Person:
    names = values.pop("names", [a_name(family, given)])
    return introducing.record_person(session, {"names": names, **values}, actor="test", now=now)


def an_account(session, email="mei@one.example", family="Lin", given="Mei", *, now=NOW) -> Person:
    return make_account(
        session,
        [a_name(family, given)],
        email,
        password_hash=password_hash(),
        actor="test",
        now=now,
    )


def a_grant(session, person, role=Role.FOCAL_POINT, organisation=None, *, now=NOW, **rest):
    place = organisation.id if organisation else None
    return grant(session, person, role, place, actor="test", now=now, **rest)


def an_appointment(session, person, organisation, role="delegate", *, now=NOW, **term: Any):
    term = {"starts_on": now.date()} | term
    return appointing.appoint(session, person, organisation, role, actor="test", now=now, **term)


def an_affiliation(session, person, organisation, *, now=NOW):
    return appointing.affiliate(session, person, organisation, actor="test", now=now)


def an_asker(session, person: Person, *, now=NOW) -> Asker:
    """The person as their access token would say who they are."""
    grants = tuple(
        Grant(Role(each.role), each.organisation_id, each.subtree)
        for each in live_grants(session, person.id, now=now)
    )
    return Asker(Identity(person.id, new_id(), "", person.email or "", "en", grants))


def days(count: int) -> date:
    return NOW.date() + timedelta(days=count)
