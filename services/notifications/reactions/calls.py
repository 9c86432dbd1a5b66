"""What submitters of contributions are told, a mail for each change of state; and reviewers."""

from typing import Any, Final

from sqlalchemy.orm import Session

from services.notifications.actions.composing import Addressee, News, tell_people
from services.notifications.actions.copying import workshop_facts
from services.notifications.actions.knowing import addressees_of
from services.notifications.model import WorkshopCopy
from shared.contracts import events_calls as told
from shared.messaging.inbox import Heard, Reactions

KINDS: Final[dict[type[told.AboutSubmission], str]] = {
    told.SubmissionReceived: "submission_received",
    told.SubmissionReturned: "submission_returned",
    told.SubmissionAccepted: "submission_accepted",
    told.SubmissionReserved: "submission_reserved",
    told.SubmissionRejected: "submission_rejected",
    told.SubmissionWithdrawn: "submission_withdrawn",
}


def on_submission(session: Session, message: told.AboutSubmission, heard: Heard) -> None:
    """Mail the submitter how it stands, with the link to change it."""
    state = message.submission
    workshop = session.get(WorkshopCopy, state.workshop_id)
    news = News(
        kind=KINDS[type(message)],
        message_id=heard.id,
        facts=workshop_facts(workshop) | {"submission": state.title, "reason": message.note},
        workshop_id=state.workshop_id,
        host_id=workshop.host_id if workshop else None,
    )
    addressee = Addressee(
        about_id=state.submission_id,
        name=state.name,
        email=state.email,
        locale=state.locale,
        path=f"/events/submissions/{state.link_token}",
        person_id=state.person_id,
    )
    tell_people(session, [(news, addressee)], now=heard.now)


def on_reviewer_named(session: Session, message: told.ReviewerNamed, heard: Heard) -> None:
    """Who is new hears of it, with the way to what they review."""
    _tell_reviewer(session, "reviewer_named", message, heard)


def on_reviews_due(session: Session, message: told.ReviewsDue, heard: Heard) -> None:
    """Who has something left to review is reminded."""
    _tell_reviewer(session, "reviews_due", message, heard, left=message.left)


def _tell_reviewer(
    session: Session, kind: str, message: told.AboutReviewer, heard: Heard, **facts: Any
) -> None:
    call = message.call
    plain: dict[str, Any] = {
        "titles": call.titles,
        "host_names": call.host_names,
        "until": call.closes_at,
        "time_zone": call.time_zone,
    }
    news = News(
        kind=kind,
        message_id=heard.id,
        facts=plain | facts,
        workshop_id=call.workshop_id,
        host_id=call.host_id,
    )
    people = addressees_of(session, [message.person_id], path="/events/reviewing")
    tell_people(session, [(news, each) for each in people], now=heard.now)


REACTIONS: Final[Reactions] = {
    **dict.fromkeys(KINDS, on_submission),
    told.ReviewerNamed: on_reviewer_named,
    told.ReviewsDue: on_reviews_due,
}
