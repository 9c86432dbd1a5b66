"""What waits for a person when they come in: as an organizer, for their body, for themselves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.events.model import (
    Allotment,
    Nomination,
    ProjectProposal,
    Registration,
    RegistrationChange,
    Submission,
    Workshop,
)
from services.events.queries.findings import open_recommendations_for
from services.events.queries.proposals import open_co_sponsorships
from services.events.queries.scopes import ORGANIZERS, within
from services.events.queries.workshops import workshops_run_by
from shared.foundation.identities import Asker

RUNNING: Final = ("draft", "published", "closed", "running", "postponed")
TO_REVIEW: Final = ("submitted", "in_review", "endorsed")
MOST: Final = 50
SOON: Final = timedelta(days=21)
DEADLINES: Final = ("nominate_by", "confirm_by", "substitute_by", "closes_at", "starts_at")


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """kind: the workshop's column, or release_at of allotments."""

    at: datetime
    kind: str
    workshop: Workshop


@dataclass(frozen=True, kw_only=True)
class OrganizerStart:
    """The workshops to come, soonest first, and what waits in each: workshop id → how many."""

    workshops: Sequence[Workshop]
    pending: Mapping[UUID, int]
    changes: Mapping[UUID, int]
    unanswered: Mapping[UUID, int]
    submitted: Mapping[UUID, int]
    proposals: Sequence[ProjectProposal]
    deadlines: Sequence[Deadline]

    @property
    def drafts(self) -> list[Workshop]:
        """Those that nobody else sees yet."""
        return [each for each in self.workshops if each.state == "draft"]


def organizer_start(session: Session, asker: Asker, *, now: datetime) -> OrganizerStart:
    """What the asker runs and reviews."""
    query = workshops_run_by(asker).where(Workshop.state.in_(RUNNING), Workshop.ends_at >= now)
    ordered = query.order_by(Workshop.starts_at, Workshop.id).limit(MOST)
    workshops = session.scalars(ordered).all()
    ids = [each.id for each in workshops]
    reviewed = select(ProjectProposal).where(
        ProjectProposal.state.in_(TO_REVIEW), within(ProjectProposal.host_id, asker, *ORGANIZERS)
    )
    return OrganizerStart(
        workshops=workshops,
        pending=count_in(session, Registration, "pending", ids),
        changes=count_in(session, RegistrationChange, "pending", ids),
        unanswered=count_in(session, Nomination, "submitted", ids),
        submitted=count_in(session, Submission, "submitted", ids),
        proposals=session.scalars(reviewed.order_by(ProjectProposal.id).limit(MOST)).all(),
        deadlines=deadlines_of(workshops, _releases(session, ids), now=now),
    )


def count_in(session: Session, table: Any, state: str, ids: Sequence[UUID]) -> dict[UUID, int]:
    """workshop id → how many of its rows are in the state."""
    query = select(table.workshop_id, func.count()).where(
        table.workshop_id.in_(ids), table.state == state
    )
    return {row[0]: row[1] for row in session.execute(query.group_by(table.workshop_id))}


def deadlines_of_one(session: Session, workshop: Workshop, *, now: datetime) -> list[Deadline]:
    """All the days that matter of one workshop from now on."""
    ahead = max(workshop.starts_at - now, SOON)
    return deadlines_of([workshop], _releases(session, [workshop.id]), now=now, within=ahead)


def _releases(session: Session, ids: Sequence[UUID]) -> dict[UUID, set[datetime]]:
    query = select(Allotment.workshop_id, Allotment.release_at).where(
        Allotment.workshop_id.in_(ids),
        Allotment.released_at.is_(None),
        Allotment.used < Allotment.seats,
    )
    found: dict[UUID, set[datetime]] = {}
    for workshop_id, release_at in session.execute(query.distinct()):
        if release_at is not None:
            found.setdefault(workshop_id, set()).add(release_at)
    return found


def deadlines_of(
    workshops: Iterable[Workshop],
    releases: Mapping[UUID, Iterable[datetime]],
    *,
    now: datetime,
    within: timedelta = SOON,
) -> list[Deadline]:
    """The days that matter from now on, soonest first. releases: of allotments, by workshop."""
    found = [
        Deadline(at=instant, kind=kind, workshop=workshop)
        for workshop in workshops
        for kind, instant in [
            *((name, getattr(workshop, name)) for name in DEADLINES),
            *(("release_at", each) for each in releases.get(workshop.id, [])),
        ]
        if instant is not None and now <= instant <= now + within
    ]
    return sorted(found, key=lambda each: (each.at, str(each.workshop.id), each.kind))


@dataclass(frozen=True, kw_only=True)
class BodyStart:
    """The seats of the asker's bodies, and how far their nominees are."""

    allotments: Sequence[Allotment]
    workshops: Mapping[UUID, Workshop]
    nominees: Mapping[tuple[UUID, UUID], Mapping[str, int]]
    asked: int
    recommended: int
    deadlines: Sequence[Deadline] = field(default_factory=list)

    @property
    def to_name(self) -> list[Allotment]:
        """Allotments with seats that nobody was named for."""
        return [each for each in self.allotments if each.unused]


def body_start(
    session: Session, asker: Asker, allotments: Sequence[Allotment], *, now: datetime
) -> BodyStart:
    """allotments: of the asker's bodies at workshops to come."""
    ids = {each.workshop_id for each in allotments}
    workshops = {each: session.get_one(Workshop, each) for each in ids}
    query = (
        select(Nomination.workshop_id, Nomination.organisation_id, Nomination.state, func.count())
        .where(
            Nomination.workshop_id.in_(ids),
            Nomination.organisation_id.in_({each.organisation_id for each in allotments}),
        )
        .group_by(Nomination.workshop_id, Nomination.organisation_id, Nomination.state)
    )
    nominees: dict[tuple[UUID, UUID], dict[str, int]] = {}
    for workshop_id, body_id, state, count in session.execute(query):
        nominees.setdefault((workshop_id, body_id), {})[state] = count
    invited = select(func.count()).select_from(open_co_sponsorships(asker).subquery())
    recommended = open_recommendations_for(asker).subquery()
    releases: dict[UUID, set[datetime]] = {}
    for each in allotments:
        if each.unused and each.release_at:
            releases.setdefault(each.workshop_id, set()).add(each.release_at)
    return BodyStart(
        allotments=allotments,
        workshops=workshops,
        nominees=nominees,
        asked=session.scalar(invited) or 0,
        recommended=session.scalar(select(func.count()).select_from(recommended)) or 0,
        deadlines=deadlines_of(workshops.values(), releases, now=now, within=SOON * 3),
    )
