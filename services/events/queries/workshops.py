"""Workshops as an asker may see them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session as DatabaseSession

from services.events.model import (
    CheckInList,
    Contribution,
    Nomination,
    Registration,
    RegistrationGroup,
    SeatLedger,
    Session,
    Speaker,
    Submission,
    Workshop,
    WorkshopInvitation,
)
from services.events.model.link import LinkKind, find_link
from services.events.queries.scopes import ORGANIZERS, may_organize, within
from shared.foundation.failures import Forbidden, NotFound
from shared.foundation.identities import Asker

SEATED: Final = ("confirmed", "attended")
OF_WORKSHOPS: Final[dict[LinkKind, type[Any]]] = {
    "nomination": Nomination,
    "registration": Registration,
    "door": CheckInList,
    "group": RegistrationGroup,
    "invitation": WorkshopInvitation,
    "submission": Submission,
}
"""Kind of link → what it opens, of those whose bearers have to do with one workshop."""
Part = TypeVar("Part", Session, Contribution, Speaker)


def _seen_by(asker: Asker) -> ColumnElement[bool]:
    shown = ["public"] if asker.identity is None else ["public", "members"]
    listed = and_(Workshop.state != "draft", Workshop.visibility.in_(shown))
    return or_(listed, within(Workshop.host_id, asker, *ORGANIZERS))


def workshops_for(asker: Asker) -> Select[Workshop]:
    """The workshops that the asker may see in lists: hidden and draft ones only as organizer."""
    return select(Workshop).where(_seen_by(asker))


def workshops_run_by(asker: Asker) -> Select[Workshop]:
    """The workshops that the asker organizes."""
    return select(Workshop).where(within(Workshop.host_id, asker, *ORGANIZERS))


def get_workshop(session: DatabaseSession, workshop_id: UUID, asker: Asker) -> Workshop:
    """The workshop, if the asker may see it. Raises NotFound."""
    found = session.get(Workshop, workshop_id)
    if found is not None and _may_see(session, found, asker):
        return found
    raise NotFound("There is no such workshop.")


def _may_see(session: DatabaseSession, workshop: Workshop, asker: Asker) -> bool:
    if workshop.is_visible and (
        workshop.visibility != "members"
        or asker.identity is not None
        or _has_link_of(session, workshop, asker)
    ):
        return True
    return may_organize(session, asker, workshop.host_id)


def _has_link_of(session: DatabaseSession, workshop: Workshop, asker: Asker) -> bool:
    """Whether the asker's link opens something of this workshop: anybody can send any text."""
    link = find_link(asker.link)
    kept = OF_WORKSHOPS.get(link.kind) if link is not None else None
    found = session.get(kept, link.id) if link is not None and kept is not None else None
    if link is None or found is None or found.workshop_id != workshop.id:
        return False
    return link.opens(link.kind, found.id, found.secret)


def get_organized(session: DatabaseSession, workshop_id: UUID, asker: Asker) -> Workshop:
    """The workshop, if the asker runs it. Raises NotFound, or Forbidden where it can be seen."""
    found = get_workshop(session, workshop_id, asker)
    if not may_organize(session, asker, found.host_id):
        raise Forbidden("Only the organizers of this workshop may do this.")
    return found


def seated_at(session: DatabaseSession, ids: Sequence[UUID], asker: Asker) -> set[UUID]:
    """Of the workshops, those where the asker has a seat, by account or by a mailed link."""
    link = find_link(asker.link)
    query = select(Registration.workshop_id).where(
        Registration.workshop_id.in_(ids), Registration.state.in_(SEATED)
    )
    if link is not None and link.kind == "registration":
        found = session.get(Registration, link.id)
        is_good = found is not None and link.opens("registration", found.id, found.secret)
        return set(session.scalars(query.where(Registration.id == link.id))) if is_good else set()
    if asker.person_id is None:
        return set()
    return set(session.scalars(query.where(Registration.person_id == asker.person_id)))


def organized_hosts(session: DatabaseSession, hosts: set[UUID], asker: Asker) -> set[UUID]:
    """Of the hosts, those that the asker organizes for."""
    if asker.identity is None or not asker.identity.places(*ORGANIZERS):
        return set()
    return {host for host in hosts if may_organize(session, asker, host)}


def ledger_of(session: DatabaseSession, workshop_id: UUID) -> SeatLedger:
    """The workshop's seats as they are now."""
    return session.get_one(SeatLedger, workshop_id)


def ledgers_of(session: DatabaseSession, ids: Sequence[UUID]) -> dict[UUID, SeatLedger]:
    """workshop id → its ledger."""
    query = select(SeatLedger).where(SeatLedger.workshop_id.in_(ids))
    return {ledger.workshop_id: ledger for ledger in session.scalars(query)}


def part_of(part: type[Part], workshop_id: UUID) -> Select[Part]:
    """The workshop's sessions, contributions or speakers, in no order yet."""
    return select(part).where(part.workshop_id == workshop_id)


def programme_of(
    session: DatabaseSession, workshop_id: UUID
) -> tuple[Sequence[Session], Sequence[Contribution], Sequence[Speaker]]:
    """The sessions in order of time, their contributions and the speakers."""
    sessions = part_of(Session, workshop_id).order_by(Session.starts_at, Session.id)
    talks = part_of(Contribution, workshop_id).order_by(Contribution.id)
    speakers = part_of(Speaker, workshop_id).order_by(Speaker.id)
    return (
        session.scalars(sessions).all(),
        session.scalars(talks).all(),
        session.scalars(speakers).all(),
    )


def is_upcoming(now: datetime) -> ColumnElement[bool]:
    """Workshops that have not ended."""
    return Workshop.ends_at >= now
