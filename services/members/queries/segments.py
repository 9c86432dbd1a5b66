"""Segments as an asker may see them, and who is in one."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select, union_all
from sqlalchemy.orm import Session

from services.members.model import (
    Affiliation,
    Appointment,
    Organisation,
    Person,
    Segment,
    SegmentMember,
)
from services.members.queries.consents import people_who_consent
from services.members.queries.organisations import names_of, organisations_where
from services.members.queries.people import named
from services.members.queries.scopes import is_below, may_manage
from services.members.queries.searching import holds_word
from shared.database import is_among
from shared.foundation.failures import NotFound
from shared.foundation.identities import Asker
from shared.foundation.languages import in_language
from shared.foundation.names import words_of


def segments_of(organisation_id: UUID) -> Select[Segment]:
    """The organisation's segments."""
    return select(Segment).where(
        Segment.organisation_id == organisation_id, Segment.removed_at.is_(None)
    )


def get_segment(session: Session, segment_id: UUID, asker: Asker) -> Segment:
    """The segment, for those who manage its organisation. Raises NotFound."""
    found = session.get(Segment, segment_id)
    if (
        found is not None
        and found.removed_at is None
        and may_manage(session, asker, found.organisation_id)
    ):
        return found
    raise NotFound("There is no such segment.")


def members_as_told(segment: Segment) -> Select[SegmentMember]:
    """Who was in it when it was last evaluated."""
    return select(SegmentMember).where(SegmentMember.segment_id == segment.id)


def names_of_members(
    session: Session, segment: Segment, ids: Sequence[UUID], language: str
) -> dict[UUID, str]:
    """id → the name for a reader of that language, of people or organisations."""
    if segment.kind == "people":
        people = named(session, ids)
        return {each: people[each].name_in(language) for each in ids}
    names = names_of(session, ids)
    return {each: in_language(names[each], language) for each in ids}


def segments_by_consent(purpose_id: UUID) -> Select[Segment]:
    """Those that hold only people who consent to the purpose."""
    is_filtered = Segment.filters["consent"].as_string() == str(purpose_id)
    return select(Segment).where(Segment.removed_at.is_(None), is_filtered)


def due_segments(session: Session, *, before: datetime, at_once: int) -> list[UUID]:
    """Those that were evaluated longest ago, before an instant."""
    query = select(Segment.id).where(Segment.removed_at.is_(None), Segment.evaluated_at < before)
    return list(session.scalars(query.order_by(Segment.evaluated_at).limit(at_once)))


def members_now(session: Session, segment: Segment, *, today: date) -> Select[UUID]:
    """The ids of those who are in it today."""
    filters = segment.filters if segment.filters is not None else {}
    if segment.kind == "people":
        query, key = _people(segment.organisation_id, filters, today), Person.id
    else:
        query, key = _organisations(segment.organisation_id, filters), Organisation.id
    if segment.filters is None:
        query = query.where(is_among(session, key, segment.picked_ids))
    return query


def belonging(
    session: Session, organisation_id: UUID, kind: str, ids: Sequence[UUID], *, today: date
) -> set[UUID]:
    """Of these people or organisations, those at or below the organisation."""
    if kind == "people":
        query = _people(organisation_id, {}, today).where(is_among(session, Person.id, ids))
    else:
        query = _organisations(organisation_id, {}).where(is_among(session, Organisation.id, ids))
    return set(session.scalars(query))


def _organisations(owner_id: UUID, filters: dict[str, Any]) -> Select[UUID]:
    found = organisations_where(
        kind=filters.get("kind"),
        economy=filters.get("economy"),
        member_of=UUID(filters["member_of"]) if filters.get("member_of") else None,
        words=filters.get("q"),
    )
    return found.where(is_below(Organisation.id, owner_id)).with_only_columns(Organisation.id)


def _people(owner_id: UUID, filters: dict[str, Any], today: date) -> Select[UUID]:
    places = union_all(*_places(owner_id, filters, today))
    query = select(Person.id).where(Person.is_there(), Person.id.in_(places))
    if filters.get("economy"):
        query = query.where(Person.economy == filters["economy"])
    if filters.get("consent"):
        query = query.where(Person.id.in_(people_who_consent(UUID(filters["consent"]))))
    wanted = words_of(filters.get("q"))
    return query.where(*(holds_word(Person.search_key, each, by_index=False) for each in wanted))


def _places(owner_id: UUID, filters: dict[str, Any], today: date) -> list[Select[UUID]]:
    """Who works, and who holds an office, at the organisations that the filters leave."""
    found = []
    for model in (Affiliation, Appointment):
        if filters.get("role") and model is Affiliation:
            continue
        place = model.organisation_id
        query = select(model.person_id).where(
            model.is_live_on(today), or_(place == owner_id, is_below(place, owner_id))
        )
        if filters.get("role"):
            query = query.where(Appointment.role == filters["role"])
        if filters.get("kind") or filters.get("member_of"):
            member_of = filters.get("member_of")
            chosen = organisations_where(
                kind=filters.get("kind"), member_of=UUID(member_of) if member_of else None
            )
            query = query.where(place.in_(chosen.with_only_columns(Organisation.id)))
        found.append(query)
    return found
