"""Keeping what people have earned and what runs will give: demand is held against them."""

from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from services.members.model import CourseRun, EarnedCertificate, Person
from services.members.model.course_run import COUNTED
from shared.contracts.events_certificates import CertificateState
from shared.contracts.events_courses import CourseRunCounted
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
        "staff_level": state.staff_level,
        "job_kind": state.job_kind,
        "titles": dict(state.workshop_titles),
        "minutes": state.minutes,
        "is_good": state.state == ISSUED,
        "issued_at": state.issued_at,
    }
    keep_newer(session, EarnedCertificate, values)


def keep_run(session: Session, message: CourseRunCounted) -> None:
    """Keep how a run of a course is filled."""
    names = ("version", "course_id", "staff_level", "job_kind", "host_id", "state", "capacity")
    values = {name: getattr(message, name) for name in (*names, "starts_at", "ends_at")} | {
        "id": message.workshop_id,
        "course_names": dict(message.course_names),
        "capability_ids": [str(each) for each in message.capability_ids],
        "titles": dict(message.titles),
        "counts": [
            {"organisation_id": str(each.organisation_id) if each.organisation_id else None}
            | {name: getattr(each, name) for name in COUNTED}
            for each in message.counts
        ],
    }
    keep_newer(session, CourseRun, values)


def forget_certificates_of(session: Session, person_id: UUID) -> int:
    """They count on, and are nobody's. Answers how many."""
    mine = EarnedCertificate.person_id == person_id
    count = session.scalar(select(func.count()).where(mine)) or 0
    session.execute(update(EarnedCertificate).where(mine).values(person_id=None))
    return count
