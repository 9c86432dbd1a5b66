"""Keeping what people have earned: the supply that talent demand is held against."""

from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from services.members.model import EarnedCertificate, Person
from shared.contracts.events_certificates import CertificateState
from shared.database import keep_newer

ISSUED = "issued"


def keep_certificate(session: Session, state: CertificateState) -> None:
    """Keep the certificate; whoever was erased meanwhile stays forgotten."""
    person = session.get(Person, state.person_id) if state.person_id else None
    is_known = person is None or person.erased_at is None
    values = {
        "id": state.certificate_id,
        "version": state.version,
        "person_id": state.person_id if is_known else None,
        "organisation_id": state.organisation_id,
        "workshop_id": state.workshop_id,
        "course_id": state.course_id,
        "capability_ids": [str(each) for each in state.capability_ids],
        "titles": dict(state.workshop_titles),
        "minutes": state.minutes,
        "is_good": state.state == ISSUED,
        "issued_at": state.issued_at,
    }
    keep_newer(session, EarnedCertificate, values)


def forget_certificates_of(session: Session, person_id: UUID) -> int:
    """They count on, and are nobody's. Answers how many."""
    mine = EarnedCertificate.person_id == person_id
    count = session.scalar(select(func.count()).where(mine)) or 0
    session.execute(update(EarnedCertificate).where(mine).values(person_id=None))
    return count
