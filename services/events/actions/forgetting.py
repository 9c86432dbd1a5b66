"""Forgetting a person: their data goes, counts and history stay."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.events.actions.nominating import withdraw
from services.events.actions.registering import LIVE, cancel_registration
from services.events.model import Nomination, Registration, Workshop
from shared.foundation.ids import new_secret
from shared.foundation.names import fold_email

FORGOTTEN = "erased"


def forget_person(session: Session, person_id: UUID, email: str | None, *, now: datetime) -> None:
    """Take the person out of every registration and nomination; seats to come are given back."""
    email_key = fold_email(email) if email else ""
    mine = select(Nomination).where(
        or_(Nomination.person_id == person_id, Nomination.email_key == email_key)
    )
    for nomination in list(session.scalars(mine.order_by(Nomination.workshop_id))):
        if nomination.state in ("draft", "submitted", "confirmed"):
            withdraw(session, nomination, actor="timer", now=now, reason=FORGOTTEN)
        _blank(nomination)
        nomination.phone = None
    held = select(Registration).where(
        or_(Registration.person_id == person_id, Registration.email_key == email_key)
    )
    for registration in list(session.scalars(held.order_by(Registration.workshop_id))):
        workshop = session.get_one(Workshop, registration.workshop_id)
        if registration.state in LIVE and workshop.ends_at > now:
            cancel_registration(session, registration, actor="timer", now=now, reason=FORGOTTEN)
        _blank(registration)
        registration.answers = {}


def _blank(thing: Nomination | Registration) -> None:
    thing.name = thing.name_key = FORGOTTEN
    thing.email = thing.email_key = f"{thing.id}@{FORGOTTEN}.invalid"
    thing.secret = new_secret()
