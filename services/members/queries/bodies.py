"""Committees, working groups and their seats as an asker may see them."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from services.members.model import Appointment, Body, Seat
from services.members.queries.scopes import may_manage
from shared.foundation.failures import Forbidden, NotFound
from shared.foundation.identities import Asker


def bodies_of(organisation_id: UUID, *, with_dissolved: bool = False) -> Select[Body]:
    """The organisation's committees and working groups; their names are open to all members."""
    query = select(Body).where(Body.organisation_id == organisation_id)
    return query if with_dissolved else query.where(Body.dissolved_at.is_(None))


def get_body(session: Session, body_id: UUID) -> Body:
    """The body. Raises NotFound."""
    found = session.get(Body, body_id)
    if found is None:
        raise NotFound("There is no such committee or working group.")
    return found


def get_managed_body(session: Session, body_id: UUID, asker: Asker) -> Body:
    """The body, for those who manage its organisation. Raises Forbidden for others."""
    found = get_body(session, body_id)
    if not may_manage(session, asker, found.organisation_id):
        raise Forbidden("Only those who manage the body's organisation may do this.")
    return found


def seats_of(body_id: UUID) -> Select[Seat]:
    """The seats that there are."""
    return select(Seat).where(Seat.body_id == body_id, Seat.removed_at.is_(None))


def get_seat(session: Session, seat_id: UUID) -> tuple[Seat, Body]:
    """The seat and its body. Raises NotFound."""
    found = session.get(Seat, seat_id)
    if found is None:
        raise NotFound("There is no such seat.")
    return found, get_body(session, found.body_id)


def get_managed_seat(session: Session, seat_id: UUID, asker: Asker) -> Seat:
    """The seat, for those who manage the body. Raises Forbidden for others."""
    seat, body = get_seat(session, seat_id)
    if not may_manage(session, asker, body.organisation_id):
        raise Forbidden("Only those who manage the body's organisation may do this.")
    return seat


def get_own_seat(session: Session, seat_id: UUID, asker: Asker) -> Seat:
    """The seat, for those who fill it: whose it is, and who manage the body. Raises Forbidden."""
    seat, body = get_seat(session, seat_id)
    if may_manage(session, asker, seat.organisation_id or body.organisation_id):
        return seat
    if may_manage(session, asker, body.organisation_id):
        return seat
    raise Forbidden("Only the organisation that has this seat may fill it.")


def holders(session: Session, seat_ids: Iterable[UUID]) -> dict[UUID, list[Appointment]]:
    """seat id → who sits there or will, and who stands in; earliest first."""
    wanted = list(seat_ids)
    found: dict[UUID, list[Appointment]] = {each: [] for each in wanted}
    query = select(Appointment).where(
        Appointment.seat_id.in_(wanted), Appointment.ended_at.is_(None)
    )
    for each in session.scalars(query.order_by(Appointment.starts_on, Appointment.id)):
        if each.seat_id is not None:
            found[each.seat_id].append(each)
    return found
