"""In whose name somebody announces, and to which lists, for the choices of a form."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.notifications.model import OrganisationCopy, SegmentCopy, WorkshopCopy
from services.notifications.queries.scopes import ORGANIZERS, SPEAKERS, within
from shared.foundation.identities import Asker

MOST_CHOICES: Final = 200


def organisations_of(session: Session, asker: Asker) -> list[OrganisationCopy]:
    """Those that the asker's grants name; of an operator's all, the alliances and associations."""
    grants = asker.identity.places(*SPEAKERS) if asker.identity else []
    query = select(OrganisationCopy)
    if any(grant.organisation_id is None for grant in grants):
        query = query.where(OrganisationCopy.kind.in_(("alliance", "association", "agency")))
    else:
        ids = [grant.organisation_id for grant in grants]
        query = query.where(OrganisationCopy.id.in_(ids))
    return list(session.scalars(query.order_by(OrganisationCopy.id).limit(MOST_CHOICES)))


def segments_of(session: Session, organisation: OrganisationCopy) -> list[SegmentCopy]:
    """Segments of the organisation's own."""
    query = select(SegmentCopy).where(
        SegmentCopy.organisation_id == organisation.id, SegmentCopy.is_removed.is_(False)
    )
    return list(session.scalars(query.order_by(SegmentCopy.id).limit(MOST_CHOICES)))


def workshops_of(session: Session, organisation: OrganisationCopy) -> list[WorkshopCopy]:
    """Workshops that the organisation holds, latest first."""
    query = select(WorkshopCopy).where(WorkshopCopy.host_id == organisation.id)
    newest = query.order_by(WorkshopCopy.starts_at.desc(), WorkshopCopy.id)
    return list(session.scalars(newest.limit(MOST_CHOICES)))


def workshops_seen(session: Session, asker: Asker) -> list[WorkshopCopy]:
    """Workshops that the asker organizes, latest first."""
    query = select(WorkshopCopy).where(within(WorkshopCopy.host_id, asker, *ORGANIZERS))
    newest = query.order_by(WorkshopCopy.starts_at.desc(), WorkshopCopy.id)
    return list(session.scalars(newest.limit(MOST_CHOICES)))
