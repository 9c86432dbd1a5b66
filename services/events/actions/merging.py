"""What follows when two records of one person, or of one organisation, become one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from services.events.actions.heads import give_heads_back, leave_one_head
from services.events.actions.joining_allotments import join_allotments, part_allotments
from services.events.actions.merging_reviews import follow_reviews
from services.events.actions.seats import lock_ledger
from services.events.actions.waiting_list import drive_line
from services.events.model import (
    Allotment,
    Certificate,
    CertificateIssuer,
    CoSponsorship,
    Course,
    Finding,
    LearningPath,
    MergeCopy,
    MergedRow,
    Nomination,
    Offer,
    ProjectProposal,
    Registration,
    RegistrationGroup,
    ReviewComment,
    Speaker,
    Submission,
    Trainer,
    Workshop,
    WorkshopInvitation,
)
from shared.contracts.members_directory import OrganisationMerged, PersonMerged
from shared.merging import Following

OF_PEOPLE: Final = Following(
    MergeCopy,
    MergedRow,
    [
        *((kind, "person_id") for kind in (Nomination, Registration, Speaker, Certificate)),
        (Trainer, "person_id"),
        (RegistrationGroup, "person_id"),
        (WorkshopInvitation, "person_id"),
        (Submission, "person_id"),
        (ProjectProposal, "overseer_id"),
        (ProjectProposal, "proposed_by"),
        (ReviewComment, "author_id"),
        *((Finding, column) for column in ("person_id", "owner_id", "written_by")),
    ],
)
OF_ORGANISATIONS: Final = Following(
    MergeCopy,
    MergedRow,
    [
        *((kind, "host_id") for kind in (Workshop, Course, LearningPath, Trainer)),
        (CertificateIssuer, "organisation_id"),
        (Nomination, "organisation_id"),
        (Registration, "organisation_id"),
        (RegistrationGroup, "organisation_id"),
        (Registration, "seat_of"),
        (Offer, "seat_of"),
        (ProjectProposal, "organisation_id"),
        (ProjectProposal, "host_id"),
        (CoSponsorship, "organisation_id"),
        (Finding, "organisation_id"),
    ],
)


def follow_merge(session: Session, message: PersonMerged) -> None:
    """What was the other's is the kept's, what they reviewed too; undone, it goes back."""
    if OF_PEOPLE.follow(session, message):
        session.flush()
        follow_reviews(session, message)


def follow_organisation_merge(
    session: Session, message: OrganisationMerged, *, now: datetime
) -> None:
    """Workshops, nominations, registrations and seats are the kept's, or the other's again.

    Whoever waits for the one is offered what is unused of the other.
    """
    workshops = _workshops_of(session, (message.kept_id, message.gone_id))
    ledgers = [lock_ledger(session, workshop_id) for workshop_id in workshops]
    if not OF_ORGANISATIONS.is_news(session, message):
        return
    if not message.is_undone:
        leave_one_head(session, workshops, message.kept_id, message.gone_id, now=now)
    OF_ORGANISATIONS.follow(session, message)
    session.flush()
    if message.is_undone:
        give_heads_back(session, workshops, message.gone_id, now=now)
        part_allotments(session, message.merge_id, message.kept_id, message.gone_id)
        return
    join_allotments(session, message.merge_id, message.kept_id, message.gone_id)
    for ledger in ledgers:
        workshop = session.get_one(Workshop, ledger.workshop_id)
        drive_line(session, workshop, ledger, now=now)


def _workshops_of(session: Session, body_ids: Sequence[UUID]) -> Sequence[UUID]:
    """Where seats are theirs, in the order in which ledgers are locked."""
    found = union(
        *(
            select(kind.workshop_id).where(getattr(kind, column).in_(body_ids))
            for kind, column in (
                (Allotment, "organisation_id"),
                (Nomination, "organisation_id"),
                (Registration, "organisation_id"),
                (Registration, "seat_of"),
            )
        )
    )
    return sorted(session.scalars(found))
