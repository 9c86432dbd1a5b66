"""Invitations as an asker may see them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import Session

from services.members.model import Invitation
from services.members.queries.scopes import managed
from shared.foundation.failures import NotFound
from shared.foundation.identities import Asker


def invitations_for(asker: Asker) -> Select[Invitation]:
    """Those of the organisations that the asker manages."""
    return select(Invitation).where(managed(Invitation.organisation_id, asker))


def in_state(state: str, query: Select[Invitation], *, now: datetime) -> Select[Invitation]:
    """Those in one of the states of `model.invitation.STATES`."""
    unsettled = and_(Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None))
    wanted: dict[str, ColumnElement[bool]] = {
        "open": and_(unsettled, Invitation.expires_at > now),
        "expired": and_(unsettled, Invitation.expires_at <= now),
        "accepted": Invitation.accepted_at.is_not(None),
        "revoked": and_(Invitation.revoked_at.is_not(None), Invitation.accepted_at.is_(None)),
    }
    return query.where(wanted[state])


def get_invitation(session: Session, invitation_id: UUID, asker: Asker) -> Invitation:
    """The invitation, for those who manage its organisation. Raises NotFound."""
    query = invitations_for(asker).where(Invitation.id == invitation_id)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("There is no such invitation.")
    return found
