"""What companies are told of their association's rounds of demand."""

from typing import Final

from sqlalchemy.orm import Session

from services.notifications.actions.composing import Addressee, News, tell_people
from shared.contracts.members_talent import DemandAnswerAsked
from shared.foundation.languages import in_language
from shared.messaging.inbox import Heard, Reactions


def on_demand_answer_asked(session: Session, message: DemandAnswerAsked, heard: Heard) -> None:
    """Mail the link to the table, which is the company's own."""
    news = News(
        kind=f"demand_{message.kind}",
        message_id=heard.id,
        facts={
            "titles": message.titles,
            "organisation_names": message.organisation_names,
            "until": message.closes_at,
            "time_zone": message.time_zone,
            "reason": message.reason,
        },
        host_id=message.organisation_id,
    )
    addressee = Addressee(
        about_id=message.answer_id,
        name=in_language(message.company_names, message.locale),
        email=message.email,
        locale=message.locale,
        path=f"/members/demand/{message.link_token}",
    )
    tell_people(session, [(news, addressee)], now=heard.now)


REACTIONS: Final[Reactions] = {DemandAnswerAsked: on_demand_answer_asked}
