"""Forgetting: a person who asks for it, addresses that bounce, and what is too old."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from services.members.actions.appointing import end_affiliation, end_appointment
from services.members.actions.auditing.sealing import forget_in_audit
from services.members.actions.cataloguing import forget_entries_of
from services.members.actions.consenting import forget_consents_of
from services.members.actions.crediting import forget_certificates_of
from services.members.actions.erasing import begin, confirm
from services.members.actions.gathering import forget_exports_of
from services.members.actions.granting import revoke_grant
from services.members.actions.imports.forgetting import forget_rows_of
from services.members.actions.inviting import forget_invitations_of
from services.members.actions.merging import forget_merges_of
from services.members.actions.needing import forget_needs_of
from services.members.actions.recording import lock, record
from services.members.actions.retaining import RETENTION
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
    Transition,
)
from services.members.queries.accounts import people_at
from services.members.settings import MembersSettings
from shared.contracts.members import PersonErased
from shared.foundation.languages import LANGUAGES
from shared.foundation.names import fold_email
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
    keys = [key for key in (person.email, _account_email(session, person)) if key]
    whom = _whom(session, person, keys)
    counts = {"people": 1, "sign_ins": _forget_sign_in(session, person, keys)}
    merged = forget_merges_of(session, person.id)
    _blank(person, now=now)
    counts["audit_entries"] = forget_in_audit(session, person.id)
    counts["import_rows"] = forget_rows_of(session, whom)
    counts["consents"] = forget_consents_of(session, person.id)
    counts["certificates"] = forget_certificates_of(session, person.id)
    forget_in_segments(session, person.id)
    counts |= forget_needs_of(session, person.id, now=now)
    counts["catalogue_entries"] = forget_entries_of(session, person.id)
    counts = added(counts, _forget_in_texts(session, whom))
    remember(session, whom, counts, now=now)
    begin(session, person.id, counts, actor=actor, now=now)
    record(session, person, "erased", before=None, actor=actor, now=now, reason=reason)
    told = person.told_erased(whom.email, whom.names, owns_address=whom.owns_address)
    tell(session, told, now=now)
    for each in merged:
        erase_person(session, each, settings=settings, actor=actor, now=now, reason=reason)
    return person


def _whom(session: Session, person: Person, emails: Sequence[str]) -> Forgotten:
    """The person as the texts know them. A shared address is not theirs alone."""
    names = [name.full for name in person.person_names]
    names += [person.name_in(language) for language in LANGUAGES]
    others = select(Person.id).where(
        Person.email_key.in_([fold_email(each) for each in emails]),
        Person.id != person.id,
        Person.is_there(),
    )
    is_alone = session.scalars(others.limit(1)).first() is None
    email = emails[0] if emails else None
    return Forgotten(person.id, email, tuple(dict.fromkeys(names)), owns_address=is_alone)


def _forget_sign_in(session: Session, person: Person, keys: Sequence[str]) -> int:
    mine = MailedToken.person_id == person.id
    session.execute(delete(MailedToken).where(or_(mine, MailedToken.email.in_(keys))))
    sessions = select(SignInSession.id).where(SignInSession.person_id == person.id)
    ids = session.scalars(sessions).all()
    session.execute(delete(SignInSession).where(SignInSession.id.in_(ids)))
    forget_invitations_of(session, person.id, keys)
    forget_ways_in(session, person.id)
    forget_exports_of(session, person.id)
    account = session.get(Account, person.id)
    if account is not None:
        session.delete(account)
    return len(ids) + (account is not None)


def _forget_in_texts(session: Session, whom: Forgotten) -> dict[str, int]:
    """Messages, kept answers and reasons that speak of the person."""
    counts = forget_in_messages(session, whom, spares=PersonErased.type)
    spoken_of = whom.is_in(Transition.reason)
    session.execute(update(Transition).where(spoken_of).values(reason="erased"))
    return counts | {"answers": forget_answers_with(session, whom.texts)}


def settle_erasures(session: Session, *, now: datetime) -> int:
    """Go over those who were erased a while ago once more; members' own part is then final."""
    due = to_settle(session, now=now)
    for each in due:
        counts = added(each.counts, _forget_in_texts(session, each.who))
        settle(session, each.who.person_id)
        confirm(session, each.who.person_id, "members", counts, at=now, is_final=True, now=now)
    return len(due)


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


def forget_old(session: Session, *, settings: MembersSettings, now: datetime) -> None:
    """Forget what is kept no longer, by the table of kinds, and what nobody can come in by."""
    RETENTION.retain(session, RETENTION.chosen(settings.keep_days), now=now)
    forget_old_ways_in(session, now=now)
