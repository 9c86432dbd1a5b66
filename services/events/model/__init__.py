"""The tables of events and what always holds in them."""

from services.events.model.allotment import Allotment
from services.events.model.base import Base
from services.events.model.copies import (
    AppointmentCopy,
    MembershipCopy,
    MergeCopy,
    MergedRow,
    OrganisationCopy,
    PersonCopy,
)
from services.events.model.nomination import Nomination
from services.events.model.programme import Contribution, Session, Speaker
from services.events.model.registration import Offer, Registration
from services.events.model.seat_ledger import SeatLedger
from services.events.model.transition import Transition
from services.events.model.workshop import Workshop

__all__ = [
    "Allotment",
    "AppointmentCopy",
    "Base",
    "Contribution",
    "MembershipCopy",
    "MergeCopy",
    "MergedRow",
    "Nomination",
    "Offer",
    "OrganisationCopy",
    "PersonCopy",
    "Registration",
    "SeatLedger",
    "Session",
    "Speaker",
    "Transition",
    "Workshop",
]
