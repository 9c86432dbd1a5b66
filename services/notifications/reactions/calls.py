"""What submitters of contributions are told: one mail for each change of state."""

from typing import Final

from sqlalchemy.orm import Session

from services.notifications.actions.composing import Addressee, News, tell_people
from services.notifications.actions.copying import workshop_facts
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


REACTIONS: Final[Reactions] = dict.fromkeys(KINDS, on_submission)
