"""Which messages webhooks can have, and which organisations each of them is of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.notifications.model import Delivery, Notification, PostCopy, WorkshopCopy
from services.notifications.queries.audiences import is_active_post
from shared.contracts import events, events_attendance, members, members_directory
from shared.contracts import events_calls as calls
from shared.contracts import events_certificates as certificates
from shared.contracts import events_findings as findings
from shared.contracts import events_invitations as invitations
from shared.contracts import events_proposals as proposals
from shared.contracts.events_allotments import AlternateCalledUp, HeadLeft, HeadNamed, SeatsUnused
from shared.contracts.events_groups import GroupRegistered, GroupSeatsOffered
from shared.contracts.members_talent import CapabilityFrameworkPublished
from shared.contracts.message import SERVICES, Message
from shared.contracts.notifications import DeliveryFailed, WebhookTested

Finder = Callable[[Session, Any, date], set[UUID]]
BEARERS: Final = ("link_token",)
"""Parts of messages that let their bearer act for somebody: never posted."""


@dataclass(frozen=True)
class About:
    """Whom a message is about, for those who are erased later. name, email: of a guest."""

    person_id: UUID | None = None
    email: str | None = None
    name: str | None = None


def _host_of(session: Session, workshop_id: UUID) -> set[UUID]:
    workshop = session.get(WorkshopCopy, workshop_id)
    return {workshop.host_id} if workshop is not None else set()


def _of_workshop(_: Session, message: Any, __: date) -> set[UUID]:
    return {message.workshop.host_id}


def _of_seats(session: Session, message: Any, _: date) -> set[UUID]:
    return _host_of(session, message.workshop_id)


def _of_body(session: Session, message: Any, _: date) -> set[UUID]:
    """The workshop's host, and the body whose seats they are."""
    return _host_of(session, message.workshop_id) | {message.organisation_id}


def _of_registration(session: Session, message: Any, _: date) -> set[UUID]:
    """The workshop's host, and the organisation that the attendee comes from."""
    state = message.registration
    own = {state.organisation_id} if state.organisation_id else set()
    return _host_of(session, state.workshop_id) | own


def _of_group(session: Session, message: Any, _: date) -> set[UUID]:
    """The workshop's host, and the organisation that the group comes from."""
    state = message.group
    own = {state.organisation_id} if state.organisation_id else set()
    return _host_of(session, state.workshop_id) | own


def _of_nomination(session: Session, message: Any, _: date) -> set[UUID]:
    state = message.nomination
    return _host_of(session, state.workshop_id) | {state.organisation_id}


def _of_certificate(_: Session, message: Any, __: date) -> set[UUID]:
    """The host, and the organisation that the holder came from."""
    state = message.certificate
    return {state.host_id} | ({state.organisation_id} if state.organisation_id else set())


def _of_proposal(_: Session, message: Any, __: date) -> set[UUID]:
    return {message.proposal.organisation_id, message.proposal.host_id}


def _of_co_sponsor(_: Session, message: Any, __: date) -> set[UUID]:
    state = message.co_sponsor
    own = {state.organisation_id} if state.organisation_id else set()
    return {state.proposal.organisation_id, state.proposal.host_id} | own


def _of_invitation(session: Session, message: Any, _: date) -> set[UUID]:
    return _host_of(session, message.invitation.workshop_id)


def _of_submission(session: Session, message: Any, _: date) -> set[UUID]:
    return _host_of(session, message.submission.workshop_id)


def _of_recommendation(_: Session, message: Any, __: date) -> set[UUID]:
    """The workshop's host, and the body that it is addressed to."""
    state = message.recommendation
    return {state.host_id} | ({state.organisation_id} if state.organisation_id else set())


def _of_membership(_: Session, message: Any, __: date) -> set[UUID]:
    return {message.member_id, message.host_id}


def _of_organisation(_: Session, message: Any, __: date) -> set[UUID]:
    return {message.organisation_id}


def _of_person(session: Session, message: Any, today: date) -> set[UUID]:
    """Where the person works or holds an office now."""
    posts = select(PostCopy.organisation_id).where(
        PostCopy.person_id == message.person_id, is_active_post(today)
    )
    return set(session.scalars(posts))


def _of_delivery(session: Session, message: Any, _: date) -> set[UUID]:
    told = (
        select(Notification.host_id)
        .join(Delivery, Delivery.notification_id == Notification.id)
        .where(Delivery.id == message.delivery_id, Notification.host_id.is_not(None))
    )
    return {each for each in session.scalars(told) if each is not None}


