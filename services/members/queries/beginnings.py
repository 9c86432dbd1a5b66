"""How far an organisation has come in setting itself up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.members.model import Appointment, Membership, Organisation
from services.members.model.membership import ACTIVE

DELEGATES = ("delegate", "head_of_delegation")
WITHOUT_COMPANIES = ("agency", "institute", "company")


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """companies: direct active members. delegates: named today. applications: not decided yet."""

    organisation: Organisation
    companies: int
    delegates: int
    applications: int

    @property
    def has_profile(self) -> bool:
        """Whether people can reach it."""
        return bool(self.organisation.email and (self.organisation.phone or self.organisation.url))

    @property
    def takes_companies(self) -> bool:
        """Whether it is of a kind that has members."""
        return self.organisation.kind not in WITHOUT_COMPANIES

    @property
    def done(self) -> list[bool]:
        """Of the steps in their order, which are done."""
        companies = [self.companies > 0] if self.takes_companies else []
        return [self.has_profile, *companies, self.delegates > 0]

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to set up."""
        return all(self.done)


def beginnings_of(
    session: Session, organisations: Sequence[Organisation], *, today: date
) -> list[Beginning]:
    """How far each has come, in their order."""
    ids = [each.id for each in organisations]
    members = _counted(
        session, Membership.host_id, Membership.host_id.in_(ids), Membership.state.in_(ACTIVE)
    )
    applications = _counted(
        session, Membership.host_id, Membership.host_id.in_(ids), Membership.state == "submitted"
    )
    delegates = _counted(
        session,
        Appointment.organisation_id,
        Appointment.organisation_id.in_(ids),
        Appointment.role.in_(DELEGATES),
        Appointment.is_live_on(today),
    )
    return [
        Beginning(
            organisation=each,
            companies=members.get(each.id, 0),
            delegates=delegates.get(each.id, 0),
            applications=applications.get(each.id, 0),
        )
        for each in organisations
    ]


def _counted(session: Session, column: object, *where: object) -> dict[UUID, int]:
    query = select(column, func.count()).where(*where).group_by(column)  # type: ignore[call-overload]
    return {row[0]: row[1] for row in session.execute(query)}
