"""Reviewing what is submitted to a call, deciding on it, and taking it into the programme."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session as DatabaseSession

from services.events.actions.failures import WrongState
from services.events.actions.programming import add_contribution, add_speaker
from services.events.actions.recording import move, require_state
from services.events.model import Call, Contribution, Review, Submission, Workshop
from services.events.model.call import BEST_SCORE, UNDECIDED
from shared.contracts.events_calls import (
    AboutSubmission,
    SubmissionAccepted,
    SubmissionRejected,
    SubmissionReserved,
    SubmissionReturned,
)
from shared.foundation.failures import Fault, Invalid
from shared.foundation.sheets import as_is as _
from shared.messaging.outbox import tell

DECISIONS: Final[Mapping[str, tuple[str, type[AboutSubmission]]]] = {
    "accept": ("accepted", SubmissionAccepted),
    "reject": ("rejected", SubmissionRejected),
    "reserve": ("reserved", SubmissionReserved),
    "return": ("returned", SubmissionReturned),
}
"""verb → the state after it, and what is told."""
NEEDS_NOTE: Final = ("return",)


def write_review(
    session: DatabaseSession,
    found: Submission,
    person_id: UUID,
    *,
    scores: Mapping[str, int],
    comment: str,
    has_conflict: bool,
    now: datetime,
) -> Review:
    """Keep what the reviewer says, instead of what they said before; nobody is told.

    Raises Invalid without a score of each criterion, unless they declare a conflict of interest;
    WrongState once it is decided.
    """
    call = session.get_one(Call, found.call_id)
    session.refresh(found, with_for_update=True)
    require_state(found, *UNDECIDED, to="be reviewed")
    if not has_conflict:
        _require_scores(call, scores)
    made = session.get(Review, (found.id, person_id), with_for_update=True)
    if made is None:
        made = Review(submission_id=found.id, person_id=person_id, version=0)
        session.add(made)
    made.scores = {} if has_conflict else dict(scores)
    made.comment = "" if has_conflict else comment
    made.has_conflict, made.written_at = has_conflict, now
    made.version += 1
    session.flush()
    return made


def _require_scores(call: Call, scores: Mapping[str, int]) -> None:
    keys = [each["key"] for each in call.criteria]
    faults = [
        Fault(f"/scores/{key}", _("Give a score from 1 to 5."))
        for key in keys
        if not 1 <= scores.get(key, 0) <= BEST_SCORE
    ]
    faults += [
        Fault(f"/scores/{key}", _("The call has no such criterion."))
        for key in scores
        if key not in keys
    ]
    if faults:
        raise Invalid("The review does not fit the call; see errors.", faults=faults)


def decide(
    session: DatabaseSession,
    found: Submission,
    verb: str,
    *,
    actor: str,
    now: datetime,
    reason: str = "",
) -> Submission:
    """Accept, reject, reserve or return it; the same twice is once, and told once.

    A decision may be changed until it is in the programme. Raises Invalid where a note is needed.
    """
    state, kind = DECISIONS[verb]
    session.refresh(found, with_for_update=True)
    if found.state == state:
        return found
    if found.contribution_id is not None:
        raise WrongState(_("It is in the programme already; take it off there first."))
    require_state(found, *UNDECIDED, "accepted", "rejected", to=f"become {state}")
    if verb in NEEDS_NOTE and not reason:
        raise Invalid.at("/reason", _("Say what should be revised."))
    move(session, found, state, actor=actor, now=now, reason=reason)
    tell(session, kind(submission=found.told_as(), note=reason), now=now)
    session.flush()
    return found


def take_into_programme(
    session: DatabaseSession, workshop: Workshop, found: Submission, session_id: UUID
) -> Contribution:
    """Make the accepted one a contribution in that session, with all its speakers; once.

    Raises WrongState unless it is accepted, Invalid for a session of another workshop.
    """
    session.refresh(found, with_for_update=True)
    if found.contribution_id is not None:
        return session.get_one(Contribution, found.contribution_id)
    require_state(found, "accepted", to="be taken into the programme")
    language = found.locale
    speakers = [
        add_speaker(session, workshop, _speaker(each, found, language)) for each in found.speakers
    ]
    session.flush()
    values = {
        "session_id": session_id,
        "speaker_id": speakers[0].id if speakers else None,
        "co_speaker_ids": [str(each.id) for each in speakers[1:]],
        "titles": {language: found.title},
        "summary": {language: found.abstract},
    }
    made = add_contribution(session, workshop, values)
    session.flush()
    found.contribution_id = made.id
    found.version += 1
    session.flush()
    return made


def _speaker(given: Mapping[str, Any], found: Submission, language: str) -> dict[str, Any]:
    is_own = given.get("email") and given["email"] == found.email
    return {
        "names": {language: given["name"]},
        "titles": {language: given["title"]} if given.get("title") else {},
        "affiliations": {language: given["affiliation"]} if given.get("affiliation") else {},
        "economy": given.get("economy"),
        "topics": {language: found.title},
        "person_id": found.person_id if is_own else None,
    }
