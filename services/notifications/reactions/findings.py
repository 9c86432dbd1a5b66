"""What is told of recommendations: to whom they are addressed, and to who follows them up."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.notifications.actions.composing import Addressee, News, tell_people
from services.notifications.actions.escalating import focal_points_of
from services.notifications.actions.knowing import addressee_of, addressees_of
from shared.contracts import events_findings as told
from shared.days import day_of
from shared.messaging.inbox import Heard, Reactions


def on_recommendation_published(
    session: Session, message: told.RecommendationPublished, heard: Heard
) -> None:
    """Whom it is addressed to is asked to answer."""
    state = message.recommendation
    people = _addressees(session, state, heard)
    _tell(session, _news("recommendation_published", state, heard), people, heard)


def on_recommendation_moved(
    session: Session, message: told.RecommendationMoved, heard: Heard
) -> None:
    """Who follows it up hears what others did."""
    state = message.recommendation
    followers = [] if state.follower_id == message.moved_by else _follower(session, state)
    facts = {"reason": message.reason, "state": state.state}
    _tell(session, _news("recommendation_moved", state, heard, **facts), followers, heard)


def on_recommendation_due(session: Session, message: told.RecommendationDue, heard: Heard) -> None:
    """Whom it is addressed to, and who follows it up, are reminded; each once."""
    state = message.recommendation
    people = [*_addressees(session, state, heard), *_follower(session, state)]
    once = list({each.about_id: each for each in people}.values())
    _tell(session, _news("recommendation_due", state, heard, state=state.state), once, heard)


def _path(state: told.RecommendationState) -> str:
    return f"/events/findings/{state.finding_id}"


def _addressees(session: Session, state: told.RecommendationState, heard: Heard) -> list[Addressee]:
    """The person, or the body's focal points; nobody where a text says to whom."""
    if state.person_id is not None:
        return addressees_of(session, [state.person_id], path=_path(state))
    if state.organisation_id is None:
        return []
    today = day_of(session, heard.now)
    found = focal_points_of(session, state.organisation_id, today=today)
    return [addressee_of(each, path=_path(state)) for each in found]


def _follower(session: Session, state: told.RecommendationState) -> list[Addressee]:
    ids: list[UUID] = [state.follower_id] if state.follower_id else []
    return addressees_of(session, ids, path=_path(state))


def _news(kind: str, about: told.RecommendationState, heard: Heard, **facts: Any) -> News:
    plain: dict[str, Any] = {
        "titles": about.titles,
        "host_names": about.host_names,
        "texts": about.texts,
        "review_on": about.review_on.isoformat() if about.review_on else "",
    }
    return News(
        kind=kind,
        message_id=heard.id,
        facts=plain | facts,
        workshop_id=about.workshop_id,
        host_id=about.host_id,
    )


def _tell(session: Session, news: News, people: list[Addressee], heard: Heard) -> None:
    tell_people(session, [(news, each) for each in people], now=heard.now)


REACTIONS: Final[Reactions] = {
    told.RecommendationPublished: on_recommendation_published,
    told.RecommendationMoved: on_recommendation_moved,
    told.RecommendationDue: on_recommendation_due,
}
