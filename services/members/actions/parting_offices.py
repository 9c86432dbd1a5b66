"""Two offices, seats, places and grants again, of what a merge had made one of."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.actions.granting import grant
from services.members.actions.recording import lock, record
from services.members.actions.uniting_offices import FROM_TEXT, SUPERSEDED, Change, text_of
from services.members.model import Affiliation, Appointment, Person, RoleGrant
from shared.foundation.identities import Role
from shared.messaging.outbox import tell

KINDS: Final[dict[str, type[Any]]] = {
    kind.__tablename__: kind for kind in (Affiliation, Appointment, RoleGrant)
}


def part_held(session: Session, united: Sequence[list[Any]], *, actor: str, now: datetime) -> None:
    """Each has the term that it had, and what had ended by the merge is there again.

    What was changed since stays as it was changed. Where the one that went on has ended since,
    the other stays ended. A grant comes back as a new one: tokens that lost the old one for good
    do without it. Tells of each.
    """
    for change in reversed([Change(*each) for each in united]):
        row = session.get(KINDS[change.table], UUID(change.id))
        if row is None or not _goes_on(session, change):
            continue
        lock(session, row)
        if change.beside and isinstance(row, RoleGrant):
            _grant_again(session, row, actor=actor, now=now)
        else:
            _give_back(session, row, change, actor=actor, now=now)
    session.flush()


def _goes_on(session: Session, change: Change) -> bool:
    if change.beside is None:
        return True
    beside = session.get_one(KINDS[change.table], UUID(change.beside))
    return (beside.revoked_at if isinstance(beside, RoleGrant) else beside.ended_at) is None


def _give_back(session: Session, row: Any, change: Change, *, actor: str, now: datetime) -> None:
    same = [name for name in change.before if text_of(getattr(row, name)) == change.after[name]]
    for name in same:
        before = change.before[name]
        setattr(row, name, None if before is None else FROM_TEXT[name](before))
    if same:
        row.version += 1
        was = SUPERSEDED if change.beside else "changed"
        record(session, row, "restored", before=was, actor=actor, now=now, reason="merge undone")
        tell(session, row.told(), now=now)


def _grant_again(session: Session, taken: RoleGrant, *, actor: str, now: datetime) -> None:
    made = grant(
        session,
        session.get_one(Person, taken.person_id),
        Role(taken.role),
        taken.organisation_id,
        subtree=taken.subtree,
        starts_at=taken.starts_at,
        expires_at=taken.expires_at,
        actor=actor,
        now=now,
    )
    made.granted_by = taken.granted_by
    session.flush()
    offices = select(Appointment).where(Appointment.grant_id == taken.id)
    for office in session.scalars(offices):
        office.grant_id = made.id
