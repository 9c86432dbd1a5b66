"""People, and what they are to organisations, as an asker may see them."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    exists,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from services.members.model import Affiliation, Appointment, Person
from services.members.queries.former import former_people, was_here
from services.members.queries.scopes import (
    MANAGERS,
    READERS,
    may_manage,
    may_read,
    within,
)
from services.members.queries.searching import holds_word
from shared.foundation.failures import Forbidden, NotFound
from shared.foundation.identities import Asker, Role
from shared.foundation.names import words_of


def _places(
    asker: Asker, roles: tuple[Role, ...], today: date
) -> tuple[Select[UUID], Select[UUID]]:
    """The ids of those who work, and of those who hold an office, where the asker reaches."""
    works = select(Affiliation.person_id).where(
        Affiliation.is_live_on(today), within(Affiliation.organisation_id, asker, *roles)
    )
    serves = select(Appointment.person_id).where(
        Appointment.is_live_on(today), within(Appointment.organisation_id, asker, *roles)
    )
    return works, serves


def _placed(asker: Asker, roles: tuple[Role, ...], today: date, only: UUID) -> ColumnElement[bool]:
    works, serves = _places(asker, roles, today)
    return or_(
        Person.id.in_(works.where(Affiliation.person_id == only)),
        Person.id.in_(serves.where(Appointment.person_id == only)),
    )


def own_unplaced(asker: Asker, person: Any = Person) -> ColumnElement[bool]:
    """People whom the asker recorded and who have no place and no account yet."""
    # The offset keeps PostgreSQL from reading everybody's places for the few there are.
    places = (
        exists(select(kind.person_id).where(kind.person_id == person.id).offset(0))
        for kind in (Affiliation, Appointment)
    )
    return and_(
        person.registered_by == asker.person_id,
        person.has_account.is_(False),
        *(~each for each in places),
    )


def _reached(
    asker: Asker, roles: tuple[Role, ...], today: date, only: UUID | None = None
) -> ColumnElement[bool]:
    """only: the one person who is asked for; others' places need not be gathered then. Whoever
    left lately is found in this way, and not in lists.
    """
    grants = asker.identity.places(*roles) if asker.identity else []
    asked = true() if only is None else Person.id == only
    if any(grant.organisation_id is None for grant in grants):
        return and_(asked, Person.is_there())
    if only is None:
        return and_(Person.is_there(), Person.id.in_(_all_reached(asker, roles, today)))
    reached = or_(
        Person.id == asker.person_id,
        _placed(asker, roles, today, only),
        own_unplaced(asker),
        was_here(asker, today=today),
    )
    return and_(asked, Person.is_there(), reached)


def _all_reached(asker: Asker, roles: tuple[Role, ...], today: date) -> CompoundSelect[UUID]:
    """One list, not one or another: PostgreSQL can begin with it then."""
    other = aliased(Person)
    themselves = select(other.id).where(other.id == asker.person_id)
    unplaced = select(other.id).where(own_unplaced(asker, other))
    return union_all(themselves, unplaced, *_places(asker, roles, today))


def people_for(asker: Asker, *, today: date, words: str | None = None) -> Select[Person]:
    """The people whom the asker may see: themselves, and those of their organisations.

    words: each is contained in a name, folded.
    """
    query = select(Person).where(_reached(asker, READERS, today))
    grants = asker.identity.places(*READERS) if asker.identity else []
    # Who sees some people only: their list is short beside the index's.
    is_everywhere = any(grant.organisation_id is None for grant in grants)
    wanted = words_of(words)
    return query.where(
        *(holds_word(Person.search_key, each, by_index=is_everywhere) for each in wanted)
    )


def placed_at(
    query: Select[Person],
    asker: Asker,
    *,
    today: date,
    organisation_id: UUID | None = None,
    role: str | None = None,
) -> Select[Person]:
    """Those of the query who work or hold an office there, as far as the asker may know.

    role: the office that they hold; whoever works there without one is left out then.
    """
    places = []
    for kind in (Affiliation, Appointment):
        chosen = select(kind.person_id).where(
            kind.is_live_on(today), within(kind.organisation_id, asker, *READERS)
        )
        if organisation_id is not None:
            chosen = chosen.where(kind.organisation_id == organisation_id)
        places.append(chosen)
    works, serves = places
    if role is not None:
        return query.where(Person.id.in_(serves.where(Appointment.role == role)))
    return query.where(Person.id.in_(union_all(works, serves)))


def get_person(session: Session, person_id: UUID, asker: Asker, *, today: date) -> Person:
    """The person, if the asker may see them. Raises NotFound."""
    query = select(Person).where(_reached(asker, READERS, today, person_id))
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("There is no such person.")
    return found


def get_managed_person(session: Session, person_id: UUID, asker: Asker, *, today: date) -> Person:
    """The person, for themselves and those who manage a place of theirs."""
    found = get_person(session, person_id, asker, today=today)
    query = select(Person.id).where(_reached(asker, MANAGERS, today, person_id))
    if session.scalar(query) is None:
        raise Forbidden("You may read this person's data, but not change them.")
    return found


def _has_place_elsewhere(session: Session, person_id: UUID, asker: Asker, today: date) -> bool:
    for kind in (Affiliation, Appointment):
        query = select(kind.organisation_id).where(
            kind.person_id == person_id, kind.is_live_on(today)
        )
        for organisation_id in session.scalars(query):
            if not may_manage(session, asker, organisation_id):
                return True
    return False


def get_own_person(session: Session, person_id: UUID, asker: Asker, *, today: date) -> Person:
    """The person, for themselves and operators; for managers too, while there is no account
    and no place with anybody else."""
    found = get_managed_person(session, person_id, asker, today=today)
    if asker.person_id == person_id or asker.has(Role.OPERATOR):
        return found
    if found.has_account or _has_place_elsewhere(session, person_id, asker, today):
        raise Forbidden("Only the person themselves or an operator may do this.")
    return found


def named(session: Session, ids: Iterable[UUID]) -> dict[UUID, Person]:
    """person id → the person, for lists."""
    wanted = set(ids)
    query = select(Person).where(Person.id.in_(wanted))
    return {each.id: each for each in session.scalars(query)} if wanted else {}


def people_seen(
    session: Session, ids: Iterable[UUID], asker: Asker, *, today: date
) -> dict[UUID, Person]:
    """person id → the person, of those whom the asker may see, who left lately among them."""
    wanted = set(ids)
    query = people_for(asker, today=today).where(Person.id.in_(wanted))
    found = {each.id: each for each in session.scalars(query)} if wanted else {}
    left = wanted - set(found)
    former = former_people(asker, today=today).where(Person.id.in_(left))
    return found | ({each.id: each for each in session.scalars(former)} if left else {})


def people_at(organisation_id: UUID, *, today: date) -> Select[Person]:
    """Who works there or holds an office for it. The caller has seen that the asker may know."""
    places = [
        select(kind.person_id).where(
            kind.organisation_id == organisation_id, kind.is_live_on(today)
        )
        for kind in (Affiliation, Appointment)
    ]
    somewhere = or_(*(Person.id.in_(each) for each in places))
    return select(Person).where(Person.erased_at.is_(None), somewhere)


def affiliations_of(organisation_id: UUID) -> Select[Affiliation]:
    """Who works there, and who did."""
    return select(Affiliation).where(Affiliation.organisation_id == organisation_id)


def appointments_of(organisation_id: UUID) -> Select[Appointment]:
    """Who holds an office for it, and who did."""
    return select(Appointment).where(Appointment.organisation_id == organisation_id)


def affiliations_seen(person_id: UUID, asker: Asker) -> Select[Affiliation]:
    """Where the person works and worked, as far as the asker may know; the newest first."""
    seen = or_(
        within(Affiliation.organisation_id, asker, *READERS),
        Affiliation.person_id == asker.person_id,
    )
    query = select(Affiliation).where(Affiliation.person_id == person_id, seen)
    return query.order_by(Affiliation.id.desc())


def appointments_seen(person_id: UUID, asker: Asker) -> Select[Appointment]:
    """What the person holds and held, as far as the asker may know; the newest first."""
    seen = or_(
        within(Appointment.organisation_id, asker, *READERS),
        Appointment.person_id == asker.person_id,
    )
    query = select(Appointment).where(Appointment.person_id == person_id, seen)
    return query.order_by(Appointment.starts_on.desc(), Appointment.id.desc())


def get_affiliation(session: Session, affiliation_id: UUID, asker: Asker) -> Affiliation:
    """The affiliation, for those who manage its organisation. Raises NotFound."""
    found = session.get(Affiliation, affiliation_id)
    if found is not None and may_manage(session, asker, found.organisation_id):
        return found
    raise NotFound("There is no such affiliation.")


def get_readable_affiliation(session: Session, affiliation_id: UUID, asker: Asker) -> Affiliation:
    """The affiliation, for those who see its organisation's people. Raises NotFound."""
    found = session.get(Affiliation, affiliation_id)
    if found is not None and may_read(session, asker, found.organisation_id):
        return found
    raise NotFound("There is no such affiliation.")


