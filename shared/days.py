"""Which day it is: terms, memberships and lists begin and end with the alliance's days."""

from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from shared.foundation.clock import DEFAULT_ZONE, local_day

ZONE: Final = "time_zone"
"""Key in session.info: the zone that the installation's days are of."""


def zone_of_days(session: Session) -> str:
    """The time zone that the installation's alliance keeps its days by."""
    return str(session.info.get(ZONE, DEFAULT_ZONE))


def day_of(session: Session, instant: datetime) -> date:
    """The day that it is where the alliance lives, which in UTC may still be yesterday."""
    return local_day(instant, zone_of_days(session))
