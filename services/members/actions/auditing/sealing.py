"""Sealing: what a transaction changed becomes entries of a chain, as its last act.

The head of a chain is locked from here to the commit. There are several chains, and whichever
is free is taken: transactions wait for each other only when all are being sealed.
"""

import random
import secrets
from typing import Any
from uuid import UUID

from sqlalchemy import event, func, insert, or_, select, update
from sqlalchemy.orm import Session

from services.members.actions.auditing.chaining import canonical, digest, hash_of
from services.members.actions.auditing.doings import Doing, doings_of
from services.members.actions.auditing.powers import Powers
from services.members.actions.auditing.watching import (
    WATCH,
    Watch,
    watch_of,
    watch_sessions,
)
from services.members.model import AuditEntry, AuditHead
from services.members.model.audit import CHAINS
from shared.foundation.clock import utc_now
from shared.foundation.origins import Origin, current_origin

SYSTEM = "system"


def seal(session: Session) -> None:
    """Add the entries of what this transaction did to a chain. Nothing, where it did nothing."""
    session.flush()
    watch = watch_of(session)
    doings = [] if watch.is_empty else doings_of(watch)
    if not doings:
        return
    rows = _rows(session, watch, doings)
    head = _take_head(session)
    for row in rows:
        head.position += 1
        row |= {"chain": head.chain, "position": head.position}
        row["hash"] = head.hash = hash_of(row, head.hash)
    session.execute(insert(AuditEntry), rows)
    session.flush()


def _take_head(session: Session) -> AuditHead:
    """A chain's end, locked: of a chain that nobody is sealing, if there is one."""
    query = select(AuditHead).execution_options(populate_existing=True)
    free = query.order_by(AuditHead.chain).limit(1).with_for_update(skip_locked=True)
    found = session.scalars(free).one_or_none()
    if found is not None:
        return found
    some = query.where(AuditHead.chain == random.randrange(CHAINS))
    return session.scalars(some.with_for_update()).one()


def _rows(session: Session, watch: Watch, doings: list[Doing]) -> list[dict[str, Any]]:
    origin, place_salt = current_origin(), secrets.token_hex(16)
    powers = Powers(session, origin.identity, watch.acts_for)
    steps = [step for doing in doings for step in doing.steps]
    actor, at = _actor(origin), utc_now()
    if steps:
        actor, at = steps[0].actor, steps[0].at
    rows = []
    for doing in doings:
        by = doing.steps[0].actor if doing.steps else actor
        row: dict[str, Any] = {
            "at": at,
            "actor": by,
            "act": doing.act,
            "subject": doing.subject,
            "subject_id": doing.subject_id,
            "person_id": doing.person_id,
            "organisation_id": doing.organisation_id,
            "counterpart_id": doing.counterpart_id,
            "request_id": origin.request_id,
        }
        row |= powers.used_by(by, doing)
        row |= _place(origin.place, place_salt, is_forgotten=by in map(str, watch.erased))
        rows.append(row | _facts(doing, is_forgotten=doing.person_id in watch.erased))
    return rows


def _actor(origin: Origin) -> str:
    return str(origin.identity.person_id) if origin.identity else SYSTEM


def _place(place: str, salt: str, *, is_forgotten: bool) -> dict[str, str | None]:
    if is_forgotten:
        return {"place": None, "place_salt": None, "place_digest": digest(salt, "")}
    return {"place": place, "place_salt": salt, "place_digest": digest(salt, place)}


def _facts(doing: Doing, *, is_forgotten: bool) -> dict[str, str | None]:
    """is_forgotten: the transaction erases the person; nothing of theirs is written."""
    salt = secrets.token_hex(16)
    reasons = dict.fromkeys(step.reason for step in doing.steps if step.reason)
    facts = canonical({"reason": "; ".join(reasons), "changes": doing.changes})
    if is_forgotten:
        return {"facts": None, "facts_salt": None, "facts_digest": digest(salt, "")}
    return {"facts": facts, "facts_salt": salt, "facts_digest": digest(salt, facts)}


def forget_in_audit(session: Session, person_id: UUID) -> int:
    """Drop what the audit holds of the person: what was changed of them, where they asked from.

    The chain holds on: it has the digests, and nobody has their salts any more. What this
    transaction itself changes of them is not written. How many entries it was.
    """
    held = or_(AuditEntry.person_id == person_id, AuditEntry.actor == str(person_id))
    count = session.scalar(select(func.count()).select_from(AuditEntry).where(held)) or 0
    session.execute(
        update(AuditEntry)
        .where(AuditEntry.person_id == person_id)
        .values(facts=None, facts_salt=None)
    )
    session.execute(
        update(AuditEntry)
        .where(AuditEntry.actor == str(person_id))
        .values(place=None, place_salt=None)
    )
    watch_of(session).erased.add(person_id)
    return count


def act_for(session: Session, organisation_id: UUID) -> None:
    """This transaction's work is done for the organisation, though no request says so."""
    watch_of(session).acts_for = organisation_id


def _before_commit(session: Session) -> None:
    if WATCH not in session.info or session.in_nested_transaction():
        return
    try:
        seal(session)
    finally:
        session.info.pop(WATCH, None)


def _after_rollback(session: Session) -> None:
    session.info.pop(WATCH, None)


def keep_audit() -> None:
    """Seal every transaction of this process that changes something audited. Twice is once."""
    watch_sessions()
    for name, listener in (("before_commit", _before_commit), ("after_rollback", _after_rollback)):
        if not event.contains(Session, name, listener):
            event.listen(Session, name, listener)
