"""Uniting: one of two records of an organisation, and two again.

What the other had moves to the record that is kept. Of two memberships of the same pair, the one
that has come further goes on; the other rests as `merged`, and comes back when it is undone.
How an organisation's people sign in never moves.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.actions.enrolling import FIELDS, change_organisation
from services.members.actions.failures import WrongState
from services.members.actions.parting_offices import part_held
from services.members.actions.recording import MEMBERSHIPS, TOOK_IN, lock, record, take_turn
from services.members.actions.signing_in import sign_out_everywhere
from services.members.actions.uniting_memberships import (
    collapse,
    memberships_to_move,
    require_no_circle,
    restore,
)
from services.members.actions.uniting_offices import require_one_head, unite_held
from services.members.model import (
    Affiliation,
    Appointment,
    Body,
    Case,
    CaseFollower,
    CatalogueEntry,
    Consent,
    ConsentPurpose,
    CustomField,
    CustomValue,
    DemandAnswer,
    DemandRound,
    GapSnapshot,
    Identifier,
    IdentityProvider,
    Import,
    Invitation,
    Membership,
    MembershipType,
    Organisation,
    OrganisationMerge,
    Person,
    Referral,
    RoleGrant,
    Seat,
    Segment,
    TalentNeed,
)
from services.members.settings import MembersSettings
from shared.foundation.failures import Invalid
from shared.foundation.ids import new_id
from shared.messaging.outbox import tell

TAKEABLE: Final = ("names", *(name for name in FIELDS if name != "kind"))
"""Fields that the kept may take from the other."""
PLACES: Final[Sequence[tuple[type[Any], str]]] = (
    *((each, "organisation_id") for each in (Affiliation, Appointment, RoleGrant)),
    *((each, "organisation_id") for each in (Body, Seat, Segment, Invitation, Import)),
    (MembershipType, "host_id"),
    (CustomField, "organisation_id"),
    (Identifier, "organisation_id"),
    (ConsentPurpose, "organisation_id"),
    (Consent, "organisation_id"),
    (DemandRound, "organisation_id"),
    (DemandAnswer, "organisation_id"),
    (DemandAnswer, "company_id"),
    (GapSnapshot, "organisation_id"),
    *((Case, f"{each}_id") for each in ("organisation", "association", "alliance", "mentor")),
    (CaseFollower, "company_id"),
    *((CatalogueEntry, f"{each}_id") for each in ("organisation", "alliance")),
    *((TalentNeed, f"{each}_id") for each in ("organisation", "alliance", "company")),
    *((Referral, f"{each}_id") for each in ("organisation", "alliance", "provider")),
)
"""Tables whose rows say whose they are, and in which column; memberships have two."""
SINGLE: Final[Mapping[type[Any], tuple[str, ...]]] = {
    MembershipType: ("key",),
    CustomField: ("kind", "key"),
    ConsentPurpose: ("key",),
    Identifier: ("scheme", "value"),
    DemandAnswer: ("round_id",),
    GapSnapshot: ("number",),
    CaseFollower: ("case_id",),
}
"""Of which one organisation may not have two alike: the other's stays where it is."""
Moved = tuple[Any, str]


