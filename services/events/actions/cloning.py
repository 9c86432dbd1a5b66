"""A new draft like a workshop that there is: facts, form, programme, rule, surveys, people."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session as DatabaseSession

from services.events.actions.certifying import set_rule
from services.events.actions.inviting_again import copy_people
from services.events.actions.scheduling import TIMES, create_workshop
from services.events.actions.surveying import set_survey
from services.events.model import Contribution, Session, Speaker, Survey, Workshop
from services.events.queries.certificates import find_rule, issuers_of
from shared.foundation.ids import new_id

COPIED: Final = (
    *("titles", "summary", "kind", "host_id", "course_id", "time_zone", "venue", "capacity"),
    *("mode", "form", "languages", "visibility"),
)
OF_RULES: Final = ("least_hours", "least_share", "least_score", "needs_survey", "titles", "texts")
OF_SURVEYS: Final = ("titles", "texts", "questions", "is_anonymous")
OF_PARTS: Final[dict[type[Any], tuple[str, ...]]] = {
    Speaker: ("person_id", "names", "titles", "affiliations", "economy", "topics", "photo"),
    Session: ("titles", "starts_at", "ends_at", "room"),
    Contribution: ("session_id", "speaker_id", "co_speaker_ids", "titles", "summary"),
}


def clone(
    session: DatabaseSession,
    workshop: Workshop,
    *,
    starts_at: datetime | None = None,
    with_programme: bool = True,
    with_people: bool = False,
    actor: str,
    now: datetime,
) -> Workshop:
    """A draft with the same facts, certificate rule and surveys, these as drafts.

    starts_at: of the copy; all its times move along. with_people: bodies keep their seats, and
    whoever had a seat is invited once the copy is published.
    """
    moved_by = starts_at - workshop.starts_at if starts_at else timedelta(0)
    values = {name: getattr(workshop, name) for name in COPIED}
    values |= {name: _moved(getattr(workshop, name), moved_by) for name in TIMES}
    made = create_workshop(session, values, actor=actor, now=now)
    if with_programme:
        session.add_all(_parts(session, workshop, made, moved_by))
        session.flush()
    if with_people:
        copy_people(session, workshop, made, moved_by=moved_by, now=now)
    _copy_rule(session, workshop, made, actor=actor, now=now)
    for survey in session.scalars(select(Survey).where(Survey.workshop_id == workshop.id)):
        values = {name: getattr(survey, name) for name in OF_SURVEYS}
        set_survey(session, made, survey.kind, values, now=now)
    return made


def _copy_rule(
    session: DatabaseSession, workshop: Workshop, made: Workshop, *, actor: str, now: datetime
) -> None:
    """Without seals: these are among the materials, which are not copied."""
    rule = find_rule(session, workshop.id)
    if rule is None:
        return
    values = {name: getattr(rule, name) for name in OF_RULES}
    issuers = [
        {"organisation_id": each.organisation_id, "seal_id": None}
        for each in issuers_of(session, workshop.id)
    ]
    set_rule(session, made, values | {"issuers": issuers}, actor=actor, now=now)


def series(
    session: DatabaseSession,
    workshop: Workshop,
    *,
    every_days: int,
    times: int,
    actor: str,
    now: datetime,
) -> list[Workshop]:
    """That many drafts after the workshop, so many days apart, at its local hour."""
    zone = workshop.local_zone
    first = workshop.on_clock(workshop.starts_at)
    starts = [
        (first + timedelta(days=every_days * number)).replace(tzinfo=zone)
        for number in range(1, times + 1)
    ]
    return [clone(session, workshop, starts_at=start, actor=actor, now=now) for start in starts]


def _moved(moment: datetime | None, by: timedelta) -> datetime | None:
    return moment + by if moment is not None else None


def _parts(
    session: DatabaseSession, workshop: Workshop, made: Workshop, by: timedelta
) -> Iterator[Any]:
    known: dict[Any, Any] = {None: None}
    for kind, names in OF_PARTS.items():
        query = select(kind).where(kind.workshop_id == workshop.id).order_by(kind.id)
        for part in session.scalars(query):
            values = {name: getattr(part, name) for name in names}
            for name in {"session_id", "speaker_id"} & set(names):
                values[name] = known[values[name]]
            for name in {"co_speaker_ids"} & set(names):
                values[name] = [str(known[UUID(each)]) for each in values[name]]
            for name in {"starts_at", "ends_at"} & set(names):
                values[name] += by
            copy = kind(id=new_id(), version=1, workshop_id=made.id, **values)
            known[part.id] = copy.id
            yield copy
