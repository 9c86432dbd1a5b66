"""A case's way: submitted to the association, endorsed, published by the alliance."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.members.actions.noticing import who_look_after
from services.members.actions.recording import move, require_state
from services.members.model import Case, Organisation
from services.members.model.case import (
    DECLINED,
    DRAFT,
    ENDORSED,
    PUBLISHED,
    RETURNED,
    SUBMITTED,
    WITHDRAWN,
)
from shared.contracts.members_talent import CaseNoticed
from shared.foundation.failures import Invalid
from shared.messaging.outbox import tell


def submit_case(
    session: Session, case: Case, *, actor: str, now: datetime, reason: str = ""
) -> None:
    """Ask the association to review it. Raises Invalid while it has no text to read."""
    require_state(case, DRAFT, RETURNED, to="be submitted")
    for name in ("titles", "summaries", "texts"):
        if not any(getattr(case, name).values()):
            raise Invalid.at(f"/{name}", "Write it in one language at least.")
    _move(session, case, SUBMITTED, actor=actor, now=now, reason=reason)


def return_case(
    session: Session, case: Case, *, actor: str, now: datetime, reason: str = ""
) -> None:
    """Ask the company to mend it, and say what."""
    require_state(case, SUBMITTED, ENDORSED, to="be returned")
    _require_reason(reason)
    _move(session, case, RETURNED, actor=actor, now=now, reason=reason)


def endorse_case(
    session: Session, case: Case, *, actor: str, now: datetime, reason: str = ""
) -> None:
    """The association passes it on to the alliance."""
    require_state(case, SUBMITTED, to="be endorsed")
    case.endorsed_at = now
    _move(session, case, ENDORSED, actor=actor, now=now, reason=reason)


def publish_case(
    session: Session, case: Case, *, actor: str, now: datetime, reason: str = ""
) -> None:
    """Everybody reads it from now on."""
    require_state(case, ENDORSED, to="be published")
    case.published_at = now
    _move(session, case, PUBLISHED, actor=actor, now=now, reason=reason)


def decline_case(
    session: Session, case: Case, *, actor: str, now: datetime, reason: str = ""
) -> None:
    """The alliance does not publish it, and says why."""
    require_state(case, ENDORSED, to="be declined")
    _require_reason(reason)
    _move(session, case, DECLINED, actor=actor, now=now, reason=reason)


def withdraw_case(
    session: Session, case: Case, *, actor: str, now: datetime, reason: str = ""
) -> None:
    """Nobody else reads it any more."""
    states = (DRAFT, SUBMITTED, RETURNED, ENDORSED, PUBLISHED)
    require_state(case, *states, to="be withdrawn")
    _move(session, case, WITHDRAWN, actor=actor, now=now, reason=reason)


STEPS = {
    "submit": submit_case,
    "return": return_case,
    "endorse": endorse_case,
    "publish": publish_case,
    "decline": decline_case,
    "withdraw": withdraw_case,
}


def _require_reason(reason: str) -> None:
    if not reason:
        raise Invalid.at("/reason", "Say why.")


def _move(
    session: Session, case: Case, state: str, *, actor: str, now: datetime, reason: str
) -> None:
    """The step, its history, and the notice of it."""
    was = case.state
    case.reason = "" if state == PUBLISHED else reason
    move(session, case, state, actor=actor, now=now, reason=reason)
    if was != DRAFT or state == SUBMITTED:
        _notify(session, case, was, actor=actor, now=now)


def _concerned(case: Case, was: str) -> list[UUID]:
    if case.state == SUBMITTED:
        return [case.association_id]
    if case.state == ENDORSED:
        return [case.organisation_id, case.alliance_id]
    above = [case.association_id]
    if case.state == WITHDRAWN and was in (ENDORSED, PUBLISHED):
        above.append(case.alliance_id)
    return [case.organisation_id, *above]


def _notify(session: Session, case: Case, was: str, *, actor: str, now: datetime) -> None:
    """Tells CaseNoticed for those who look after the concerned, but who did it.

    One that nobody looks after is told at its own address.
    """
    people: set[UUID] = set()
    emails = []
    for organisation_id in _concerned(case, was):
        theirs = who_look_after(session, organisation_id, now=now)
        people.update(theirs)
        email = session.get_one(Organisation, organisation_id).email
        if not theirs and email:
            emails.append(email)
    told = tuple(sorted(each for each in people if str(each) != actor))
    if not told and not emails:
        return
    names = {
        each: dict(session.get_one(Organisation, getattr(case, f"{each}_id")).names)
        for each in ("organisation", "association", "alliance")
    }
    message = CaseNoticed(
        case_id=case.id,
        version=case.version,
        notice=case.state,
        titles=dict(case.titles),
        organisation_id=case.organisation_id,
        organisation_names=names["organisation"],
        association_names=names["association"],
        alliance_id=case.alliance_id,
        alliance_names=names["alliance"],
        reason=case.reason,
        person_ids=told,
        emails=tuple(emails),
    )
    tell(session, message, now=now)
