"""Calls for contributions: opening one, submitting to it, changing and withdrawing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.events.actions.failures import CallClosed
from services.events.actions.recording import move, record, require_state
from services.events.actions.sharing import Upload
from services.events.model import Call, Submission, Workshop
from shared.contracts.events_calls import SubmissionReceived, SubmissionWithdrawn
from shared.files import FileStore, type_of
from shared.foundation.failures import Fault, Invalid, TooMany
from shared.foundation.ids import new_id, new_secret
from shared.foundation.names import fold, fold_email
from shared.foundation.sheets import as_is as _
from shared.messaging.outbox import tell

FILE_ENDINGS: Final = ("pdf", "docx", "odt", "pptx", "odp")
MOST_OF_ONE: Final = 20
"""Submissions of one address to one call."""
MOST: Final = 2000
"""Submissions to one call; anybody may submit."""


def set_call(
    session: Session, workshop: Workshop, values: Mapping[str, Any], *, now: datetime
) -> Call:
    """Write the workshop's call, or change it. Raises Invalid for one that can't be.

    A topic, kind or criterion keeps its key; one that was taken off leaves what has it as it is.
    """
    if values["closes_at"] <= values["opens_at"]:
        raise Invalid.at("/closes_at", _("It must close after it opens."))
    for name in ("topics", "kinds", "criteria"):
        keys = [each["key"] for each in values[name]]
        if len(set(keys)) < len(keys):
            raise Invalid.at(f"/{name}", _("Each needs a key of its own."))
    session.refresh(workshop, with_for_update={"key_share": True})
    query = select(Call).where(Call.workshop_id == workshop.id).with_for_update()
    query = query.execution_options(populate_existing=True)
    found = session.scalars(query).one_or_none()
    if found is None:
        found = Call(id=new_id(), version=0, workshop_id=workshop.id, created_at=now)
        session.add(found)
    for name, value in values.items():
        setattr(found, name, value)
    found.version += 1
    session.flush()
    return found


def submit(
    session: Session,
    call: Call,
    values: Mapping[str, Any],
    *,
    person_id: UUID | None,
    actor: str,
    now: datetime,
) -> tuple[Submission, bool]:
    """Submit a contribution; the same title from the same address answers the first one.

    The answer says whether it is new. values: name, email, locale, title, abstract, topic, kind,
    speakers. Tells SubmissionReceived. Raises CallClosed, Invalid, TooMany.
    """
    session.refresh(call, with_for_update=True)
    _require_open(call, now=now)
    _require_fit(call, values)
    key = fold_email(values["email"])
    own = select(Submission).where(Submission.call_id == call.id, Submission.email_key == key)
    before = list(session.scalars(own))
    for each in before:
        if fold(each.title) == fold(values["title"]) and each.state != "withdrawn":
            return each, False
    all_of_call = select(func.count()).where(Submission.call_id == call.id)
    if len(before) >= MOST_OF_ONE or (session.scalar(all_of_call) or 0) >= MOST:
        raise TooMany(_("Too much has been submitted here."), retry_after_seconds=86400)
    made = Submission(
        id=new_id(),
        version=1,
        call_id=call.id,
        workshop_id=call.workshop_id,
        person_id=person_id,
        name_key=fold(values["name"]),
        email_key=key,
        state="submitted",
        secret=new_secret(),
        created_at=now,
        **values,
    )
    session.add(made)
    session.flush()
    record(session, made, before=None, actor=actor, now=now)
    tell(session, SubmissionReceived(submission=made.told_as()), now=now)
    return made, True


def _require_open(call: Call, *, now: datetime) -> None:
    if not call.is_published or now < call.opens_at:
        raise CallClosed(_("This call is not open yet."))
    if now >= call.closes_at:
        raise CallClosed(_("This call is closed."))


def _require_fit(call: Call, values: Mapping[str, Any]) -> None:
    faults = []
    for name, choices in (("topic", call.topics), ("kind", call.kinds)):
        keys = [each["key"] for each in choices]
        if name in values and values[name] not in (keys or [None]):
            faults.append(Fault(f"/{name}", _("Choose one of those that the call has.")))
    if not values.get("abstract", "-").strip():
        faults.append(Fault("/abstract", _("Say what it is about.")))
    if faults:
        raise Invalid("The submission does not fit the call; see errors.", faults=faults)


def change_submission(
    session: Session,
    found: Submission,
    changes: Mapping[str, Any],
    *,
    actor: str,
    now: datetime,
) -> Submission:
    """Change what was submitted, until the call closes; after a return whenever it is sent again.

    A returned one is submitted again by it, and tells SubmissionReceived.
    Raises CallClosed, Invalid, WrongState once it is decided.
    """
    call = session.get_one(Call, found.call_id)
    session.refresh(found, with_for_update=True)
    require_state(found, "submitted", "returned", to="be changed")
    if found.state == "submitted":
        _require_open(call, now=now)
    _require_fit(call, changes)
    for name, value in changes.items():
        setattr(found, name, value)
    found.name_key = fold(found.name)
    if found.state == "returned":
        move(session, found, "submitted", actor=actor, now=now)
        tell(session, SubmissionReceived(submission=found.told_as()), now=now)
    else:
        found.version += 1
    session.flush()
    return found


def attach(
    session: Session, found: Submission, upload: Upload, *, store: FileStore, now: datetime
) -> Submission:
    """Keep this file with the submission, instead of another. Raises Invalid for another kind."""
    call = session.get_one(Call, found.call_id)
    session.refresh(found, with_for_update=True)
    require_state(found, "submitted", "returned", to="be changed")
    if found.state == "submitted":
        _require_open(call, now=now)
    if not call.takes_file:
        raise Invalid.at("/file", _("This call takes no files."))
    found.content_type = type_of(upload.filename, upload.content, endings=FILE_ENDINGS)
    found.filename, found.size_bytes = upload.filename, len(upload.content)
    found.digest = store.keep(upload.content)
    found.version += 1
    session.flush()
    return found


def withdraw_submission(
    session: Session, found: Submission, *, actor: str, now: datetime, reason: str = ""
) -> Submission:
    """Its submitter takes it back, as long as it is not in the programme. Twice is once.

    Tells SubmissionWithdrawn.
    """
    session.refresh(found, with_for_update=True)
    if found.state == "withdrawn":
        return found
    if found.contribution_id is not None:
        raise CallClosed(_("It is in the programme; write to the organizer to take it off."))
    require_state(found, "submitted", "returned", "reserved", "accepted", to="be withdrawn")
    move(session, found, "withdrawn", actor=actor, now=now, reason=reason)
    tell(session, SubmissionWithdrawn(submission=found.told_as(), note=reason), now=now)
    session.flush()
    return found
