"""Who has a certificate of the courses that come before a run's course, and who has not."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from services.events.model import Certificate, Course, PrerequisiteWaiver, Registration, Workshop
from services.events.model.course import REQUIRED
from services.events.queries.courses import get_run, prerequisites_of
from services.events.queries.scopes import may_organize
from shared.foundation.failures import NotFound
from shared.foundation.identities import Asker
from shared.foundation.names import fold, fold_email


@dataclass(frozen=True)
class Learner:
    """Somebody by what certificates know them by: their account, or address and name."""

    name: str
    email: str
    person_id: UUID | None = None

    @property
    def keys(self) -> tuple[str, str]:
        """Address and name, folded: another name at an address is another person."""
        return fold_email(self.email), fold(self.name)


def lacking(
    session: Session, course_id: UUID, learners: Sequence[Learner]
) -> list[tuple[Course, ...]]:
    """For each learner, the courses before this one that they have no good certificate of."""
    wanted = prerequisites_of(session, course_id)
    if not wanted or not learners:
        return [()] * len(learners)
    people = {each.person_id for each in learners if each.person_id}
    addresses = {each.keys[0] for each in learners}
    query = (
        select(
            Workshop.course_id,
            Registration.person_id,
            Registration.email_key,
            Registration.name_key,
        )
        .join(Certificate, Certificate.registration_id == Registration.id)
        .join(Workshop, Workshop.id == Registration.workshop_id)
        .where(
            Certificate.state == "issued",
            Workshop.course_id.in_([each.id for each in wanted]),
            or_(Registration.person_id.in_(people), Registration.email_key.in_(addresses)),
        )
    )
    held: set[tuple[UUID | None, object]] = set()
    for course_id_held, person_id, email_key, name_key in session.execute(query):
        held |= {(course_id_held, person_id), (course_id_held, (email_key, name_key))}
    return [
        tuple(
            each
            for each in wanted
            if (each.id, learner.keys) not in held
            and (learner.person_id is None or (each.id, learner.person_id) not in held)
        )
        for learner in learners
    ]


def refused(
    session: Session, workshop: Workshop, learners: Sequence[Learner]
) -> list[tuple[Learner, tuple[Course, ...]]]:
    """Who may not come for want of a required course, unless an organizer let them in."""
    course = session.get(Course, workshop.course_id) if workshop.course_id else None
    if course is None or course.prerequisites_are != REQUIRED:
        return []
    found = zip(learners, lacking(session, course.id, learners), strict=True)
    short = [(learner, courses) for learner, courses in found if courses]
    if not short:
        return []
    let_in = select(PrerequisiteWaiver.email_key).where(
        PrerequisiteWaiver.workshop_id == workshop.id
    )
    waived = set(session.scalars(let_in))
    return [(learner, courses) for learner, courses in short if learner.keys[0] not in waived]


def standings(
    session: Session, workshop: Workshop, people: Sequence[Registration]
) -> list[tuple[Course, ...]]:
    """For each registration of a run, the earlier courses that its holder lacks."""
    learners = [Learner(each.name, each.email, each.person_id) for each in people]
    return lacking(session, get_run(session, workshop).id, learners)


def lacks_of(
    session: Session, workshop: Workshop, registration: Registration
) -> tuple[Course, ...]:
    """The earlier courses that somebody of a run lacks; none before any other workshop."""
    is_gone = registration.state in ("cancelled", "rejected")
    if workshop.course_id is None or is_gone:
        return ()
    return standings(session, workshop, [registration])[0]


def waivers_of(workshop_id: UUID) -> Select[PrerequisiteWaiver]:
    """Those whom an organizer let into the run, in no order yet."""
    return select(PrerequisiteWaiver).where(PrerequisiteWaiver.workshop_id == workshop_id)


def get_waiver(session: Session, waiver_id: UUID, asker: Asker) -> PrerequisiteWaiver:
    """One of them, for organizers of its run. Raises NotFound."""
    found = session.get(PrerequisiteWaiver, waiver_id)
    if found is not None:
        run = session.get_one(Workshop, found.workshop_id)
        if may_organize(session, asker, run.host_id):
            return found
    raise NotFound("There is no such waiver.")
