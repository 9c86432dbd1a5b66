"""Registering several people by one contact, who answers offers and may take all of it back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.actions.asking import FileFinder, checked_answers
from services.events.actions.attending import Attendee, new_registration
from services.events.actions.failures import NotEnoughSeats, OfferGone
from services.events.actions.filing import finder_of, keep_files
from services.events.actions.leaving import LIVE, find_live
from services.events.actions.parties import may_pass, take_place, take_seat
from services.events.actions.registering import (
    CANCELLABLE,
    Registered,
    enter,
    require_open,
    take_back,
    take_seat_or_place,
)
from services.events.actions.requiring import require_prerequisites
from services.events.actions.seats import lock_ledger
from services.events.actions.waiting_list import (
    drive_line,
    end_offer,
    open_offers_of,
    place_of,
    take_offered,
)
from services.events.model import Registration, RegistrationGroup, SeatLedger, Workshop
from services.events.queries.prerequisites import Learner
from shared.contracts.events import OfferDeclined
from shared.contracts.events_groups import GroupRegistered
from shared.foundation.failures import Fault, Invalid
from shared.foundation.ids import new_id, new_secret
from shared.foundation.names import fold, fold_email
from shared.foundation.sentences import said
from shared.messaging.outbox import tell

FEWEST: Final = 2
MOST: Final = 50


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Who registers the others. person_id: of their account."""

    name: str
    email: str
    locale: str = "en"
    organisation_id: UUID | None = None
    person_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Companion:
    """One of the people; without an address they are told through the contact."""

    name: str
    email: str | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)


def register_group(
    session: Session,
    workshop: Workshop,
    contact: Contact,
    people: Sequence[Companion],
    *,
    is_together: bool,
    actor: str,
    now: datetime,
) -> tuple[RegistrationGroup, bool]:
    """Give all of them seats or places, and answer whether the group is new.

    Together: all seats at once, or all wait and are offered seats at once. Asking twice answers
    the first group. Tells GroupRegistered, and of each person as `register` does.
    Raises RegistrationClosed, PrerequisitesLacking, Invalid, NotEnoughSeats for more than
    there will ever be.
    """
    require_open(workshop, now=now)
    ledger = lock_ledger(session, workshop.id)
    session.refresh(workshop)
    require_open(workshop, now=now)
    found = _find_same(session, workshop, contact, people)
    if found is not None:
        return found, False
    _require_new(session, workshop, people)
    learners = [Learner(each.name, each.email or contact.email) for each in people]
    require_prerequisites(session, workshop, learners)
    if is_together and ledger.capacity is not None and len(people) > ledger.capacity:
        raise NotEnoughSeats(
            said("This workshop has %(seats)s seats in all.", seats=ledger.capacity)
        )
    group = _new_group(workshop, contact, is_together=is_together, now=now)
    session.add(group)
    files = finder_of(session, workshop)
    made = [
        _registration(workshop, group, each, at=f"/people/{number}/answers", files=files, now=now)
        for number, each in enumerate(people)
    ]
    session.flush()
    if ledger.waiting:
        drive_line(session, workshop, ledger, now=now)
    places = _seat(session, workshop, ledger, group, made, now=now)
    for each, place in zip(made, places, strict=True):
        enter(session, each, place, actor=actor, now=now)
        keep_files(session, workshop, each)
    first = next((place for place in places if place is not None), None)
    told = GroupRegistered(group=group.told_as(people=len(made), place=first))
    tell(session, told, now=now)
    return group, True


def _seat(
    session: Session,
    workshop: Workshop,
    ledger: SeatLedger,
    group: RegistrationGroup,
    made: Sequence[Registration],
    *,
    now: datetime,
) -> list[int | None]:
    """Seats or places; the place of each."""
    if not group.is_together:
        return [take_seat_or_place(session, each, workshop, ledger, now=now) for each in made]
    is_free = ledger.free is None or ledger.free >= len(made)
    if is_free and (not ledger.waiting or may_pass(session, workshop, len(made), now=now)):
        for each in made:
            take_seat(each, workshop, ledger)
        return [None] * len(made)
    return [take_place(each, ledger) for each in made]


def _find_same(
    session: Session, workshop: Workshop, contact: Contact, people: Sequence[Companion]
) -> RegistrationGroup | None:
    """The group of the same contact and the same people, none of them cancelled."""
    query = select(RegistrationGroup).where(
        RegistrationGroup.workshop_id == workshop.id,
        RegistrationGroup.email_key == fold_email(contact.email),
    )
    wanted = sorted(fold(each.name) for each in people)
    for group in session.scalars(query):
        if sorted(each.name_key for each in people_of(session, group, *LIVE)) == wanted:
            return group
    return None


