"""Forgetting a person: their data goes, counts and history stay."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from services.events.actions.forgetting_calls import forget_in_calls
from services.events.actions.forgetting_certificates import forget_in_certificates
from services.events.actions.forgetting_courses import forget_in_courses
from services.events.actions.forgetting_findings import forget_in_findings
from services.events.actions.forgetting_proposals import forget_in_proposals
from services.events.actions.nominating import withdraw
from services.events.actions.registering import CANCELLABLE, cancel_registration
from services.events.model import (
    AnswerFile,
    CalendarFeed,
    Nomination,
    Registration,
    RegistrationChange,
    RegistrationGroup,
    Transition,
    Workshop,
    WorkshopInvitation,
)
from services.events.model.erased import ERASED, nobodys_address
from services.events.model.workshop_invitation import UNANSWERED
from shared.contracts.events_people import PersonForgottenByEvents
from shared.contracts.privacy import counts_of
from shared.foundation.ids import new_secret
from shared.foundation.names import fold, fold_email
from shared.messaging.forgetting import (
    Forgotten,
    added,
    forget_in_messages,
    remember,
    settle,
    to_settle,
)
from shared.messaging.outbox import tell
from shared.web.kept_answers import forget_answers_with


def erase_person(session: Session, who: Forgotten, *, now: datetime) -> None:
    """Forget the person, tell what was erased, and remember to go over it once more."""
    counts = forget_person(session, who, now=now)
    remember(session, who, counts, now=now)
    _confirm(session, who, counts, now=now, is_final=False)


def settle_erasures(session: Session, *, now: datetime) -> int:
    """Forget what came late of those who were erased a while ago; that is the end of it."""
    due = to_settle(session, now=now)
    for each in due:
        counts = added(each.counts, forget_person(session, each.who, now=now))
        settle(session, each.who.person_id)
        _confirm(session, each.who, counts, now=now, is_final=True)
    return len(due)


def _confirm(
    session: Session, who: Forgotten, counts: dict[str, int], *, now: datetime, is_final: bool
) -> None:
    message = PersonForgottenByEvents(
        person_id=who.person_id,
        counts=counts_of(counts),
        forgotten_at=now,
        is_final=is_final,
    )
    tell(session, message, now=now)


def forget_person(session: Session, who: Forgotten, *, now: datetime) -> dict[str, int]:
    """Take the person out of every registration and nomination; seats to come are given back.

    What is told of that names nobody. Kind → how many were blanked.
    """
    mine = select(Nomination).where(_is_theirs(Nomination, who))
    nominations = list(session.scalars(mine.order_by(Nomination.workshop_id)))
    for nomination in nominations:
        _blank(nomination)
        nomination.phone = None
        session.flush()
        if nomination.state in ("draft", "submitted", "confirmed"):
            withdraw(session, nomination, actor="timer", now=now, reason=ERASED)
    held = select(Registration).where(_is_theirs(Registration, who))
    registrations = list(session.scalars(held.order_by(Registration.workshop_id)))
    certificates = forget_in_certificates(session, who, [each.id for each in registrations])
    for registration in registrations:
        workshop = session.get_one(Workshop, registration.workshop_id)
        _blank(registration)
        registration.answers = {}
        asked = RegistrationChange.registration_id == registration.id
        session.execute(delete(RegistrationChange).where(asked))
        theirs = AnswerFile.registration_id == registration.id
        session.execute(delete(AnswerFile).where(theirs))
        session.flush()
        if registration.state in CANCELLABLE and workshop.ends_at > now:
            cancel_registration(session, registration, actor="timer", now=now, reason=ERASED)
    invitations = _forget_invited(session, who)
    groups = _forget_contact(session, who)
    session.execute(delete(CalendarFeed).where(CalendarFeed.person_id == who.person_id))
    session.flush()
    spoken_of = who.is_in(Transition.reason)
    session.execute(update(Transition).where(spoken_of).values(reason=ERASED))
    counts = {"nominations": len(nominations), "registrations": len(registrations)}
    counts |= {"groups": groups, "invitations": invitations}
    counts |= certificates | forget_in_proposals(session, who) | forget_in_courses(session, who)
    counts |= forget_in_findings(session, who) | forget_in_calls(session, who)
    counts |= forget_in_messages(session, who)
    return counts | {"answers": forget_answers_with(session, who.texts)}


def _forget_invited(session: Session, who: Forgotten) -> int:
    """The link opens nothing any more."""
    query = select(WorkshopInvitation).where(_is_theirs(WorkshopInvitation, who))
    found = list(session.scalars(query.order_by(WorkshopInvitation.id)))
    for each in found:
        _blank(each)
        if each.state in UNANSWERED:
            each.state = "revoked"
    return len(found)


def _forget_contact(session: Session, who: Forgotten) -> int:
    """Their people keep their seats; who was told through them is told nothing any more."""
    query = select(RegistrationGroup).where(_is_theirs(RegistrationGroup, who, fold_name=False))
    groups = list(session.scalars(query))
    for group in groups:
        key = group.key_of_people
        group.name, group.person_id, group.secret = ERASED, None, new_secret()
        group.email = group.email_key = nobodys_address(group.id)
        reached = (Registration.group_id == group.id, Registration.email_key == key)
        session.execute(update(Registration).where(*reached).values(email=group.email))
    return len(groups)


def _is_theirs(kind: Any, who: Forgotten, *, fold_name: bool = True) -> ColumnElement[bool]:
    """By the person's id; by their address too, of a guest, if it is theirs or the name is."""
    known: ColumnElement[bool] = kind.person_id == who.person_id
    if not who.email:
        return known
    at_address = and_(kind.email_key == fold_email(who.email), kind.person_id.is_(None))
    if not who.owns_address:
        names = [fold(name) for name in who.names] if fold_name else who.names
        at_address = and_(at_address, (kind.name_key if fold_name else kind.name).in_(names))
    return or_(known, at_address)


def _blank(thing: Nomination | Registration | WorkshopInvitation) -> None:
    thing.name = thing.name_key = ERASED
    thing.email = thing.email_key = nobodys_address(thing.id)
    thing.secret = new_secret()
    thing.person_id = None
