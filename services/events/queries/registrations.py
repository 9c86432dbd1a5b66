"""Registrations, nominations, offers and allotments as an asker may see them.

A body sees its own people and nobody else's: for all others a thing does not exist.
"""

from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, String, cast, or_, select
from sqlalchemy.orm import Session

from services.events.model import (
    Allotment,
    Nomination,
    Offer,
    Registration,
    RegistrationChange,
    Transition,
    Workshop,
)
from services.events.model.link import find_link
from services.events.queries.scopes import may_organize, may_speak_for, within
from shared.foundation.failures import Forbidden, NotFound
from shared.foundation.identities import Asker, Role
from shared.foundation.names import fold_email, words_of


def roster(session: Session, workshop: Workshop, asker: Asker) -> Select[Registration]:
    """The workshop's registrations: all for its organizers, their bodies' for focal points."""
    query = select(Registration).where(Registration.workshop_id == workshop.id)
    if may_organize(session, asker, workshop.host_id):
        return query
    return query.where(within(Registration.organisation_id, asker, Role.FOCAL_POINT))


def nominations_of(session: Session, workshop: Workshop, asker: Asker) -> Select[Nomination]:
    """The workshop's nominations: all for its organizers, their bodies' for focal points."""
    query = select(Nomination).where(Nomination.workshop_id == workshop.id)
    if may_organize(session, asker, workshop.host_id):
        return query
    return query.where(within(Nomination.organisation_id, asker, Role.FOCAL_POINT))


Listed = TypeVar("Listed", Registration, Nomination)


def named(query: Select[Listed], row: type[Listed], words: str) -> Select[Listed]:
    """Of these, who is called so, in any script and order, or has such an address.

    words: of a name, each found anywhere in it; or, with an @, part of a mail address.
    """
    if "@" in words:
        return query.where(row.email_key.contains(fold_email(words), autoescape=True))
    return query.where(
        *(
            or_(
                row.name_key.contains(each, autoescape=True),
                row.email_key.contains(each, autoescape=True),
            )
            for each in words_of(words)
        )
    )


def get_registration(session: Session, registration_id: UUID, asker: Asker) -> Registration:
    """The registration, for its person, its link, its body's focal points and the organizers."""
    found = session.get(Registration, registration_id)
    if found is not None and _may_see_registration(session, found, asker):
        return found
    raise NotFound("There is no such registration.")


def _may_see_registration(session: Session, found: Registration, asker: Asker) -> bool:
    link = find_link(asker.link)
    if link is not None:
        return link.opens("registration", found.id, found.secret)
    if asker.person_id is not None and asker.person_id == found.person_id:
        return True
    body_id = found.organisation_id
    if body_id is not None and may_speak_for(session, asker, body_id):
        return True
    workshop = session.get_one(Workshop, found.workshop_id)
    return may_organize(session, asker, workshop.host_id)


def get_organized_registration(
    session: Session, registration_id: UUID, asker: Asker
) -> Registration:
    """The registration, for the organizers. Raises NotFound, or Forbidden where it is seen."""
    found = get_registration(session, registration_id, asker)
    workshop = session.get_one(Workshop, found.workshop_id)
    if not may_organize(session, asker, workshop.host_id):
        raise Forbidden("Only the organizers of this workshop may do this.")
    return found


def history_of(session: Session, registration: Registration) -> list[Transition]:
    """What happened to it, in order; with who served it out of turn, and why."""
    query = select(Transition).where(
        Transition.subject == Registration.__tablename__, Transition.subject_id == registration.id
    )
    return list(session.scalars(query.order_by(Transition.number)))


def is_own(registration: Registration, asker: Asker) -> bool:
    """Whether it is the asker's own, by account or by link."""
    link = find_link(asker.link)
    if link is not None:
        return link.opens("registration", registration.id, registration.secret)
    return asker.person_id is not None and asker.person_id == registration.person_id


def get_changeable(
    session: Session, registration_id: UUID, asker: Asker
) -> tuple[Registration, bool]:
    """The registration and whether the asker organizes, for its person, its link, and those.

    Raises NotFound, or Forbidden for a focal point, who sees it and may not change it.
    """
    found = get_registration(session, registration_id, asker)
    workshop = session.get_one(Workshop, found.workshop_id)
    is_organizer = may_organize(session, asker, workshop.host_id)
    if is_organizer or is_own(found, asker):
        return found, is_organizer
    raise Forbidden("Only the person who is registered, or the organizers, may do this.")


def changes_of(workshop: Workshop) -> Select[RegistrationChange]:
    """Changes that wait for the workshop's organizers, in no order yet."""
    return select(RegistrationChange).where(
        RegistrationChange.workshop_id == workshop.id, RegistrationChange.state == "pending"
    )


def get_organized_change(session: Session, change_id: UUID, asker: Asker) -> RegistrationChange:
    """The change, for the organizers of its workshop. Raises NotFound."""
    found = session.get(RegistrationChange, change_id)
    if found is None:
        raise NotFound("There is no such change.")
    get_organized_registration(session, found.registration_id, asker)
    return found


