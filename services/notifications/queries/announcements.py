"""Announcements, who may see them, and whom they may address."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from services.notifications.model import (
    Announcement,
    OrganisationCopy,
    SegmentCopy,
    WorkshopCopy,
)
from services.notifications.queries.scopes import SPEAKERS, may_speak_for, within
from shared.foundation.failures import Forbidden, Invalid, NotFound
from shared.foundation.identities import Asker


def announcements_for(asker: Asker) -> Select[Announcement]:
    """Those in the name of organisations that the asker speaks for."""
    return select(Announcement).where(within(Announcement.organisation_id, asker, *SPEAKERS))


def filtered(
    query: Select[Announcement], *, organisation_id: UUID | None = None, state: str | None = None
) -> Select[Announcement]:
    """Of one organisation, in a state."""
    if organisation_id:
        query = query.where(Announcement.organisation_id == organisation_id)
    return query.where(Announcement.state == state) if state else query


def get_announcement(
    session: Session, announcement_id: UUID, asker: Asker, *, to_change: bool = False
) -> Announcement:
    """One that the asker may see; locked where it is to change. Raises NotFound."""
    query = announcements_for(asker).where(Announcement.id == announcement_id)
    if to_change:
        query = query.with_for_update(of=Announcement)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("There is no such announcement.")
    return found


def may_announce(session: Session, organisation_id: UUID, asker: Asker) -> bool:
    """Whether the asker writes in this organisation's name."""
    return may_speak_for(session, asker, organisation_id)


def require_speaker(session: Session, organisation_id: UUID, asker: Asker) -> None:
    """Raise Invalid for no organisation, Forbidden for one that the asker does not speak for."""
    if session.get(OrganisationCopy, organisation_id) is None:
        raise Invalid.at("/organisation_id", "There is no such organisation.")
    if not may_speak_for(session, asker, organisation_id):
        raise Forbidden("You don't speak for this organisation.")


def require_own_audience(session: Session, audience: Mapping[str, Any], asker: Asker) -> None:
    """Raise Invalid where the audience is not the asker's to address, or is not there.

    What one excludes tells nothing, but it must be there to be excluded.
    """
    _require_own(session, audience, asker, "/audience")
    for number, other in enumerate(audience.get("exclude") or ()):
        _require_own(session, other, asker, f"/audience/exclude/{number}")


def _require_own(session: Session, audience: Mapping[str, Any], asker: Asker, pointer: str) -> None:
    if "person_ids" in audience:
        return
    name = next(
        each for each in ("workshop_id", "segment_id", "organisation_id") if each in audience
    )
    place = _place_of(session, name, UUID(str(audience[name])))
    subtree = name == "organisation_id" and bool(audience.get("subtree", True))
    if place is None or not may_speak_for(session, asker, place, subtree=subtree):
        detail = "There is none of this id that you may address."
        raise Invalid.at(f"{pointer}/{name}", detail, code="not_your_audience")


def _place_of(session: Session, name: str, found_id: UUID) -> UUID | None:
    """The organisation whose people an audience is of."""
    if name == "workshop_id":
        workshop = session.get(WorkshopCopy, found_id)
        return workshop.host_id if workshop is not None else None
    if name == "segment_id":
        segment = session.get(SegmentCopy, found_id)
        return segment.organisation_id if segment is not None and not segment.is_removed else None
    organisation = session.get(OrganisationCopy, found_id)
    return organisation.id if organisation is not None else None
