"""Check-in lists, for the organizers and for whoever has a list's link."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from services.events.model import CheckIn, CheckInList, Workshop
from services.events.model.link import find_link
from services.events.queries.workshops import get_organized
from shared.foundation.failures import Invalid, NotFound
from shared.foundation.identities import Asker

NO_SUCH_LIST = "This workshop has no such check-in list."


@dataclass(frozen=True)
class Door:
    """Where somebody stands who scans. entered: the list; None: the workshop as a whole."""

    workshop: Workshop
    entered: CheckInList | None
    actor: str


def get_door(session: Session, workshop_id: UUID, list_id: UUID | None, asker: Asker) -> Door:
    """The door of the asker's link, or one of a workshop that the asker organizes.

    Raises NotFound for another's, Forbidden for who can see the workshop and not run it.
    """
    if asker.link is not None:
        found = open_door(session, asker)
        if found.workshop_id != workshop_id or list_id not in (None, found.id):
            raise NotFound("This link opens another door.")
        return Door(session.get_one(Workshop, workshop_id), found, _called(found))
    workshop = get_organized(session, workshop_id, asker)
    found_list = _list_of(session, workshop, list_id) if list_id else None
    return Door(workshop, found_list, asker.name)


def open_door(session: Session, asker: Asker) -> CheckInList:
    """The list whose link the asker has. Raises NotFound."""
    link = find_link(asker.link)
    found = session.get(CheckInList, link.id) if link is not None else None
    if found is None or link is None or not link.opens("door", found.id, found.secret):
        raise NotFound("This door's link is no longer good. Ask the organizers for the new one.")
    return found


def _called(found: CheckInList) -> str:
    title = next(iter(found.titles.values()), "")
    return f"door: {title}"


def _list_of(session: Session, workshop: Workshop, list_id: UUID) -> CheckInList:
    found = session.get(CheckInList, list_id)
    if found is None or found.workshop_id != workshop.id:
        raise Invalid.at("/list_id", NO_SUCH_LIST)
    return found


def get_organized_list(session: Session, list_id: UUID, asker: Asker) -> CheckInList:
    """The list, for the organizers of its workshop. Raises NotFound."""
    found = session.get(CheckInList, list_id)
    if found is None:
        raise NotFound("There is no such check-in list.")
    get_organized(session, found.workshop_id, asker)
    return found


def lists_of(workshop: Workshop) -> Select[CheckInList]:
    """The workshop's lists, in no order yet."""
    return select(CheckInList).where(CheckInList.workshop_id == workshop.id)


def scans_of(workshop: Workshop) -> Select[CheckIn]:
    """The workshop's scans, in no order yet."""
    return select(CheckIn).where(CheckIn.workshop_id == workshop.id)
