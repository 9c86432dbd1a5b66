"""Consenting: organisations ask in words that never change; people give, and take back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.members.actions.auditing.watching import BESIDE
from services.members.actions.failures import AlreadyThere, WrongState
from services.members.actions.recording import lock, record
from services.members.actions.segmenting import leave_by_consent
from services.members.model import (
    Consent,
    ConsentPurpose,
    ConsentText,
    Organisation,
    Person,
    Transition,
)
from services.members.model.consent import hash_of
from shared.foundation.failures import Conflict
from shared.foundation.ids import new_id
from shared.foundation.origins import current_origin
from shared.foundation.sentences import said
from shared.messaging.outbox import tell


def ask_for(
    session: Session, owner: Organisation, values: Mapping[str, Any], *, actor: str, now: datetime
) -> ConsentPurpose:
    """The owner asks for consent to this from now on. Raises AlreadyThere for its key.

    values: key, titles and texts.
    """
    made = ConsentPurpose(
        id=new_id(),
        version=1,
        organisation_id=owner.id,
        key=values["key"],
        text_number=1,
        created_at=now,
        archived_at=None,
    )
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError as error:
        raise AlreadyThere(
            said("There is a purpose %(key)s already; change its text.", key=made.key)
        ) from error
    session.add(_text(made, values, now=now))
    record(session, made, "asked for", before=None, actor=actor, now=now)
    return made


def _text(purpose: ConsentPurpose, values: Mapping[str, Any], *, now: datetime) -> ConsentText:
    return ConsentText(
        purpose_id=purpose.id,
        number=purpose.text_number,
        titles=dict(values["titles"]),
        texts=dict(values["texts"]),
        hash=hash_of(values["titles"], values["texts"]),
        published_at=now,
    )


def publish_text(
    session: Session,
    purpose: ConsentPurpose,
    values: Mapping[str, Any],
    *,
    actor: str,
    now: datetime,
) -> ConsentText:
    """Ask in these words from now on; what was given holds for the words that it was given to.

    The caller has locked the purpose. The same words again are the same version.
    """
    newest = session.get_one(ConsentText, (purpose.id, purpose.text_number))
    if newest.hash == hash_of(values["titles"], values["texts"]):
        return newest
    if purpose.archived_at is not None:
        raise WrongState("Nobody is asked for this any more.")
    purpose.text_number += 1
    purpose.version += 1
    made = _text(purpose, values, now=now)
    session.add(made)
    reason = f"version {purpose.text_number}"
    record(session, purpose, "changed", before="asked for", actor=actor, now=now, reason=reason)
    return made


def archive_purpose(
    session: Session, purpose: ConsentPurpose, *, actor: str, now: datetime, reason: str = ""
) -> ConsentPurpose:
    """Nobody is asked any more. Twice is once. The caller has locked the purpose."""
    if purpose.archived_at is None:
        purpose.archived_at = now
        purpose.version += 1
        before = "asked for"
        record(session, purpose, "archived", before=before, actor=actor, now=now, reason=reason)
    return purpose


def give(
    session: Session,
    person: Person,
    purpose: ConsentPurpose,
    *,
    text_hash: str,
    language: str,
    way: str,
    actor: str,
    now: datetime,
) -> tuple[Consent, bool]:
    """The person consents to these words; answers whether that is new. Tells ConsentRecorded.

    Consent to older words ends where newer ones are consented to. Raises WrongState for a purpose
    that is archived, Conflict when other words are asked with by now.
    """
    lock(session, person)
    lock(session, purpose)
    if purpose.archived_at is not None:
        raise WrongState("Nobody is asked for this any more.")
    words = session.get_one(ConsentText, (purpose.id, purpose.text_number))
    if words.hash != text_hash:
        raise Conflict("The text has changed; read it as it is now.", code="text_changed")
    held = find_held(session, person.id, purpose.id)
    if held is not None and held.text_hash == text_hash:
        return held, False
    if held is not None:
        _end(session, held, way=way, actor=actor, now=now, reason="newer text")
    made = Consent(
        id=new_id(),
        version=1,
        purpose_id=purpose.id,
        person_id=person.id,
        organisation_id=purpose.organisation_id,
        purpose_key=purpose.key,
        text_number=words.number,
        text_hash=words.hash,
        language=language,
        given_at=now,
        given_way=way,
        given_place=current_origin().place,
        withdrawn_at=None,
    )
    session.add(made)
    session.flush()
    record(session, made, "given", before=None, actor=actor, now=now)
    tell(session, made.told(), now=now)
    return made, True


def find_held(session: Session, person_id: UUID, purpose_id: UUID) -> Consent | None:
    """The consent of the person that holds."""
    query = select(Consent).where(
        Consent.person_id == person_id,
        Consent.purpose_id == purpose_id,
        Consent.withdrawn_at.is_(None),
    )
    return session.scalars(query).one_or_none()


def withdraw(
    session: Session, consent: Consent, *, way: str, actor: str, now: datetime, reason: str = ""
) -> Consent:
    """The person takes it back, as easily as it was given. Twice is once.

    They leave at once what segments rest on it. Tells ConsentRecorded, SegmentMembersChanged.
    """
    lock(session, consent)
    if consent.withdrawn_at is None:
        _end(session, consent, way=way, actor=actor, now=now, reason=reason)
        leave_by_consent(session, consent.purpose_id, consent.person_id, now=now)
    return consent


def _end(
    session: Session, consent: Consent, *, way: str, actor: str, now: datetime, reason: str
) -> None:
    consent.withdrawn_at, consent.withdrawn_way = now, way
    consent.withdrawn_place = current_origin().place
    consent.version += 1
    session.flush()
    record(session, consent, "withdrawn", before="given", actor=actor, now=now, reason=reason)
    tell(session, consent.told(), now=now)


def forget_consents_of(session: Session, person_id: UUID) -> int:
    """Delete the consents of an erased person, with their history; how many they were."""
    query = select(Consent.id).where(Consent.person_id == person_id)
    ids = session.scalars(query).all()
    history = delete(Transition).where(
        Transition.subject == Consent.__tablename__, Transition.subject_id.in_(ids)
    )
    session.execute(history)
    session.execute(delete(Consent).where(Consent.id.in_(ids)), execution_options=BESIDE)
    return len(ids)
