"""What a trainee starts from: the associations that may help, and what they have learned."""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.model import (
    Affiliation,
    CapabilityFramework,
    EarnedCertificate,
    Membership,
    Organisation,
)
from services.members.model.capability import PUBLISHED
from services.members.model.membership import ACTIVE
from services.members.queries.scopes import ancestors_of

MOST: Final = 500
HELPERS: Final = ("association", "foundation", "agency", "institute")


def associations_for(session: Session, person_id: UUID, *, today: date) -> list[Organisation]:
    """Those of the alliances with a capability framework: the trainee's own first, then by name."""
    alliances = select(CapabilityFramework.organisation_id).where(
        CapabilityFramework.state == PUBLISHED
    )
    query = (
        select(Organisation)
        .join(Membership, Membership.member_id == Organisation.id)
        .where(
            Membership.host_id.in_(alliances),
            Membership.state.in_(ACTIVE),
            Organisation.kind.in_(HELPERS),
        )
        .distinct()
    )
    found = list(session.scalars(query.order_by(Organisation.sort_key).limit(MOST)))
    own = _own(session, person_id, today=today)
    return sorted(found, key=lambda each: (each.id not in own, each.sort_key))


def _own(session: Session, person_id: UUID, *, today: date) -> set[UUID]:
    """Where the person works or came to courses from, and what that belongs to."""
    works = select(Affiliation.organisation_id).where(
        Affiliation.person_id == person_id, Affiliation.is_live_on(today)
    )
    learned = select(EarnedCertificate.organisation_id).where(
        EarnedCertificate.person_id == person_id, EarnedCertificate.organisation_id.is_not(None)
    )
    places = {*session.scalars(works), *session.scalars(learned)}
    return {above for each in places if each for above in ancestors_of(session, each)}


def learned_by(session: Session, person_id: UUID) -> set[str]:
    """Lineages of the capabilities of the person's good certificates, as texts."""
    query = select(EarnedCertificate.capability_ids).where(
        EarnedCertificate.person_id == person_id, EarnedCertificate.is_good
    )
    return {str(each) for ids in session.scalars(query) for each in ids}
