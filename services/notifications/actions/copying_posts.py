"""Keeping who works where and who holds an office, as members tells it."""

from typing import Any

from sqlalchemy.orm import Session

from services.notifications.model import PostCopy, Recipient
from shared.contracts.members import AffiliationRecorded, AppointmentRecorded
from shared.database import keep_newer


def keep_affiliation(session: Session, message: AffiliationRecorded) -> None:
    """Keep the affiliation."""
    _keep(session, message, id=message.affiliation_id, kind="affiliation", role="", is_over=False)


def keep_appointment(session: Session, message: AppointmentRecorded) -> None:
    """Keep the appointment."""
    own = {"id": message.appointment_id, "kind": "appointment", "role": message.role}
    _keep(session, message, **own, is_over=message.is_over)


def _keep(session: Session, message: AffiliationRecorded | AppointmentRecorded, **own: Any) -> None:
    """Unless the person was erased since."""
    known = session.get(Recipient, message.person_id)
    if known is not None and known.is_erased:
        return
    values = {
        "version": message.version,
        "person_id": message.person_id,
        "organisation_id": message.organisation_id,
        "starts_on": message.starts_on,
        "ends_on": message.ends_on,
    }
    keep_newer(session, PostCopy, values | own)
