"""How long each kind of events' data is kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from services.events.model import (
    AnswerFile,
    CheckIn,
    MergedReview,
    Registration,
    RegistrationChange,
    RetentionRun,
    Review,
    Submission,
    Workshop,
)
from shared.foundation.sheets import as_is as _
from shared.retaining import Kind, Retention, deleting


def _answers(session: Session, before: datetime) -> int:
    """Who came stays; what they had answered, such as what they eat, does not."""
    over = select(Workshop.id).where(Workshop.ends_at < before)
    changes = delete(RegistrationChange).where(RegistrationChange.workshop_id.in_(over))
    session.execute(changes.execution_options(synchronize_session=False))
    files = delete(AnswerFile).where(AnswerFile.workshop_id.in_(over))
    session.execute(files.execution_options(synchronize_session=False))
    blank = (
        update(Registration)
        .where(Registration.workshop_id.in_(over), Registration.answers != {})
        .values(answers={})
    )
    result: Any = session.execute(blank.execution_options(synchronize_session=False))
    return int(result.rowcount)


def _submissions(session: Session, before: datetime) -> int:
    """What was taken into the programme stays there; what was submitted and said of it goes."""
    over = select(Workshop.id).where(Workshop.ends_at < before)
    old = select(Submission.id).where(Submission.workshop_id.in_(over))
    for said in (
        delete(Review).where(Review.submission_id.in_(old)),
        delete(MergedReview).where(MergedReview.subject_id.in_(old)),
    ):
        session.execute(said.execution_options(synchronize_session=False))
    gone = delete(Submission).where(Submission.workshop_id.in_(over))
    result: Any = session.execute(gone.execution_options(synchronize_session=False))
    return int(result.rowcount)


KINDS: Final[Sequence[Kind]] = (
    Kind(
        "submissions",
        730,
        _("Contributions that were submitted, and their reviews"),
        _("since the workshop ended"),
        _submissions,
        least=30,
    ),
    Kind(
        "form_answers",
        730,
        _("Answers to registration forms"),
        _("since the workshop ended"),
        _answers,
        least=30,
    ),
    Kind(
        "refused_scans",
        90,
        _("Scans that the door refused"),
        _("since they came"),
        deleting(CheckIn, CheckIn.received_at, CheckIn.verdict == "refused"),
        least=1,
    ),
)
RETENTION: Final = Retention(KINDS, RetentionRun, "PLENARY_EVENTS_KEEP_DAYS")
