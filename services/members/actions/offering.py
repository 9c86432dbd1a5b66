"""Membership types: what a host offers, to whom, and for how long."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.members.actions.failures import AlreadyThere, WrongState
from services.members.actions.recording import record
from services.members.model import Membership, MembershipType, Organisation
from shared.foundation.failures import Invalid
from shared.foundation.ids import new_id
from shared.foundation.sentences import said

FIELDS: Final = (
    "names",
    "term",
    "months",
    "year_starts_month",
    "grace_days",
    "notice_days",
    "kinds",
)


def offer_type(
    session: Session, host: Organisation, values: Mapping[str, Any], *, actor: str, now: datetime
) -> MembershipType:
    """The host offers a type of membership from now on. Raises AlreadyThere for its key.

    values: key and FIELDS.
    """
    made = MembershipType(
        id=new_id(),
        version=1,
        host_id=host.id,
        key=values["key"],
        created_at=now,
        retired_at=None,
        **{name: values.get(name) for name in FIELDS},
    )
    _require_whole(made)
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError as error:
        raise AlreadyThere(
            said("There is a type %(key)s already; change that one.", key=made.key)
        ) from error
    record(session, made, "offered", before=None, actor=actor, now=now)
    return made


def _require_whole(made: MembershipType) -> None:
    if made.term == "rolling":
        if made.months is None:
            raise Invalid.at("/months", "Say how many months a term lasts.")
        made.year_starts_month = None
    elif made.term == "fixed_year":
        if made.year_starts_month is None:
            raise Invalid.at("/year_starts_month", "Say in which month the year begins, 1 to 12.")
        made.months = None
    else:
        made.months = made.year_starts_month = None


def change_type(
    session: Session,
    found: MembershipType,
    changes: Mapping[str, Any],
    *,
    actor: str,
    now: datetime,
) -> MembershipType:
    """Change some fields; terms that have begun keep their end. The caller has locked it."""
    changed = [
        name for name, value in changes.items() if name in FIELDS and getattr(found, name) != value
    ]
    for name in changed:
        setattr(found, name, changes[name])
    _require_whole(found)
    if changed:
        found.version += 1
        reason = ", ".join(changed)
        record(session, found, "changed", before="offered", actor=actor, now=now, reason=reason)
    return found


def retire_type(
    session: Session, found: MembershipType, *, actor: str, now: datetime, reason: str = ""
) -> MembershipType:
    """Nobody joins by it any more; who has it keeps it, and may renew. Twice is once."""
    if found.retired_at is None:
        found.retired_at = now
        found.version += 1
        record(session, found, "retired", before="offered", actor=actor, now=now, reason=reason)
    return found


def find_type(session: Session, host_id: UUID, key: str) -> MembershipType | None:
    """The host's type of that key, retired or not."""
    query = select(MembershipType).where(
        MembershipType.host_id == host_id, MembershipType.key == key
    )
    return session.scalars(query).one_or_none()


def require_offered(session: Session, membership: Membership) -> MembershipType | None:
    """The type that is asked for. None for a host without types: anything may be agreed there.

    Raises Invalid where the host does not offer it to such a member, WrongState when retired.
    """
    offers = list(
        session.scalars(
            select(MembershipType)
            .where(MembershipType.host_id == membership.host_id)
            .order_by(MembershipType.key)
        )
    )
    if not offers:
        return None
    found = next((each for each in offers if each.key == membership.type), None)
    if found is None:
        keys = ", ".join(each.key for each in offers if each.retired_at is None)
        raise Invalid.at("/type", said("This host offers: %(keys)s.", keys=keys or "nothing now"))
    if found.retired_at is not None:
        raise WrongState(said("The type %(key)s is not offered any more.", key=found.key))
    member = session.get_one(Organisation, membership.member_id)
    if not found.is_for(member.kind):
        raise Invalid.at(
            "/type",
            said("The type %(key)s is for: %(kinds)s.", key=found.key, kinds=tuple(found.kinds)),
        )
    return found
