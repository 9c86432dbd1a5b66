"""Surveys as an asker may see them, and their results in totals."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from services.events.model import Registration, Survey, SurveyAnswer, SurveyMark, Workshop
from services.events.model.form import WITH_OPTIONS
from services.events.model.link import find_link
from services.events.queries.registrations import get_registration
from services.events.queries.workshops import get_organized
from shared.foundation.failures import NotFound
from shared.foundation.identities import Asker
from shared.foundation.languages import Text
from shared.foundation.sheets import as_is as _
from shared.foundation.small_cells import SMALLEST_SHOWN, hide_small

NO_SURVEY: Final = _("There is no such survey.")
SEATED: Final = ("confirmed", "attended")


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One answer's share. count: None where it is hidden."""

    names: Text
    count: int | None


@dataclass(frozen=True, kw_only=True)
class Result:
    """Of one question. answered: None where so few did that nothing is shown.

    bars: of choices. mean, least, most: of numbers. texts: all others, in no order.
    """

    key: str
    kind: str
    labels: Text
    answered: int | None
    bars: tuple[Bar, ...] = ()
    mean: float | None = None
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Results:
    """Of a survey. asked, answered: people."""

    asked: int
    answered: int
    questions: tuple[Result, ...]


def those_asked(survey: Survey) -> Select[Registration]:
    """Before: who has a seat. After: who was there, or has a seat where no door was kept."""
    return select(Registration).where(
        Registration.workshop_id == survey.workshop_id, Registration.state.in_(SEATED)
    )


def find_survey(session: Session, workshop_id: UUID, kind: str) -> Survey | None:
    """The workshop's of that kind."""
    query = select(Survey).where(Survey.workshop_id == workshop_id, Survey.kind == kind)
    return session.scalars(query).one_or_none()


def get_survey(session: Session, workshop: Workshop, kind: str) -> Survey:
    """The workshop's of that kind. Raises NotFound."""
    found = find_survey(session, workshop.id, kind)
    if found is None:
        raise NotFound(NO_SURVEY)
    return found


def get_organized_survey(session: Session, survey_id: UUID, asker: Asker) -> Survey:
    """The survey, for the organizers of its workshop. Raises NotFound or Forbidden."""
    found = session.get(Survey, survey_id)
    if found is None:
        raise NotFound(NO_SURVEY)
    get_organized(session, found.workshop_id, asker)
    return found


def get_asked(session: Session, survey_id: UUID, asker: Asker) -> tuple[Survey, Registration]:
    """The survey and the asker's own registration. Raises NotFound for whoever is not asked."""
    found, link = session.get(Survey, survey_id), find_link(asker.link)
    if found is None or found.state not in ("open", "closed"):
        raise NotFound(NO_SURVEY)
    if link is not None:
        if link.kind != "registration":
            raise NotFound(NO_SURVEY)
        registration: Registration | None = get_registration(session, link.id, asker)
    else:
        mine = those_asked(found).where(Registration.person_id == asker.person_id)
        registration = session.scalars(mine.order_by(Registration.id).limit(1)).first()
    if registration is None or registration.workshop_id != found.workshop_id:
        raise NotFound(NO_SURVEY)
    if registration.state not in SEATED:
        raise NotFound(NO_SURVEY)
    return found, registration


def open_for(session: Session, registration: Registration) -> list[Survey]:
    """The open surveys that the registration's person has not answered."""
    if registration.state not in SEATED:
        return []
    done = select(SurveyMark.survey_id).where(SurveyMark.registration_id == registration.id)
    query = select(Survey).where(
        Survey.workshop_id == registration.workshop_id,
        Survey.state == "open",
        Survey.id.not_in(done),
    )
    return list(session.scalars(query))


def has_answered(session: Session, survey: Survey, registration_id: UUID) -> bool:
    """Whether they did; what, is for an anonymous survey not known."""
    return session.get(SurveyMark, (survey.id, registration_id)) is not None


def to_go_on_with(session: Session, *, now: datetime) -> list[UUID]:
    """Surveys to open, or whose link is not yet with everyone."""
    is_due = and_(Survey.state == "ready", Workshop.ends_at <= now)
    is_asking = and_(Survey.state == "open", Survey.asked_at.is_(None))
    query = select(Survey.id).join(Workshop, Workshop.id == Survey.workshop_id)
    return list(session.scalars(query.where(or_(is_due, is_asking))))


def results_of(session: Session, survey: Survey) -> Results:
    """In totals; small groups are hidden, and nothing is shown of fewer than five answers."""
    count = select(func.count()).select_from(those_asked(survey).subquery())
    query = select(SurveyAnswer.answers).where(SurveyAnswer.survey_id == survey.id)
    given = list(session.scalars(query.order_by(SurveyAnswer.id)))
    return Results(
        asked=session.scalar(count) or 0,
        answered=len(given),
        questions=tuple(_result(each, given) for each in survey.questions),
    )


def _result(question: dict[str, Any], given: list[dict[str, Any]]) -> Result:
    key, kind = question["key"], question["kind"]
    values = [each[key] for each in given if each.get(key) is not None]
    plain = {"key": key, "kind": kind, "labels": question["labels"]}
    if kind in WITH_OPTIONS or kind == "checkbox":
        if len(given) < SMALLEST_SHOWN:
            return Result(**plain, answered=None)
        return Result(**plain, answered=len(values), bars=_bars(question, values))
    if len(values) < SMALLEST_SHOWN:
        return Result(**plain, answered=None)
    if kind == "number":
        return Result(**plain, answered=len(values), mean=round(sum(values) / len(values), 2))
    return Result(**plain, answered=len(values), texts=tuple(map(str, values)))


def _bars(question: dict[str, Any], values: list[Any]) -> tuple[Bar, ...]:
    if question["kind"] == "checkbox":
        options = [(True, {"en": "Yes", "zh-Hant": "是"}), (False, {"en": "No", "zh-Hant": "否"})]
    else:
        options = [
            (each["value"], each["labels"] or {"en": each["value"]}) for each in question["options"]
        ]
    chosen = Counter(
        each for value in values for each in (value if isinstance(value, list) else [value])
    )
    counts = hide_small({value: chosen[value] for value, _names in options})
    return tuple(Bar(names=names, count=counts[value]) for value, names in options)