def answered(query: Select[Registration], key: str, value: str) -> Select[Registration]:
    """Of the registrations, those whose answer to the question is the value, or has it."""
    answer = Registration.answers[key]
    is_listed = cast(answer, String).contains(f'"{value}"', autoescape=True)
    return query.where(or_(answer.as_string() == value, is_listed))


def get_offered(session: Session, offer_id: UUID, asker: Asker) -> tuple[Offer, Registration]:
    """The offer and its registration, for its person or its link. Raises NotFound."""
    offer = session.get(Offer, offer_id)
    if offer is not None:
        registration = session.get_one(Registration, offer.registration_id)
        link = find_link(asker.link)
        is_linked = link and link.opens("registration", registration.id, registration.secret)
        is_own = asker.person_id is not None and asker.person_id == registration.person_id
        if is_linked or is_own:
            return offer, registration
    raise NotFound("There is no such offer.")


def get_nomination(session: Session, nomination_id: UUID, asker: Asker) -> Nomination:
    """The nomination, for its nominee, its link, its body and the organizers."""
    found = session.get(Nomination, nomination_id)
    if found is not None and (
        is_nominee(found, asker) or speaks_for_nomination(session, found, asker)
    ):
        return found
    raise NotFound("There is no such nomination.")


def is_nominee(nomination: Nomination, asker: Asker) -> bool:
    """Whether the asker is the person who was named, by account or by link."""
    link = find_link(asker.link)
    if link is not None:
        return link.opens("nomination", nomination.id, nomination.secret)
    return asker.person_id is not None and asker.person_id == nomination.person_id


def speaks_for_nomination(session: Session, nomination: Nomination, asker: Asker) -> bool:
    """Whether the asker is a focal point of the body, or organizes the workshop."""
    if may_speak_for(session, asker, nomination.organisation_id):
        return True
    workshop = session.get_one(Workshop, nomination.workshop_id)
    return may_organize(session, asker, workshop.host_id)


def get_allotment(session: Session, workshop: Workshop, body_id: UUID, asker: Asker) -> Allotment:
    """The body's allotment, for its focal points and the organizers. Raises NotFound."""
    found = session.get(Allotment, (workshop.id, body_id))
    if found is not None and (
        may_organize(session, asker, workshop.host_id) or may_speak_for(session, asker, body_id)
    ):
        return found
    raise NotFound("There is no such allotment.")


def allotments_of(session: Session, workshop: Workshop, asker: Asker) -> Select[Allotment]:
    """The workshop's allotments: all for its organizers, their bodies' for focal points."""
    query = select(Allotment).where(Allotment.workshop_id == workshop.id)
    if may_organize(session, asker, workshop.host_id):
        return query
    return query.where(within(Allotment.organisation_id, asker, Role.FOCAL_POINT))


def allotments_for(session: Session, asker: Asker, *, now: datetime) -> list[Allotment]:
    """The seats that the asker's bodies have at workshops to come, soonest first."""
    query = (
        select(Allotment)
        .join(Workshop, Workshop.id == Allotment.workshop_id)
        .where(
            within(Allotment.organisation_id, asker, Role.FOCAL_POINT),
            Workshop.ends_at >= now,
            Workshop.state.in_(("published", "closed", "running", "postponed")),
        )
        .order_by(Workshop.starts_at, Allotment.organisation_id)
    )
    return list(session.scalars(query))


def own_registrations(session: Session, person_id: UUID) -> list[Registration]:
    """The person's registrations, newest first."""
    query = select(Registration).where(Registration.person_id == person_id)
    return list(session.scalars(query.order_by(Registration.id.desc()).limit(200)))


def own_nominations(session: Session, person_id: UUID) -> list[Nomination]:
    """Nominations that wait for the person's answer."""
    query = select(Nomination).where(
        Nomination.person_id == person_id, or_(Nomination.state == "submitted")
    )
    return list(session.scalars(query.order_by(Nomination.id.desc())))


def get_own_nomination(session: Session, nomination_id: UUID, asker: Asker) -> Nomination:
    """The nomination, for its nominee alone. Raises NotFound."""
    found = session.get(Nomination, nomination_id)
    if found is not None and is_nominee(found, asker):
        return found
    raise NotFound("There is no such nomination.")


def get_own_registration(session: Session, registration_id: UUID, asker: Asker) -> Registration:
    """The registration, for its person alone. Raises NotFound."""
    found = session.get(Registration, registration_id)
    if found is not None and asker.person_id is not None and asker.person_id == found.person_id:
        return found
    raise NotFound("There is no such registration.")


def find_allotment(session: Session, workshop_id: UUID, body_id: UUID) -> Allotment | None:
    """The body's allotment, as it is; whoever changes it locks the ledger first."""
    return session.get(Allotment, (workshop_id, body_id))
