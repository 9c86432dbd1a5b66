"""What is told of talent: rounds of demand to companies, the steps of a case to the concerned."""

from typing import Final
from uuid import uuid5

from sqlalchemy.orm import Session

from services.notifications.actions.composing import Addressee, News, tell_people
from services.notifications.actions.knowing import addressees_of
from shared.contracts.members_talent import CaseNoticed, DemandAnswerAsked
from shared.foundation.languages import ENGLISH, in_language
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


def on_case_noticed(session: Session, message: CaseNoticed, heard: Heard) -> None:
    """Tell the people, each in their language, and organisations that nobody looks after."""
    path = f"/members/cases/{message.case_id}"
    addressees = addressees_of(session, message.person_ids, path=path)
    locale = next(iter(message.organisation_names), ENGLISH)
    for email in message.emails:
        name = in_language(message.organisation_names, locale)
        about = uuid5(message.case_id, email)
        office = Addressee(about_id=about, name=name, email=email, locale=locale, path=path)
        addressees.append(office)
    news = News(
        kind=f"case_{message.notice}",
        message_id=heard.id,
        facts={
            "titles": message.titles,
            "organisation_names": message.organisation_names,
            "host_names": message.association_names,
            "reason": message.reason,
        },
        host_id=message.alliance_id,
    )
    tell_people(session, [(news, each) for each in addressees], now=heard.now)


REACTIONS: Final[Reactions] = {
    DemandAnswerAsked: on_demand_answer_asked,
    CaseNoticed: on_case_noticed,
}