def require_in_sight(session: Session, person_id: UUID, asker: Asker, *, today: date) -> None:
    """Raise Forbidden for somebody who has left the asker's organisations."""
    try:
        get_managed_person(session, person_id, asker, today=today)
    except NotFound as error:
        raise Forbidden(
            "They have left, and you no longer look after them. Invite them instead."
        ) from error


def get_appointment(session: Session, appointment_id: UUID, asker: Asker) -> Appointment:
    """The appointment, for those who manage its organisation. Raises NotFound."""
    found = session.get(Appointment, appointment_id)
    if found is not None and may_manage(session, asker, found.organisation_id):
        return found
    raise NotFound("There is no such appointment.")


def get_readable_appointment(session: Session, appointment_id: UUID, asker: Asker) -> Appointment:
    """The appointment, for those who see its organisation's people. Raises NotFound."""
    found = session.get(Appointment, appointment_id)
    if found is not None and may_read(session, asker, found.organisation_id):
        return found
    raise NotFound("There is no such appointment.")


def require_readable(session: Session, organisation_id: UUID, asker: Asker) -> None:
    """Raise NotFound unless the asker sees the people of the organisation."""
    if not may_read(session, asker, organisation_id):
        raise NotFound("There is no such organisation among yours.")


def require_managed(session: Session, organisation_id: UUID, asker: Asker) -> None:
    """Raise NotFound unless the asker manages the people of the organisation."""
    if not may_manage(session, asker, organisation_id):
        raise NotFound("There is no such organisation among yours.")
