"""Making one of two records of a person, and two again.

Places, offices and grants move to the record that is kept, and what both held at the same time is
held once; how somebody signs in never moves:
the record with the account is the one to keep, and two accounts can't be merged.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.members.actions.failures import WrongState
from services.members.actions.introducing import FIELDS, change_person
from services.members.actions.parting_offices import part_held
from services.members.actions.recording import TOOK_IN, lock, record
from services.members.actions.signing_in import sign_out_everywhere
from services.members.actions.uniting_offices import unite_held
from services.members.model import (
    Affiliation,
    Appointment,
    CatalogueEntry,
    Consent,
    Merge,
    Person,
    Referral,
    RoleGrant,
    TalentNeed,
)
from services.members.settings import MembersSettings
from shared.foundation.failures import Invalid
from shared.foundation.ids import new_id
from shared.foundation.names import PersonName
from shared.messaging.outbox import tell

MOVED: Final = (Affiliation, Appointment, RoleGrant, Consent, TalentNeed, Referral, CatalogueEntry)
TAKEABLE: Final = ("names", *FIELDS)
"""Fields that the kept may take from the other."""
Moving = Affiliation | Appointment | RoleGrant | Consent | TalentNeed | Referral | CatalogueEntry


def merge_people(
    session: Session,
    kept: Person,
    gone: Person,
    take: Sequence[str],
    *,
    actor: str,
    now: datetime,
    reason: str = "",
) -> Merge:
    """Keep one record of the person, with what the other had. Tells PersonMerged last.

    take: fields whose value comes from the other; the rest stays as the kept has it.
    Raises Invalid for a person with themselves, WrongState when the other signs in.
    """
    if kept.id == gone.id:
        raise Invalid.at("/other_id", "Choose another person to merge with.", code="same_person")
    for each in sorted((kept, gone), key=lambda person: person.id):
        lock(session, each)
    _require_mergeable(kept, gone)
    if "email" in take and kept.has_account:
        raise Invalid.at("/take", "The address of an account changes with the account alone.")
    after = {name: _value(gone, name) for name in take}
    before = {name: _value(kept, name) for name in after}
    moved = _move(session, _rows_of(session, gone.id, kept.id), kept.id, now=now)
    united = unite_held(session, moved, actor=actor, now=now)
    _give(session, kept, after, actor=actor, now=now)
    gone.merged_into = kept.id
    gone.version += 1
    made = Merge(
        id=new_id(),
        version=1,
        kept_id=kept.id,
        gone_id=gone.id,
        before=before,
        after=after,
        moved=[[each.__tablename__, str(each.id)] for each in moved],
        united=united,
        merged_at=now,
        merged_by=actor,
        undone_at=None,
    )
    session.add(made)
    record(session, gone, "merged", before="recorded", actor=actor, now=now, reason=reason)
    record(session, kept, TOOK_IN, before="recorded", actor=actor, now=now, reason=reason)
    tell(session, made.told(), now=now)
    return made


def _require_mergeable(kept: Person, gone: Person) -> None:
    for each in (kept, gone):
        if each.erased_at is not None or each.merged_into is not None:
            raise WrongState("One of them was erased or merged meanwhile; read them again.")
    if kept.has_account and gone.has_account:
        raise WrongState("Both sign in with an account of their own; close one of them first.")
    if gone.has_account:
        raise WrongState("This person signs in: keep them, and merge the other into them.")


def _value(person: Person, name: str) -> Any:
    """As it is kept: names as plain values."""
    return getattr(person, name)


def _rows_of(session: Session, person_id: UUID, kept_id: UUID) -> list[Moving]:
    """All that is the other's, but a consent that the kept gave too."""
    held = select(Consent.purpose_id).where(
        Consent.person_id == kept_id, Consent.withdrawn_at.is_(None)
    )
    twice = set(session.scalars(held))
    found: list[Moving] = []
    for kind in MOVED:
        query = select(kind).where(kind.person_id == person_id).order_by(kind.id)
        found += session.scalars(query)
    return [
        each
        for each in found
        if not (isinstance(each, Consent) and each.is_given and each.purpose_id in twice)
    ]


def _move(
    session: Session, rows: Sequence[Moving], person_id: UUID, *, now: datetime
) -> list[Moving]:
    for each in rows:
        lock(session, each)
        each.person_id = person_id
        each.version += 1
        if not isinstance(each, TalentNeed | Referral | CatalogueEntry):
            tell(session, each.told(), now=now)
    return list(rows)


def _give(
    session: Session, person: Person, values: dict[str, Any], *, actor: str, now: datetime
) -> None:
    changes = dict(values)
    if "names" in changes:
        changes["names"] = [PersonName(**each) for each in changes["names"]]
    change_person(session, person, changes, actor=actor, now=now)


def undo_merge(
    session: Session,
    merge: Merge,
    *,
    settings: MembersSettings,
    actor: str,
    now: datetime,
    reason: str = "",
) -> None:
    """Two records again, each with what it had. Twice is once. Tells PersonMerged.

    What was changed since stays as it was changed: a field, or a row that has moved on; and the
    address of an account. When grants go back, the kept signs in anew. Raises WrongState once
    one of them was erased or the kept was merged into somebody else.
    """
    lock(session, merge)
    if merge.undone_at is not None:
        return
    kept, gone = (session.get_one(Person, each) for each in (merge.kept_id, merge.gone_id))
    for each in sorted((kept, gone), key=lambda person: person.id):
        lock(session, each)
    if kept.erased_at or gone.erased_at:
        raise WrongState("One of them was erased; this can't be undone any more.")
    if kept.merged_into is not None:
        raise WrongState("The person was merged again since: undo that merge first.")
    back = [row for row in _moved_rows(session, merge) if row.person_id == kept.id]
    _move(session, back, gone.id, now=now)
    part_held(session, merge.united, actor=actor, now=now)
    same = {
        name: value
        for name, value in merge.before.items()
        if _value(kept, name) == merge.after[name] and not (name == "email" and kept.has_account)
    }
    _give(session, kept, same, actor=actor, now=now)
    gone.merged_into = None
    gone.version += 1
    if kept.has_account and any(isinstance(row, RoleGrant) for row in back):
        sign_out_everywhere(session, kept.id, settings=settings, now=now)
    merge.undone_at = now
    merge.version += 1
    record(session, gone, "merge undone", before="merged", actor=actor, now=now, reason=reason)
    record(session, kept, "merge undone", before=TOOK_IN, actor=actor, now=now, reason=reason)
    tell(session, gone.told(), now=now)
    tell(session, merge.told(), now=now)


def _moved_rows(session: Session, merge: Merge) -> list[Moving]:
    kinds: dict[str, type[Any]] = {kind.__tablename__: kind for kind in MOVED}
    rows = (session.get(kinds[table], UUID(id_)) for table, id_ in merge.moved)
    return [row for row in rows if row is not None]


def forget_merges_of(session: Session, person_id: UUID) -> list[Person]:
    """Forget what merges kept of the person; answers the records that became theirs."""
    theirs = select(Merge).where(or_(Merge.kept_id == person_id, Merge.gone_id == person_id))
    for merge in session.scalars(theirs):
        merge.before, merge.after = {}, {}
    return list(session.scalars(select(Person).where(Person.merged_into == person_id)))