def merge_organisations(
    session: Session,
    kept: Organisation,
    gone: Organisation,
    take: Sequence[str],
    *,
    actor: str,
    now: datetime,
    reason: str = "",
) -> OrganisationMerge:
    """Keep one record, with what the other had. Tells OrganisationMerged last.

    take: fields whose value comes from the other. Names in languages that the kept lacks come
    along. Raises Invalid for one with itself, Circle where one is above the other by a third,
    WrongState while the other has a sign-in of its own or an import under way, or each has a head
    of delegation.
    """
    if kept.id == gone.id:
        raise Invalid.at("/other_id", "Choose another organisation.", code="same_organisation")
    take_turn(session, MEMBERSHIPS)
    _require_mergeable(session, kept, gone, now=now)
    after = _taken(kept, gone, take)
    before = {name: getattr(kept, name) for name in after}
    collapsed = collapse(session, kept.id, gone.id, actor=actor, now=now)
    rows = _rows_of(session, kept.id, gone.id)
    moved = _move(session, rows, kept.id, now=now) + _move_values(session, kept.id, gone.id)
    united = unite_held(session, [each for each, _ in rows], actor=actor, now=now)
    session.flush()
    change_organisation(session, kept, after, actor=actor, now=now)
    gone.merged_into, gone.withdrawn_at = kept.id, now
    gone.version += 1
    made = OrganisationMerge(
        id=new_id(),
        version=1,
        kept_id=kept.id,
        gone_id=gone.id,
        before=before,
        after=after,
        moved=moved,
        collapsed=collapsed,
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


def _require_mergeable(
    session: Session, kept: Organisation, gone: Organisation, *, now: datetime
) -> None:
    for each in sorted((kept, gone), key=lambda one: one.id):
        lock(session, each)
        if each.withdrawn_at is not None or each.merged_into is not None:
            raise WrongState("One of them was withdrawn or merged meanwhile; read them again.")
    if session.get(IdentityProvider, gone.id) is not None:
        raise WrongState(
            "The other has a sign-in of its own. Keep that record, or remove its sign-in first."
        )
    running = select(Import.id).where(
        Import.organisation_id.in_((kept.id, gone.id)), Import.task.is_not(None)
    )
    if session.scalars(running).first() is not None:
        raise WrongState("An import of one of them is under way; wait for its end.")
    require_no_circle(session, kept, gone)
    require_one_head(session, kept.id, gone.id, now=now)


def _taken(kept: Organisation, gone: Organisation, take: Sequence[str]) -> dict[str, Any]:
    found = {name: getattr(gone, name) for name in take}
    if "names" not in found and set(gone.names) - set(kept.names):
        found["names"] = {**gone.names, **kept.names}
    return found


def _rows_of(session: Session, kept_id: UUID, gone_id: UUID) -> list[Moved]:
    found: list[Moved] = memberships_to_move(session, kept_id, gone_id)
    for kind, column in PLACES:
        place = getattr(kind, column)
        names = SINGLE.get(kind, ("id",))
        own = session.scalars(select(kind).where(place == kept_id)) if kind in SINGLE else ()
        taken = {_key(each, names) for each in own}
        rows = session.scalars(select(kind).where(place == gone_id).order_by(kind.id))
        found += [(each, column) for each in rows if _key(each, names) not in taken]
    return found


def _key(thing: Any, names: Sequence[str]) -> tuple[Any, ...]:
    return tuple(getattr(thing, name) for name in names)


def _move(
    session: Session, rows: Sequence[Moved], organisation_id: UUID, *, now: datetime
) -> list[Any]:
    """Give the rows to the organisation, and tell of each whose kind is told of."""
    things = dict.fromkeys(each for each, _ in rows)
    for each in things:
        lock(session, each)
        if hasattr(each, "version"):
            each.version += 1
    for each, column in rows:
        setattr(each, column, organisation_id)
    session.flush()
    for each in things:
        if hasattr(each, "told"):
            tell(session, each.told(), now=now)
    return [[each.__tablename__, column, str(each.id)] for each, column in rows]


def _move_values(session: Session, kept_id: UUID, gone_id: UUID) -> list[Any]:
    """Values of custom fields that the kept has none in."""
    own = set(
        session.scalars(select(CustomValue.field_id).where(CustomValue.organisation_id == kept_id))
    )
    query = select(CustomValue).where(CustomValue.organisation_id == gone_id)
    found = [each for each in session.scalars(query) if each.field_id not in own]
    for each in found:
        each.organisation_id = kept_id
    return [[CustomValue.__tablename__, "organisation_id", str(each.field_id)] for each in found]


def undo_organisation_merge(
    session: Session,
    merge: OrganisationMerge,
    *,
    settings: MembersSettings,
    actor: str,
    now: datetime,
    reason: str = "",
) -> None:
    """Two records again, each with what it had. Twice is once. Tells OrganisationMerged.

    What was changed since stays as it was changed: a field, or a row that has moved on. Whose
    grants go back signs in anew. Raises WrongState once the kept was merged into another.
    """
    take_turn(session, MEMBERSHIPS)
    lock(session, merge)
    if merge.undone_at is not None:
        return
    kept, gone = (session.get_one(Organisation, each) for each in (merge.kept_id, merge.gone_id))
    for each in sorted((kept, gone), key=lambda one: one.id):
        lock(session, each)
    if kept.merged_into is not None:
        raise WrongState("The organisation was merged again since: undo that merge first.")
    back = _still_moved(session, merge)
    _move(session, back, gone.id, now=now)
    _move_values_back(session, merge)
    part_held(session, merge.united, actor=actor, now=now)
    restore(session, merge, actor=actor, now=now)
    same = {
        name: value
        for name, value in merge.before.items()
        if getattr(kept, name) == merge.after[name]
    }
    change_organisation(session, kept, same, actor=actor, now=now)
    gone.merged_into = gone.withdrawn_at = None
    gone.version += 1
    _sign_out(session, back, settings=settings, now=now)
    merge.undone_at = now
    merge.version += 1
    record(session, gone, "merge undone", before="merged", actor=actor, now=now, reason=reason)
    record(session, kept, "merge undone", before=TOOK_IN, actor=actor, now=now, reason=reason)
    tell(session, gone.told(), now=now)
    tell(session, merge.told(), now=now)


def _still_moved(session: Session, merge: OrganisationMerge) -> list[Moved]:
    kinds: dict[str, type[Any]] = {kind.__tablename__: kind for kind, _ in PLACES}
    kinds[Membership.__tablename__] = Membership
    found: list[Moved] = []
    for table, column, id_ in merge.moved:
        thing = session.get(kinds[table], UUID(id_)) if table in kinds else None
        if thing is not None and getattr(thing, column) == merge.kept_id:
            found.append((thing, column))
    return found


def _move_values_back(session: Session, merge: OrganisationMerge) -> None:
    for table, _, field_id in merge.moved:
        if table == CustomValue.__tablename__:
            value = session.get(CustomValue, (UUID(field_id), merge.kept_id))
            if value is not None:
                value.organisation_id = merge.gone_id
    session.flush()


def _sign_out(
    session: Session, back: Sequence[Moved], *, settings: MembersSettings, now: datetime
) -> None:
    people = {each.person_id for each, _ in back if isinstance(each, RoleGrant)}
    for person_id in sorted(people):
        if session.get_one(Person, person_id).has_account:
            sign_out_everywhere(session, person_id, settings=settings, now=now)
