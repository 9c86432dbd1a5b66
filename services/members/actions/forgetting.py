"""Forgetting: a person who asks for it, addresses that bounce, and what is too old."""

from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from services.members.actions.appointing import end_affiliation, end_appointment
from services.members.actions.auditing.sealing import forget_in_audit
from services.members.actions.granting import revoke_grant
from services.members.actions.imports.forgetting import forget_old_imports, forget_rows_of
from services.members.actions.inviting import forget_invitations_of, forget_old_invitations
from services.members.actions.limiting import forget_attempts
from services.members.actions.mailing_tokens import forget_tokens
from services.members.actions.merging import forget_merges_of
from services.members.actions.recording import lock, record
from services.members.actions.segmenting import forget_in_segments
from services.members.actions.signing_in import sign_out_everywhere
from services.members.actions.ways_in import forget_old_ways_in, forget_ways_in
from services.members.model import (
    Account,
    Affiliation,
    Appointment,
    MailedToken,
    Person,
    RoleGrant,
    SignInSession,
)
from services.members.queries.accounts import people_at
from services.members.settings import MembersSettings
from shared.messaging.outbox import tell


def erase_person(
    session: Session,
    person: Person,
    *,
    settings: MembersSettings,
    actor: str,
    now: datetime,
    reason: str = "",
) -> Person:
    """Forget the person here and, by PersonErased, everywhere. Twice is once.

    Offices, grants and sessions end; counts and history stay, without names.
    Raises LastOperator.
    """
    lock(session, person)
    if person.erased_at is not None:
        return person
    _end_all(session, person, actor=actor, now=now)
    sign_out_everywhere(session, person.id, settings=settings, now=now)
    email = person.email
    mine = MailedToken.person_id == person.id
    keys = [key for key in (email, _account_email(session, person)) if key]
    session.execute(delete(MailedToken).where(or_(mine, MailedToken.email.in_(keys))))
    session.execute(delete(SignInSession).where(SignInSession.person_id == person.id))
    forget_invitations_of(session, person.id, keys)
    forget_ways_in(session, person.id)
    account = session.get(Account, person.id)
    if account is not None:
        session.delete(account)
    merged = forget_merges_of(session, person.id)
    _blank(person, now=now)
    forget_in_audit(session, person.id)
    forget_rows_of(session, person.id)
    forget_in_segments(session, person.id)
    record(session, person, "erased", before=None, actor=actor, now=now, reason=reason)
    tell(session, person.told_erased(email), now=now)
    for each in merged:
        erase_person(session, each, settings=settings, actor=actor, now=now, reason=reason)
    return person


def _account_email(session: Session, person: Person) -> str | None:
    return session.scalar(select(Account.email).where(Account.person_id == person.id))


def _end_all(session: Session, person: Person, *, actor: str, now: datetime) -> None:
    offices = select(Appointment).where(
        Appointment.person_id == person.id, Appointment.ended_at.is_(None)
    )
    for office in list(session.scalars(offices)):
        end_appointment(session, office, actor=actor, now=now, reason="erased")
    grants = select(RoleGrant).where(
        RoleGrant.person_id == person.id, RoleGrant.revoked_at.is_(None)
    )
    for granted in list(session.scalars(grants)):
        revoke_grant(session, granted, actor=actor, now=now, reason="erased")
    places = select(Affiliation).where(
        Affiliation.person_id == person.id, Affiliation.ended_at.is_(None)
    )
    for place in list(session.scalars(places)):
        end_affiliation(session, place, actor=actor, now=now, reason="erased")
        place.title = ""


def _blank(person: Person, *, now: datetime) -> None:
    person.titles, person.sort_as = {}, None
    person.rename([])
    person.email = person.email_key = person.phone = person.economy = None
    person.accessibility_needs = person.gender = None
    person.locale, person.time_zone = "en", "UTC"
    person.is_bouncing = person.has_account = False
    person.erased_at = now
    person.version += 1


def note_bounce(session: Session, email: str) -> None:
    """Show, wherever the address is shown, that mail to it comes back."""
    for person in people_at(session, email):
        person.is_bouncing = True
    session.flush()


def forget_old(session: Session, *, now: datetime) -> None:
    """Delete attempts, mailed tokens, sessions and imports that can't matter any more."""
    forget_attempts(session, now=now)
    forget_tokens(session, now=now)
    over = or_(SignInSession.expires_at < now, SignInSession.revoked_at.is_not(None))
    session.execute(delete(SignInSession).where(over))
    forget_old_ways_in(session, now=now)
    forget_old_invitations(session, now=now)
    forget_old_imports(session, now=now)
