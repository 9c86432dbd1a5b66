"""Courses, capabilities and certificates for tests: each names only what matters to the test."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.events.actions import certifying, curating, training
from services.events.actions.door import Scan, check_in
from services.events.model import CapabilityCopy, Course, Registration, Trainer, Workshop
from services.events.model.ticket import short_code
from shared.foundation.ids import new_id
from tests.events.builders import IN_A_MONTH, NOW, a_workshop, an_organisation, comes

RULE: dict[str, Any] = {
    "least_hours": None,
    "least_share": None,
    "least_score": None,
    "needs_survey": False,
    "titles": {},
    "texts": {},
    "issuers": [],
}


def a_capability(session: Session, code: str = "MG-01", **columns: Any) -> UUID:
    values: dict[str, Any] = {
        "version": 1,
        "organisation_id": new_id(),
        "root": "management",
        "names": {"en": f"Capability {code}"},
        "esco_uri": None,
    }
    made = CapabilityCopy(id=new_id(), code=code, **values | columns)
    session.add(made)
    session.flush()
    return made.id


def a_course(session: Session, code: str = "CI-101", **values: Any) -> Course:
    plain: dict[str, Any] = {
        "host_id": values.pop("host_id", None) or an_organisation(session, "The school"),
        "code": code,
        "names": {"en": f"Course {code}"},
        "texts": {},
        "staff_level": "specialist",
        "job_kind": "hybrid",
        "hours": 6.0,
        "capability_ids": [],
        "prerequisites_are": "advised",
        "visibility": "public",
    }
    return curating.create_course(session, plain | values, actor="test", now=NOW)


def a_run(session: Session, course: Course, **columns: Any) -> Workshop:
    """A published one."""
    run: dict[str, Any] = {"kind": "course_run", "course_id": course.id, "host_id": course.host_id}
    return a_workshop(session, **run | columns)


def a_trainer(session: Session, host_id: UUID, name: str = "Mei") -> Trainer:
    values = {"host_id": host_id, "names": {"en": name}, "affiliations": {}, "texts": {}}
    return training.add_trainer(session, values | {"person_id": None}, now=NOW)


def was_there(session: Session, run: Workshop, name: str, **facts: Any) -> Registration:
    """Somebody who registered and came."""
    person = comes(session, run, name, **facts).registration
    session.flush()
    scan = Scan(
        scan_id=str(new_id()),
        code=short_code(person.id),
        direction="in",
        scanned_at=IN_A_MONTH,
    )
    check_in(session, run, scan, actor="door", now=run.ends_at)
    return person


def certified(session: Session, course: Course, name: str, **facts: Any) -> Registration:
    """Somebody who was at a run of the course and has its certificate."""
    run = a_run(session, course)
    person = was_there(session, run, name, **facts)
    certifies(session, run)
    return person


def certifies(session: Session, run: Workshop) -> None:
    """Everyone who was there gets a certificate."""
    certifying.set_rule(session, run, RULE, actor="test", now=run.ends_at)
    certifying.issue(session, run, actor="test", now=run.ends_at)
    session.flush()
