"""What the variables of an announcement stand for, and its text for the mails that carry it."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.notifications.actions.wording import local_moment
from services.notifications.model import Announcement, OrganisationCopy, WorkshopCopy
from shared.database import is_among
from shared.foundation.languages import LANGUAGES, in_language, nearest_language

Values = Mapping[str, Mapping[str, str]]
"""language → variable → what it stands for, the same for all who are told."""


def values_of(session: Session, announcement: Announcement) -> Values:
    """Its organisation and its workshop, in each language of ours."""
    organisation = session.get(OrganisationCopy, announcement.organisation_id)
    workshop = (
        session.get(WorkshopCopy, UUID(announcement.workshop_id))
        if announcement.workshop_id
        else None
    )
    return {language: _in_language(organisation, workshop, language) for language in LANGUAGES}


def _in_language(
    organisation: OrganisationCopy | None, workshop: WorkshopCopy | None, language: str
) -> dict[str, str]:
    names = organisation.names if organisation is not None else {}
    values = {"organisation.name": in_language(names, language)}
    if workshop is None:
        return values
    venue = workshop.venue
    return values | {
        "workshop.title": in_language(workshop.titles, language),
        "workshop.starts_at": local_moment(workshop.starts_at, language, workshop.time_zone),
        "workshop.place": ", ".join(filter(None, (venue.get("name"), venue.get("address")))),
    }


def values_for(values: Values, locale: str, name: str) -> dict[str, str]:
    """What the variables stand for, for one reader."""
    return {**values[nearest_language(locale)], "person.name": name}


def facts_of_letters(session: Session, ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """Announcement → what its mails need, in one read and one for each of them."""
    if not ids:
        return {}
    query = select(Announcement).where(is_among(session, Announcement.id, ids))
    return {
        each.id: {
            "subject": each.subject,
            "body": each.body,
            "values": values_of(session, each),
        }
        for each in session.scalars(query)
    }