def _require_new(session: Session, workshop: Workshop, people: Sequence[Companion]) -> None:
    seen: set[tuple[str, str]] = set()
    faults: list[Fault] = []
    for number, each in enumerate(people):
        key = (fold_email(each.email or ""), fold(each.name))
        if key in seen:
            faults.append(Fault(f"/people/{number}/name", "This person is listed twice."))
        elif each.email and find_live(session, workshop.id, each.email, each.name):
            detail = "This person is registered already."
            faults.append(Fault(f"/people/{number}/email", detail))
        seen.add(key)
    if faults:
        raise Invalid("Some people can't be registered like this; see errors.", faults=faults)


def _new_group(
    workshop: Workshop, contact: Contact, *, is_together: bool, now: datetime
) -> RegistrationGroup:
    return RegistrationGroup(
        id=new_id(),
        workshop_id=workshop.id,
        email_key=fold_email(contact.email),
        is_together=is_together,
        passed_by=0,
        secret=new_secret(),
        created_at=now,
        **vars(contact),
    )


def _registration(
    workshop: Workshop,
    group: RegistrationGroup,
    companion: Companion,
    *,
    at: str,
    files: FileFinder,
    now: datetime,
) -> Registration:
    is_contact = fold_email(companion.email or "") == group.email_key
    attendee = Attendee(
        name=companion.name,
        email=companion.email or group.email,
        locale=group.locale,
        organisation_id=group.organisation_id,
        person_id=group.person_id if is_contact else None,
        answers=checked_answers(workshop.form, companion.answers, at=at, files=files),
    )
    made = new_registration(workshop.id, attendee, state="confirmed", now=now)
    made.group_id = group.id
    if companion.email is None:
        made.email_key = group.key_of_people
    return made


def who_may_cancel(workshop: Workshop, people: Sequence[Registered]) -> list[Registered]:
    """Those whose registration can be cancelled still; nobody, of what was held."""
    if workshop.is_over:
        return []
    return [each for each in people if each.registration.state in CANCELLABLE]


def people_of(session: Session, group: RegistrationGroup, *states: str) -> list[Registration]:
    """The group's registrations, in the order of the list; of all states where none is named."""
    query = select(Registration).where(Registration.group_id == group.id)
    if states:
        query = query.where(Registration.state.in_(states))
    query = query.order_by(Registration.id).execution_options(populate_existing=True)
    return list(session.scalars(query))


def _locked(session: Session, group: RegistrationGroup) -> tuple[Workshop, SeatLedger]:
    ledger = lock_ledger(session, group.workshop_id)
    return session.get_one(Workshop, group.workshop_id, populate_existing=True), ledger


def accept_group_offer(
    session: Session, group: RegistrationGroup, *, actor: str, now: datetime
) -> RegistrationGroup:
    """All seats that are held for the group become theirs. Accepting twice answers the same.

    Raises OfferGone where none is held any more.
    """
    _, ledger = _locked(session, group)
    offered = people_of(session, group, "offered")
    if not offered and not people_of(session, group, "confirmed"):
        raise OfferGone("No seats are held for this group.")
    offers = open_offers_of(session, offered)
    for each in offered:
        take_offered(session, offers[each.id], each, ledger, actor=actor, now=now)
    return group


def decline_group_offer(
    session: Session, group: RegistrationGroup, *, actor: str, now: datetime
) -> RegistrationGroup:
    """The group leaves the line; its seats go to the next. Raises OfferGone where none is held."""
    workshop, ledger = _locked(session, group)
    offered = people_of(session, group, "offered")
    if not offered:
        raise OfferGone("No seats are held for this group.")
    offers = open_offers_of(session, offered)
    for each in offered:
        offer = offers[each.id]
        end_offer(session, offer, each, ledger, state="declined", actor=actor, now=now)
        tell(session, OfferDeclined(registration=each.told_as()), now=now)
    drive_line(session, workshop, ledger, now=now)
    return group


def cancel_group(
    session: Session, group: RegistrationGroup, *, actor: str, now: datetime, reason: str = ""
) -> RegistrationGroup:
    """Take back all of the group that can be; the seats go to the next. Twice is one."""
    workshop, ledger = _locked(session, group)
    for each in people_of(session, group, *CANCELLABLE):
        take_back(session, each, workshop, ledger, actor=actor, now=now, reason=reason)
    drive_line(session, workshop, ledger, now=now)
    return group


def place_of_group(session: Session, group: RegistrationGroup) -> int | None:
    """The place in line of its first who waits."""
    waiting = people_of(session, group, "waiting")
    return place_of(session, waiting[0]) if waiting else None
