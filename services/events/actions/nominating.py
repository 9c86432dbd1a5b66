"""Nominations: a body names a person for one of its seats; the person confirms, or declines."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.events.actions.calling_up import call_up
from services.events.actions.failures import AllotmentUsedUp, HasAttended, WrongState
from services.events.actions.heads import HEAD, LIVE, require_no_head
from services.events.actions.recording import move, record, require_state
from services.events.actions.requiring import require_prerequisites
from services.events.actions.seats import (
    find_allotment,
    give_back,
    lock_ledger,
    take_allotted_seat,
)
from services.events.actions.waiting_list import drive_line
from services.events.model import (
    Allotment,
    Nomination,
    PersonCopy,
    Registration,
    SeatLedger,
    Workshop,
)
from services.events.queries.copies import organisation_names
from services.events.queries.prerequisites import Learner
from shared.contracts.events import (
    NominationDeclined,
    NominationLapsed,
    NominationState,
    NominationSubmitted,
    NominationWithdrawn,
)
from shared.foundation.failures import Conflict, Invalid
from shared.foundation.ids import new_id, new_secret
from shared.foundation.names import fold, fold_email
from shared.foundation.sentences import said
from shared.messaging.outbox import tell

TIME_TO_CONFIRM: Final = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Nominee:
    """Whom the body names, and as what."""

    name: str
    email: str
    phone: str | None = None
    locale: str = "en"
    person_id: UUID | None = None
    role: str = "member"
    capacity: str = "delegate"

    @classmethod
    def of(cls, person: PersonCopy | None, **roles: str) -> "Nominee":
        """A person whom we know, in their language. Raises Invalid without a mail address."""
        if person is None or not person.email:
            raise Invalid.at("/person_id", "This person has no mail address to be asked at.")
        return cls(
            name=person.name_in(person.locale),
            email=person.email,
            phone=person.phone,
            locale=person.locale,
            person_id=person.id,
            **roles,
        )


def nominate(
    session: Session,
    workshop: Workshop,
    body_id: UUID,
    nominee: Nominee,
    *,
    nominated_by: UUID | None,
    now: datetime,
) -> tuple[Nomination, bool]:
    """A draft nomination, and whether it is new: naming the same person twice answers the first.

    Raises Conflict when another body has named the person, DelegationHasHead for a second head,
    PrerequisitesLacking.
    """
    lock_ledger(session, workshop.id)
    found = _find_live(session, workshop.id, nominee)
    if found is not None:
        if found.organisation_id != body_id:
            raise Conflict("This person is nominated already.", code="already_nominated")
        return found, False
    if nominee.role == HEAD:
        require_no_head(session, workshop.id, body_id)
    learner = Learner(nominee.name, nominee.email, nominee.person_id)
    require_prerequisites(session, workshop, [learner])
    nomination = Nomination(
        id=new_id(),
        version=1,
        workshop_id=workshop.id,
        organisation_id=body_id,
        person_id=nominee.person_id,
        name=nominee.name,
        name_key=fold(nominee.name),
        email=nominee.email,
        email_key=fold_email(nominee.email),
        phone=nominee.phone,
        locale=nominee.locale,
        role=nominee.role,
        capacity=nominee.capacity,
        state="draft",
        has_seat=False,
        nominated_by=nominated_by,
        secret=new_secret(),
        created_at=now,
    )
    session.add(nomination)
    session.flush()
    record(session, nomination, before=None, actor=str(nominated_by or "timer"), now=now)
    return nomination, True


def _find_live(session: Session, workshop_id: UUID, nominee: Nominee) -> Nomination | None:
    query = select(Nomination).where(
        Nomination.workshop_id == workshop_id,
        Nomination.email_key == fold_email(nominee.email),
        Nomination.name_key == fold(nominee.name),
        Nomination.state.in_(LIVE),
    )
    return session.scalars(query).one_or_none()


def lock_nomination(
    session: Session, nomination: Nomination
) -> tuple[Workshop, SeatLedger, Allotment | None]:
    """Lock the ledger and read the nomination, its workshop and its body's allotment afresh."""
    ledger = lock_ledger(session, nomination.workshop_id)
    session.refresh(nomination)
    workshop = session.get_one(Workshop, nomination.workshop_id, populate_existing=True)
    allotment = find_allotment(session, nomination.workshop_id, nomination.organisation_id)
    return workshop, ledger, allotment


def submit(
    session: Session, nomination: Nomination, *, actor: str, now: datetime, reason: str = ""
) -> Nomination:
    """Hold a seat of the body's allotment and ask the nominee. Tells NominationSubmitted.

    An alternate holds no seat. Raises AllotmentUsedUp when no seat is left.
    """
    workshop, ledger, allotment = lock_nomination(session, nomination)
    if nomination.state == "submitted":
        return nomination
    require_state(nomination, "draft", to="be submitted")
    if workshop.state not in ("published", "closed") or workshop.starts_at <= now:
        raise WrongState(
            said(
                "The workshop is %(state)s; people are nominated before it.",
                state=(workshop.state,),
            )
        )
    if workshop.nominate_by is not None and workshop.nominate_by <= now:
        raise WrongState(said("Nominations ended at %(at)s.", at=workshop.nominate_by))
    if nomination.role == "alternate":
        _require_room_for_alternate(session, nomination, allotment)
    else:
        take_allotted_seat(nomination, ledger, allotment)
    nomination.confirm_by = min(workshop.confirm_by or now + TIME_TO_CONFIRM, workshop.starts_at)
    move(session, nomination, "submitted", actor=actor, now=now, reason=reason)
    tell(session, NominationSubmitted(nomination=_told(session, nomination)), now=now)
    return nomination


