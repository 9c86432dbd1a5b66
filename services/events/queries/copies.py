"""Reads of the copies: names of organisations and people."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.events.model import (
    AppointmentCopy,
    Nomination,
    OrganisationCopy,
    PersonCopy,
    Transition,
)
from services.events.queries.scopes import within
from shared.foundation.failures import Invalid, NotFound
from shared.foundation.identities import Asker, Role
from shared.foundation.ids import find_id
from shared.foundation.languages import Text

NAMING = (Role.FOCAL_POINT, Role.ORGANIZER, Role.OPERATOR)
DELEGATES = ("delegate", "head_of_delegation")


def organisation_names(session: Session, organisation_id: UUID | None) -> Text:
    """The organisation's names by language; {} while events has not heard of it."""
    if organisation_id is None:
        return {}
    found = session.get(OrganisationCopy, organisation_id)
    return found.names if found else {}


def names_of(session: Session, ids: Iterable[UUID]) -> dict[UUID, Text]:
    """organisation id → names, for lists."""
    wanted = set(ids)
    if not wanted:
        return {}
    query = select(OrganisationCopy).where(OrganisationCopy.id.in_(wanted))
    return {found.id: found.names for found in session.scalars(query)}


def economies_of(session: Session, ids: Iterable[UUID]) -> dict[UUID, str]:
    """organisation id → the economy's code, of those who have one."""
    query = select(OrganisationCopy.id, OrganisationCopy.economy).where(
        OrganisationCopy.id.in_(set(ids)), OrganisationCopy.economy.is_not(None)
    )
    return {row.id: row.economy for row in session.execute(query)}


def get_organisation(session: Session, organisation_id: UUID) -> OrganisationCopy:
    """The organisation. Raises NotFound when events knows of no such one."""
    found = session.get(OrganisationCopy, organisation_id)
    if found is None:
        raise NotFound("There is no such organisation.")
    return found


def require_organisation(session: Session, organisation_id: UUID, pointer: str) -> None:
    """Raise Invalid at the pointer when events knows of no such organisation."""
    if session.get(OrganisationCopy, organisation_id) is None:
        raise Invalid.at(pointer, "No organisation has this id.", code="unknown_organisation")


def require_person(session: Session, person_id: UUID, pointer: str) -> PersonCopy:
    """The person. Raises Invalid at the pointer for one who is unknown or was erased."""
    found = session.get(PersonCopy, person_id)
    if found is None or found.is_erased:
        raise Invalid.at(pointer, "No person has this id.", code="unknown_person")
    return found


def require_own_person(session: Session, person_id: UUID, asker: Asker, pointer: str) -> PersonCopy:
    """The person, whom the asker names by id alone.

    Raises Invalid as `require_person`, and for one who serves only bodies that are none of the
    asker's: an id tells nobody whose it is. Who serves nowhere, or was named by the asker's
    body before, is nobody's secret.
    """
    found = require_person(session, person_id, pointer)
    posts = select(AppointmentCopy.organisation_id).where(AppointmentCopy.person_id == person_id)
    named = select(Nomination.id).where(
        Nomination.person_id == person_id, within(Nomination.organisation_id, asker, *NAMING)
    )
    is_seen = (
        asker.person_id == person_id
        or session.scalar(posts.limit(1)) is None
        or session.scalar(
            posts.where(within(AppointmentCopy.organisation_id, asker, *NAMING)).limit(1)
        )
        or session.scalar(named.limit(1))
    )
    if not is_seen:
        raise Invalid.at(pointer, "No person has this id.", code="unknown_person")
    return found


def delegates_of(session: Session, body_id: UUID, *, today: date) -> list[PersonCopy]:
    """The people who are the body's delegates today, by name."""
    query = (
        select(PersonCopy)
        .join(AppointmentCopy, AppointmentCopy.person_id == PersonCopy.id)
        .where(
            AppointmentCopy.organisation_id == body_id,
            AppointmentCopy.role.in_(DELEGATES),
            AppointmentCopy.starts_on <= today,
            or_(AppointmentCopy.ends_on.is_(None), AppointmentCopy.ends_on >= today),
            PersonCopy.is_erased.is_(False),
        )
    )
    return sorted(session.scalars(query).unique(), key=lambda person: person.name_in("en"))


def actors_of(session: Session, steps: Iterable[Transition], *, language: str) -> dict[str, str]:
    """actor → the person's name, of those in these steps who are known by an account."""
    ids = {found for each in steps if (found := find_id(each.actor)) is not None}
    people = session.scalars(select(PersonCopy).where(PersonCopy.id.in_(ids)))
    return {str(each.id): each.name_in(language) for each in people}
