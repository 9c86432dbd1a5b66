"""Who is asked to answer a survey."""

from typing import Final

from sqlalchemy.orm import Session

from services.notifications.actions.composing import Addressee, News, tell_people
from services.notifications.model import WorkshopCopy
from shared.contracts.events_surveys import SurveyAsked
from shared.messaging.inbox import Heard, Reactions


def on_survey_asked(session: Session, message: SurveyAsked, heard: Heard) -> None:
    """Mail the link to the questions, which is the person's own."""
    state = message.registration
    workshop = session.get(WorkshopCopy, state.workshop_id)
    news = News(
        kind=f"survey_{message.kind}",
        message_id=heard.id,
        facts={
            "titles": workshop.titles if workshop else message.titles,
            "host_names": workshop.host_names if workshop else {},
            "anonymous": "yes" if message.is_anonymous else "",
        },
        workshop_id=state.workshop_id,
        host_id=workshop.host_id if workshop else None,
    )
    addressee = Addressee(
        about_id=state.registration_id,
        name=state.name,
        email=state.email,
        locale=state.locale,
        path=f"/events/links/{state.link_token}/surveys/{message.survey_id}",
        person_id=state.person_id,
    )
    tell_people(session, [(news, addressee)], now=heard.now)


REACTIONS: Final[Reactions] = {SurveyAsked: on_survey_asked}
