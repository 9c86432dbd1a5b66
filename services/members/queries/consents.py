"""Consents as those who ask, and those who are asked, may see them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, func, or_, select, tuple_
from sqlalchemy.orm import Session

from services.members.model import (
    Affiliation,
    Appointment,
    Consent,
    ConsentPurpose,
    ConsentText,
)
from services.members.queries.organisations import get_organisation
from services.members.queries.scopes import ancestors_of, holds
from shared.foundation.failures import NotFound
from shared.foundation.identities import Asker, Role
from shared.foundation.languages import Text


@dataclass(frozen=True)
class Question:
    """What a person is asked, in the newest words; consent: what they have given that holds."""

    purpose: ConsentPurpose
    words: ConsentText
    consent: Consent | None


def purposes_of(organisation_id: UUID, *, with_archived: bool) -> Select[ConsentPurpose]:
    """What the organisation asks for."""
    query = select(ConsentPurpose).where(ConsentPurpose.organisation_id == organisation_id)
    return query if with_archived else query.where(ConsentPurpose.archived_at.is_(None))


def purposes_at(
    session: Session, organisation_id: UUID, *, with_archived: bool
) -> Select[ConsentPurpose]:
    """As `purposes_of`, for one who only has its id. Raises NotFound."""
    found = get_organisation(session, organisation_id)
    return purposes_of(found.id, with_archived=with_archived)


def people_who_consent(purpose_id: UUID) -> Select[UUID]:
    """The ids of those whose consent to the purpose holds."""
    return select(Consent.person_id).where(
        Consent.purpose_id == purpose_id, Consent.withdrawn_at.is_(None)
    )


def counts_of(session: Session, purpose_ids: Sequence[UUID]) -> dict[UUID, int]:
    """purpose id → how many consents hold."""
    query = select(Consent.purpose_id, func.count()).where(
        Consent.purpose_id.in_(purpose_ids), Consent.withdrawn_at.is_(None)
    )
    return {row[0]: row[1] for row in session.execute(query.group_by(Consent.purpose_id))}


def get_purpose(session: Session, purpose_id: UUID) -> ConsentPurpose:
    """The purpose: whoever is asked may read it. Raises NotFound."""
    found = session.get(ConsentPurpose, purpose_id)
    if found is None:
        raise NotFound("There is no such purpose.")
    return found


def get_own_purpose(session: Session, purpose_id: UUID, asker: Asker) -> ConsentPurpose:
    """The purpose, for those who ask for it. Raises NotFound."""
    found = get_purpose(session, purpose_id)
    if not holds(session, asker, Role.FOCAL_POINT, found.organisation_id, subtree=True):
        raise NotFound("There is no such purpose.")
    return found


def newest_words(session: Session, purposes: Iterable[ConsentPurpose]) -> dict[UUID, ConsentText]:
    """purpose id → the words that it is asked in now."""
    keys = [(each.id, each.text_number) for each in purposes]
    query = select(ConsentText).where(tuple_(ConsentText.purpose_id, ConsentText.number).in_(keys))
    return {each.purpose_id: each for each in session.scalars(query)}


def texts_of(purpose_id: UUID) -> Select[ConsentText]:
    """All versions of its words."""
    return select(ConsentText).where(ConsentText.purpose_id == purpose_id)


def consents_to(purpose_id: UUID) -> Select[Consent]:
    """Who has given it, and who took it back."""
    return select(Consent).where(Consent.purpose_id == purpose_id)


def consents_of(person_id: UUID) -> Select[Consent]:
    """All that the person gave, taken back or not."""
    return select(Consent).where(Consent.person_id == person_id)


def get_own_consent(session: Session, consent_id: UUID, person_id: UUID) -> Consent:
    """The person's own. Raises NotFound."""
    found = session.get(Consent, consent_id)
    if found is None or found.person_id != person_id:
        raise NotFound("There is no such consent of yours.")
    return found


def questions_for(
    session: Session, person_id: UUID, *, today: date, also: UUID | None = None
) -> list[Question]:
    """What the person is asked by the organisations above their places, and what they gave.

    also: a purpose that they were sent to.
    """
    places = _places(session, person_id, today)
    owners = {each for place in places for each in ancestors_of(session, place)}
    held = {
        each.purpose_id: each
        for each in session.scalars(consents_of(person_id).where(Consent.withdrawn_at.is_(None)))
    }
    asked = ConsentPurpose.organisation_id.in_(owners) & ConsentPurpose.archived_at.is_(None)
    query = select(ConsentPurpose).where(
        or_(asked, ConsentPurpose.id.in_([*held, *([also] if also else [])]))
    )
    order = (ConsentPurpose.organisation_id, ConsentPurpose.id)
    purposes = list(session.scalars(query.order_by(*order)))
    words = newest_words(session, purposes)
    return [Question(each, words[each.id], held.get(each.id)) for each in purposes]


def titles_given(
    session: Session, consents: Sequence[Consent]
) -> dict[tuple[UUID | None, int], Text]:
    """purpose and version → what it was called, of what these were given to."""
    query = select(ConsentText).where(ConsentText.purpose_id.in_({c.purpose_id for c in consents}))
    return {(each.purpose_id, each.number): each.titles for each in session.scalars(query)}


def _places(session: Session, person_id: UUID, today: date) -> set[UUID]:
    found: set[UUID] = set()
    for kind in (Affiliation, Appointment):
        query = select(kind.organisation_id).where(
            kind.person_id == person_id, kind.is_live_on(today)
        )
        found |= set(session.scalars(query))
    return found
