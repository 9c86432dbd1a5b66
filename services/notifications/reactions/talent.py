"""What is told of talent: rounds of demand, the steps of a case, and referrals."""

from typing import Final
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from services.notifications.actions.composing import Addressee, News, tell_people
from services.notifications.actions.knowing import addressees_of
from shared.contracts.members_talent import CaseNoticed, DemandAnswerAsked, ReferralNoticed
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
    addressees = _addressees(session, message, message.case_id, path)
    tell_people(session, [(news, each) for each in addressees], now=heard.now)


def on_referral_noticed(session: Session, message: ReferralNoticed, heard: Heard) -> None:
    """Tell the trainee, the expert's side and who helps; what is needed they read on the page."""
    news = News(
        kind=f"referral_{message.notice}",
        message_id=heard.id,
        facts={
            "titles": message.names,
            "organisation_names": message.organisation_names,
            "until": message.due_at,
            "reason": message.reason,
        },
        host_id=message.organisation_id,
    )
    addressees = _addressees(session, message, message.need_id, message.path)
    tell_people(session, [(news, each) for each in addressees], now=heard.now)


def _addressees(
    session: Session, message: CaseNoticed | ReferralNoticed, about_id: UUID, path: str
) -> list[Addressee]:
    """People, and organisations' own mailboxes in the first language of the message's."""
    found = addressees_of(session, message.person_ids, path=path)
    locale = next(iter(message.organisation_names), ENGLISH)
    name = in_language(message.organisation_names, locale)
    for email in message.emails:
        about = uuid5(about_id, email)
        found.append(Addressee(about_id=about, name=name, email=email, locale=locale, path=path))
    return found


REACTIONS: Final[Reactions] = {
    DemandAnswerAsked: on_demand_answer_asked,
    CaseNoticed: on_case_noticed,
    ReferralNoticed: on_referral_noticed,
}
