"""Files as answers: uploaded first, then named by an answer, and kept with its registration.

What is uploaded on the registration page goes the same way: so it is not lost when another
field is refused.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from services.events.actions.asking import FileFinder
from services.events.actions.sharing import Upload
from services.events.model import AnswerFile, Registration, RegistrationChange, Workshop
from services.events.model.answer_file import file_of
from services.events.model.form import Question, file_questions
from services.events.model.link import find_link
from shared.files import FileStore, type_of
from shared.foundation.failures import Conflict, Invalid, TooMany
from shared.foundation.ids import new_id, new_secret
from shared.foundation.sheets import as_is as _

WAITS: Final = timedelta(days=1)
"""How long an upload is kept without a registration."""
MOST_WAITING: Final = 500
"""Uploads of one workshop that no registration has; guests may upload, and disks are finite."""


def receive_file(
    session: Session,
    workshop: Workshop,
    key: str,
    upload: Upload,
    *,
    store: FileStore,
    now: datetime,
) -> AnswerFile:
    """Keep a file for the question of that key, until somebody registers with it.

    Raises Invalid for a file that the question does not take; nothing of it is kept then.
    """
    questions = {each["key"]: each for each in file_questions(workshop.form)}
    if key not in questions:
        raise Invalid.at("/question", _("The form asks for no file here."))
    _require_taking(session, workshop, now=now)
    wanted = questions[key]
    content_type = type_of(
        upload.filename,
        upload.content,
        endings=wanted["accepts"],
        most_bytes=wanted["most_bytes"],
    )
    made = AnswerFile(
        id=new_id(),
        workshop_id=workshop.id,
        registration_id=None,
        question_key=key,
        filename=upload.filename,
        content_type=content_type,
        size_bytes=len(upload.content),
        digest=store.keep(upload.content),
        secret=new_secret(),
        created_at=now,
    )
    session.add(made)
    return made


def _require_taking(session: Session, workshop: Workshop, *, now: datetime) -> None:
    """As long as registrations can be changed."""
    if workshop.state in ("draft", "cancelled") or now >= workshop.ends_at:
        raise Conflict(_("This workshop takes no files any more."))
    waiting = select(func.count()).where(
        AnswerFile.workshop_id == workshop.id, AnswerFile.registration_id.is_(None)
    )
    if (session.scalar(waiting) or 0) >= MOST_WAITING:
        said = _("Too many files wait here at the moment. Try again in an hour.")
        raise TooMany(said, retry_after_seconds=3600)


def finder_of(
    session: Session, workshop: Workshop, registration: Registration | None = None
) -> FileFinder:
    """What reads the answers of file questions: tokens of uploads, files that it has already."""

    def find(question: Question, value: Any) -> dict[str, Any]:
        link = find_link(value) if isinstance(value, str) else None
        found = session.get(AnswerFile, link.id if link else file_of(value) or UUID(int=0))
        if found is None or found.workshop_id != workshop.id:
            raise ValueError(_("This upload is not here any more. Send the file again."))
        if link is not None:
            is_good = link.opens("upload", found.id, found.secret)
        else:
            is_good = registration is not None and found.registration_id == registration.id
        if not is_good or found.question_key != question["key"]:
            raise ValueError(_("This upload is not here any more. Send the file again."))
        return found.as_answer()

    return find


def own_files(
    session: Session, registration: Registration, form: list[Any], answers: Mapping[str, Any]
) -> dict[str, Any]:
    """The answers, their files being the registration's own; several may have one upload.

    The registration is in the database.
    """
    own = dict(answers)
    for question in file_questions(form):
        if question["key"] not in own:
            continue
        found = session.get_one(AnswerFile, file_of(own[question["key"]]))
        if found.registration_id != registration.id:
            columns = {each.key: getattr(found, each.key) for each in found.__table__.columns}
            own_ones = {"id": new_id(), "registration_id": registration.id, "secret": new_secret()}
            found = AnswerFile(**columns | own_ones)
            session.add(found)
            session.flush()
        own[question["key"]] = found.as_answer()
    return own


def keep_files(session: Session, workshop: Workshop, registration: Registration) -> None:
    """Make the files that a new registration names its own."""
    if file_questions(workshop.form) and registration.answers:
        session.flush()
        registration.answers = own_files(session, registration, workshop.form, registration.answers)


def drop_unused_files(session: Session, registration: Registration) -> None:
    """Forget files that neither its answers have nor a change that waits for the organizer."""
    session.flush()
    waiting = select(RegistrationChange.wanted).where(
        RegistrationChange.registration_id == registration.id,
        RegistrationChange.state == "pending",
    )
    answers = [registration.answers]
    answers += [wanted.get("answers", {}) for wanted in session.scalars(waiting)]
    used = {file_of(value) for each in answers for value in each.values()}
    unused = AnswerFile.id.not_in([each for each in used if each is not None])
    own = AnswerFile.registration_id == registration.id
    session.execute(delete(AnswerFile).where(own, unused))


def drop_waiting_files(session: Session, *, before: datetime) -> int:
    """Forget uploads from before then that nobody has registered with. Answers how many."""
    waiting = AnswerFile.registration_id.is_(None)
    result: Any = session.execute(delete(AnswerFile).where(waiting, AnswerFile.created_at < before))
    return int(result.rowcount)