def _told(session: Session, nomination: Nomination) -> NominationState:
    return nomination.told_as(organisation_names(session, nomination.organisation_id))


def _require_room_for_alternate(
    session: Session, nomination: Nomination, allotment: Allotment | None
) -> None:
    named = select(func.count()).where(
        Nomination.workshop_id == nomination.workshop_id,
        Nomination.organisation_id == nomination.organisation_id,
        Nomination.role == "alternate",
        Nomination.state.in_(("submitted", "confirmed")),
    )
    limit = allotment.alternates if allotment else 0
    if (session.scalar(named) or 0) >= limit:
        raise AllotmentUsedUp(
            said("Your body may name %(limit)s alternates here, and has.", limit=limit)
        )


def decline(
    session: Session, nomination: Nomination, *, actor: str, now: datetime, reason: str = ""
) -> Nomination:
    """The nominee does not come; the seat returns to the body. Tells NominationDeclined."""
    if nomination.state == "declined":
        return nomination
    workshop, ledger, _ = lock_nomination(session, nomination)
    require_state(nomination, "submitted", "confirmed", to="be declined")
    had_seat = drop(
        session, nomination, ledger, state="declined", actor=actor, now=now, reason=reason
    )
    tell(session, NominationDeclined(nomination=_told(session, nomination)), now=now)
    if had_seat:
        call_up(session, workshop, ledger, nomination, now=now)
    drive_line(session, workshop, ledger, now=now)
    return nomination


def withdraw(
    session: Session, nomination: Nomination, *, actor: str, now: datetime, reason: str = ""
) -> Nomination:
    """The body takes its nomination back, a registration with it. Tells NominationWithdrawn."""
    if nomination.state == "withdrawn":
        return nomination
    workshop, ledger, _ = lock_nomination(session, nomination)
    require_state(nomination, *LIVE, to="be withdrawn")
    was_told = nomination.state != "draft"
    had_seat = drop(
        session, nomination, ledger, state="withdrawn", actor=actor, now=now, reason=reason
    )
    if was_told:
        told = NominationWithdrawn(nomination=_told(session, nomination), reason=reason)
        tell(session, told, now=now)
    if had_seat:
        call_up(session, workshop, ledger, nomination, now=now)
    drive_line(session, workshop, ledger, now=now)
    return nomination


def drop(
    session: Session,
    nomination: Nomination,
    ledger: SeatLedger,
    *,
    state: str,
    actor: str,
    now: datetime,
    reason: str,
) -> bool:
    """End the nomination and answer whether its seat, held or confirmed, went back.

    The line is not driven, and no alternate is called up.
    """
    registration = find_registration(session, nomination)
    if registration is not None and registration.state in ("attended", "no_show"):
        raise HasAttended(nomination.name)
    if registration is not None and registration.state == "confirmed":
        ledger.confirmed -= 1
        registration.seat_of = None
        move(session, registration, "cancelled", actor=actor, now=now, reason=reason)
        give_back(session, ledger, nomination.organisation_id, cause=state, now=now)
    elif nomination.has_seat:
        ledger.held -= 1
        give_back(session, ledger, nomination.organisation_id, cause=state, now=now)
    had_seat, nomination.has_seat = nomination.has_seat, False
    move(session, nomination, state, actor=actor, now=now, reason=reason)
    return had_seat


def find_registration(session: Session, nomination: Nomination) -> Registration | None:
    """The live registration that came of the nomination."""
    query = select(Registration).where(
        Registration.nomination_id == nomination.id,
        Registration.state.not_in(("cancelled", "rejected")),
    )
    return session.scalars(query).one_or_none()


def lapse_nominations(session: Session, workshop_id: UUID, *, now: datetime) -> int:
    """End the workshop's nominations that nobody confirmed in time. Answers how many."""
    ledger = lock_ledger(session, workshop_id)
    query = select(Nomination).where(
        Nomination.workshop_id == workshop_id,
        Nomination.state == "submitted",
        Nomination.confirm_by <= now,
    )
    late = list(session.scalars(query.order_by(Nomination.id)))
    if not late:
        return 0
    workshop = session.get_one(Workshop, workshop_id)
    for nomination in late:
        had_seat = drop(
            session, nomination, ledger, state="lapsed", actor="timer", now=now, reason=""
        )
        tell(session, NominationLapsed(nomination=_told(session, nomination)), now=now)
        if had_seat:
            call_up(session, workshop, ledger, nomination, now=now)
    drive_line(session, workshop, ledger, now=now)
    return len(late)
