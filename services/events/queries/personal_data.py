"""All that events holds about a person, as plain values."""

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.events.model import (
    AnswerFile,
    AppointmentCopy,
    CalendarFeed,
    Certificate,
    CheckIn,
    MergedReview,
    Nomination,
    PersonCopy,
    PrerequisiteWaiver,
    Registration,
    RegistrationChange,
    RegistrationGroup,
    Review,
    Submission,
    SurveyAnswer,
    SurveyMark,
    TestScore,
    Trainer,
    WorkshopInvitation,
)
from services.events.queries.findings import finding_sections
from services.events.queries.proposal_data import proposal_sections
from shared.database import plain_row
from shared.foundation.names import fold_email

OF_REGISTRATIONS: Final = (
    ("certificates", Certificate),
    ("test_scores", TestScore),
    ("survey_answers", SurveyAnswer),
    ("survey_marks", SurveyMark),
)
OF_PEOPLE: Final[tuple[tuple[str, type[Any]], ...]] = (
    ("calendar_feeds", CalendarFeed),
    ("trainers", Trainer),
    ("reviews", Review),
    ("merged_reviews", MergedReview),
    ("appointments", AppointmentCopy),
)
LEFT_OUT = frozenset({"secret", "name_key", "email_key"})


def sections_of(
    session: Session, person_id: UUID, email: str | None
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """(section, rows). email: an address that is the person's alone, for what guests did."""
    for section, kind in (
        ("registrations", Registration),
        ("nominations", Nomination),
        ("invitations", WorkshopInvitation),
        ("registration_groups", RegistrationGroup),
        ("submissions", Submission),
    ):
        mine = kind.person_id == person_id
        if email:
            mine = or_(mine, (kind.email_key == fold_email(email)) & kind.person_id.is_(None))
        found = session.scalars(select(kind).where(mine).order_by(kind.id))
        yield section, [plain_row(each, LEFT_OUT) for each in found]
    changes = (
        select(RegistrationChange)
        .join(Registration, Registration.id == RegistrationChange.registration_id)
        .where(Registration.person_id == person_id)
    )
    yield "registration_changes", [plain_row(each) for each in session.scalars(changes)]
    scans = (
        select(CheckIn)
        .join(Registration, Registration.id == CheckIn.registration_id)
        .where(Registration.person_id == person_id)
        .order_by(CheckIn.id)
    )
    yield "check_ins", [plain_row(each) for each in session.scalars(scans)]
    yield "answer_files", list(_files(session, person_id))
    for section, of_registration in OF_REGISTRATIONS:
        earned = (
            select(of_registration)
            .join(Registration, Registration.id == of_registration.registration_id)
            .where(Registration.person_id == person_id)
        )
        yield section, [plain_row(each) for each in session.scalars(earned)]
    for section, of_person in OF_PEOPLE:
        theirs = select(of_person).where(of_person.person_id == person_id)
        yield section, [plain_row(each, LEFT_OUT) for each in session.scalars(theirs)]
    let_in = select(PrerequisiteWaiver).where(
        PrerequisiteWaiver.email_key == (fold_email(email) if email else None)
    )
    yield "prerequisite_waivers", [plain_row(each, LEFT_OUT) for each in session.scalars(let_in)]
    yield from proposal_sections(session, person_id, email)
    yield from finding_sections(session, person_id)
    people = select(PersonCopy).where(PersonCopy.id == person_id)
    yield "people", [plain_row(each) for each in session.scalars(people)]


def _files(session: Session, person_id: UUID) -> Iterator[dict[str, Any]]:
    """With where each is to be had by the person."""
    query = (
        select(AnswerFile)
        .join(Registration, Registration.id == AnswerFile.registration_id)
        .where(Registration.person_id == person_id)
        .order_by(AnswerFile.id)
    )
    for each in session.scalars(query):
        path = f"/events/api/v1/registration-files/{each.id}"
        yield plain_row(each, LEFT_OUT) | {"path": path}
