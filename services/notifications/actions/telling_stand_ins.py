"""Telling somebody that they stand in for a colleague who is away."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.notifications.actions.composing import News, tell_people
from services.notifications.actions.knowing import addressees_of, require_organisation
from shared.contracts.members import AppointmentRecorded

FIRST: Final = 1
"""The version that an appointment is made with; later ones are of its changes."""
LATEST: Final = timedelta(days=1)
"""A day is over everywhere on earth a day after it is over in UTC."""


def tell_stand_in(
    session: Session, message: AppointmentRecorded, *, message_id: UUID, now: datetime
) -> None:
    """Whoever is to stand in knows where and until when, unless that is over already.

    Raises NotKnownYet for a person or an organisation that was not told of yet: to be tried again.
    """
    if message.substitutes_for is None or message.version != FIRST or message.is_over:
        return
    if message.ends_on is not None and message.ends_on < (now - LATEST).date():
        return
    place = require_organisation(session, message.organisation_id)
    news = News(
        kind="stand_in_named",
        message_id=message_id,
        facts={
            "organisation_names": dict(place.names),
            "starts_on": message.starts_on.isoformat(),
            "ends_on": message.ends_on.isoformat() if message.ends_on else None,
        },
    )
    path = f"/members/organisations/{message.organisation_id}"
    addressees = addressees_of(session, [message.person_id], path=path)
    tell_people(session, [(news, each) for each in addressees], now=now)
