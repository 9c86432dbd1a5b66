"""Proof of what a workshop's people were told: by kind of mail and by association."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.notifications.model import AttendanceCopy, Notification, WorkshopCopy
from services.notifications.model.announcement import ANNOUNCEMENT
from services.notifications.queries.audiences import labels_of
from services.notifications.queries.proof import INBOX, MAIL, NOBODY, add_outcome, outcome_of
from services.notifications.queries.scopes import ORGANIZERS, covers
from shared.foundation.failures import NotFound
from shared.foundation.identities import Asker


@dataclass(frozen=True)
class WorkshopProof:
    """Counts of notifications, each adding up: by kind of mail, and by association."""

    by_kind: dict[str, dict[str, int]]
    by_association: dict[UUID | None, dict[str, int]]


def get_workshop(session: Session, workshop_id: UUID, asker: Asker) -> WorkshopCopy:
    """A workshop that the asker organizes. Raises NotFound."""
    found = session.get(WorkshopCopy, workshop_id)
    if found is None or not covers(session, asker, found.host_id, *ORGANIZERS):
        raise NotFound("There is no such workshop.")
    return found


def proof_of(session: Session, workshop: WorkshopCopy) -> WorkshopProof:
    """What became of all that was told; announcements have a proof of their own."""
    outcome = outcome_of(MAIL, INBOX, Notification.id).label("outcome")
    query = (
        select(
            Notification.kind,
            AttendanceCopy.organisation_id,
            outcome,
            func.count().label("people"),
        )
        .select_from(Notification)
        .outerjoin(AttendanceCopy, AttendanceCopy.id == Notification.about_id)
        .outerjoin(MAIL, (MAIL.notification_id == Notification.id) & (MAIL.channel == "mail"))
        .outerjoin(INBOX, (INBOX.notification_id == Notification.id) & (INBOX.channel == "inbox"))
        .where(Notification.workshop_id == workshop.id, Notification.kind != ANNOUNCEMENT)
        .group_by(Notification.kind, AttendanceCopy.organisation_id, outcome)
        .order_by(Notification.kind)
    )
    rows = session.execute(query).all()
    labels = labels_of(session, {row.organisation_id for row in rows if row.organisation_id})
    found = WorkshopProof({}, {})
    for row in rows:
        label = labels.get(row.organisation_id)
        of_kind = found.by_kind.setdefault(row.kind, dict(NOBODY))
        of_association = found.by_association.setdefault(label, dict(NOBODY))
        for counts in (of_kind, of_association):
            add_outcome(counts, row.outcome, row.people)
    return found