OFFERED: Final[Mapping[type[Message], Finder]] = {
    **dict.fromkeys(
        (
            *(events.WorkshopPublished, events.WorkshopChanged, events.WorkshopPostponed),
            *(events.WorkshopRescheduled, events.WorkshopCancelled, events.WorkshopClosed),
        ),
        _of_workshop,
    ),
    **dict.fromkeys(
        (
            *(events.RegistrationConfirmed, events.RegistrationPending),
            *(events.RegistrationQueued, events.RegistrationCancelled),
            *(
                events.RegistrationRejected,
                events_attendance.RegistrationClaimed,
                events.SeatOffered,
            ),
            *(events.OfferExpired, events.OfferDeclined, events_attendance.RegistrationChanged),
            *(events_attendance.RegistrationAttended, events_attendance.RegistrationMissed),
        ),
        _of_registration,
    ),
    **dict.fromkeys(
        (
            *(events.NominationSubmitted, events.NominationConfirmed, events.NominationDeclined),
            *(events.NominationWithdrawn, events.NominationSubstituted, events.NominationLapsed),
            *(AlternateCalledUp, HeadNamed),
        ),
        _of_nomination,
    ),
    events.SeatsFreed: _of_seats,
    **dict.fromkeys((SeatsUnused, HeadLeft), _of_body),
    **dict.fromkeys((GroupRegistered, GroupSeatsOffered), _of_group),
    **dict.fromkeys(
        (certificates.CertificateIssued, certificates.CertificateRevoked), _of_certificate
    ),
    **dict.fromkeys(
        (
            *(proposals.ProjectProposalSubmitted, proposals.ProjectProposalReturned),
            *(proposals.ProjectProposalEndorsed, proposals.ProjectProposalApproved),
            *(proposals.ProjectProposalDeclined, proposals.ProjectProposalWithdrawn),
            proposals.ProjectProposalCompleted,
        ),
        _of_proposal,
    ),
    **dict.fromkeys(
        (
            *(proposals.CoSponsorInvited, proposals.CoSponsorConfirmed),
            proposals.CoSponsorDeclined,
        ),
        _of_co_sponsor,
    ),
    **dict.fromkeys(
        (
            *(findings.RecommendationPublished, findings.RecommendationMoved),
            findings.RecommendationDue,
        ),
        _of_recommendation,
    ),
    **dict.fromkeys(
        (
            *(invitations.WorkshopInvitationSent, invitations.WorkshopInvitationDue),
            invitations.WorkshopInvitationEnded,
        ),
        _of_invitation,
    ),
    **dict.fromkeys(
        (
            *(calls.SubmissionReceived, calls.SubmissionReturned, calls.SubmissionAccepted),
            *(calls.SubmissionReserved, calls.SubmissionRejected, calls.SubmissionWithdrawn),
        ),
        _of_submission,
    ),
    members.MembershipRecorded: _of_membership,
    members.PersonRecorded: _of_person,
    **dict.fromkeys(
        (
            *(members.OrganisationRecorded, members.AppointmentRecorded),
            *(members.AffiliationRecorded, members_directory.ConsentRecorded),
            CapabilityFrameworkPublished,
        ),
        _of_organisation,
    ),
    DeliveryFailed: _of_delivery,
}
"""Kind → the organisations that may see a message of it."""
TYPES: Final = tuple(sorted(kind.type for kind in OFFERED))
PATTERNS: Final = tuple(f"plenary.{service}.*" for service in SERVICES)


def matches(wanted: list[Any], message_type: str) -> bool:
    """Whether a webhook that wants these types or patterns has this one; tests always come."""
    of_service = message_type.rsplit(".", 2)[0] + ".*"
    return message_type in wanted or of_service in wanted or message_type == WebhookTested.type


def about(message: Message) -> About:
    """Whom it is about."""
    parts = ("registration", "nomination", "certificate", "group")
    state = next(filter(None, (getattr(message, name, None) for name in parts)), None)
    if state is not None:
        return About(state.person_id, state.email, state.name)
    if isinstance(message, proposals.AboutCoSponsor):
        return About(None, message.co_sponsor.email, message.co_sponsor.name)
    if isinstance(message, proposals.AboutProjectProposal):
        overseer = message.proposal.overseer
        return About(overseer.person_id, overseer.email, overseer.name)
    if isinstance(message, invitations.AboutWorkshopInvitation):
        about = message.invitation
        return About(about.person_id, about.email, about.name)
    if isinstance(message, calls.AboutSubmission):
        by = message.submission
        return About(by.person_id, by.email, by.name)
    if isinstance(message, findings.AboutRecommendation):
        return About(message.recommendation.person_id)
    return About(getattr(message, "person_id", None))
