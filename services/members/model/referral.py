"""After the course: what a trainee needs, and the referral to an expert or a technology."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.members.model.base import Base

OPEN: Final = "open"
CLOSED: Final = "closed"
WITHDRAWN: Final = "withdrawn"
OFFERED: Final = "offered"
ACCEPTED: Final = "accepted"
MET: Final = "met"
DECLINED: Final = "declined"
NEED_STATES: Final = (OPEN, CLOSED, WITHDRAWN)
REFERRAL_STATES: Final = (OFFERED, ACCEPTED, MET, CLOSED, DECLINED, WITHDRAWN)
LIVE: Final = (OFFERED, ACCEPTED, MET)
"""States in which a referral counts for what the expert takes at once."""
ASSOCIATION: Final = "association"
ALLIANCE: Final = "alliance"
PROVIDER: Final = "expert"
CIRCLES: Final = (ASSOCIATION, ALLIANCE, PROVIDER)
"""Who may be let see a need, by the trainee's consent."""
SOLVED: Final = "solved"
PARTLY: Final = "partly"
UNSOLVED: Final = "unsolved"
OUTCOMES: Final = (SOLVED, PARTLY, UNSOLVED)
GOOD: Final = (SOLVED, PARTLY)
USUAL_DAYS: Final = 10
MOST_DAYS: Final = 365
ALLIANCE_HEARS_AFTER: Final = timedelta(days=3)
"""Of being late: the association first, the alliance then."""
LONGEST_TEXT: Final = 4000


class TalentNeed(Base):
    """What a trainee needs. person_id: None once erased.

    shown_to: whom they let see it, words of CIRCLES.
    organisation_id: the association that helps. company_id: where the trainee works.
    due_at: when somebody has met them, as promised. told_late: 1 the association, 2 the alliance.
    """

    __tablename__ = "talent_needs"
    __table_args__ = (
        Index(None, "person_id"),
        Index(None, "organisation_id"),
        Index(None, "alliance_id"),
        Index(None, "company_id"),
        Index(None, "state", "due_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    alliance_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    company_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    kind: Mapped[str]
    state: Mapped[str]
    text: Mapped[str]
    language: Mapped[str]
    capability_ids: Mapped[list[Any]]
    sector: Mapped[str | None]
    shown_to: Mapped[str]
    consented_at: Mapped[datetime]
    due_at: Mapped[datetime]
    told_late: Mapped[int]
    created_at: Mapped[datetime]

    @property
    def circles(self) -> list[str]:
        """Whom the trainee lets see it."""
        return self.shown_to.split()

    @classmethod
    def is_shown_to(cls, circle: str) -> ColumnElement[bool]:
        """Those that the circle is let see; no circle's name is part of another's."""
        return cls.shown_to.contains(circle, autoescape=True)


class Referral(Base):
    """A need matched to an entry of a catalogue. reasons: why it was thought to fit, by key.

    organisation_id, alliance_id: the need's. provider_id: the organisation that offers the entry.
    It is accepted when both sides have; case_id: what was written of it.
    """

    __tablename__ = "referrals"
    __table_args__ = (
        Index(None, "need_id"),
        Index(None, "entry_id", "state"),
        Index(None, "person_id"),
        Index(None, "organisation_id"),
        Index(None, "alliance_id"),
        Index(None, "provider_id"),
        Index(None, "case_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    need_id: Mapped[UUID] = mapped_column(ForeignKey("talent_needs.id"))
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_entries.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    alliance_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id"))
    state: Mapped[str]
    reasons: Mapped[dict[str, Any]]
    reason: Mapped[str]
    outcome: Mapped[str | None]
    outcome_text: Mapped[str]
    offered_at: Mapped[datetime]
    trainee_accepted_at: Mapped[datetime | None]
    provider_accepted_at: Mapped[datetime | None]
    met_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class ReferralTerms(Base):
    """What an alliance promises, or an association for itself: days until somebody has met them."""

    __tablename__ = "referral_terms"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    days: Mapped[int]
