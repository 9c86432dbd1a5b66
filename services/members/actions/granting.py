"""Grants: giving and taking away what a person may do."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from services.members.actions.failures import LastOperator, NotHeld
from services.members.actions.recording import lock, record
from services.members.model import Organisation, Person, RoleGrant
from services.members.queries.grants import live_grants
from services.members.queries.scopes import MANAGERS, covers, holds
from shared.foundation.failures import Forbidden, Invalid
from shared.foundation.identities import Asker, Grant, Identity, Role
from shared.foundation.ids import new_id
from shared.messaging.outbox import tell
from shared.web.keys import keep_taken_grant


@dataclass(frozen=True)
class Power:
    """What is given or taken: the role, where, how wide, and until when (None: without end)."""

    role: Role
    organisation_id: UUID | None
    subtree: bool = True
    until: datetime | None = None


def require_holding(session: Session, asker: Asker, power: Power, *, now: datetime) -> None:
    """Raise NotHeld unless the asker has the role, or a higher one, as far or farther, as long or
    longer: by their token, and by what they are granted at this instant."""
    what = (power.role, power.organisation_id)
    if asker.identity is None or not holds(session, asker, *what, subtree=power.subtree):
        raise NotHeld("You can give and take only what you have yourself.")
    live = live_grants(session, asker.identity.person_id, now=now)
    lasting = [each for each in live if _lasts(each, power.until)]
    if not holds(session, with_grants(asker.identity, lasting), *what, subtree=power.subtree):
        raise NotHeld("Your own grant ends before that; give it until then at most.")


def held_until(session: Session, asker: Asker, power: Power, *, now: datetime) -> datetime | None:
    """Until when the asker has the power themselves; None: without end. Raises NotHeld."""
    require_holding(session, asker, replace(power, until=now), now=now)
    identity = asker.identity
    if identity is None:
        raise NotHeld("You can give and take only what you have yourself.")
    what = (power.role, power.organisation_id)
    ends = [
        each.expires_at
        for each in live_grants(session, identity.person_id, now=now)
        if holds(session, with_grants(identity, [each]), *what, subtree=power.subtree)
    ]
    return max((end for end in ends if end), default=None) if None not in ends else None


def _lasts(granted: RoleGrant, until: datetime | None) -> bool:
    if granted.expires_at is None:
        return True
    return until is not None and granted.expires_at >= until


def with_grants(identity: Identity, grants: Sequence[RoleGrant]) -> Asker:
    """The person as one who has these grants, and no other."""
    held = (Grant(Role(each.role), each.organisation_id, each.subtree) for each in grants)
    return Asker(replace(identity, grants=tuple(held)))


def require_over(session: Session, asker: Asker, person: Person, *, now: datetime) -> None:
    """Raise NotHeld when the person may do more than the asker: who could change their address
    could sign in as them."""
    query = select(RoleGrant).where(
        RoleGrant.person_id == person.id,
        RoleGrant.revoked_at.is_(None),
        or_(RoleGrant.expires_at.is_(None), RoleGrant.expires_at > now),
    )
    for each in session.scalars(query):
        role = Role(each.role)
        if not holds(session, asker, role, each.organisation_id, subtree=each.subtree):
            raise NotHeld("This person may do more than you; ask an operator.")


def require_address(
    session: Session, asker: Asker, person: Person, email: str | None, *, now: datetime
) -> None:
    """Raise Forbidden where the asker may not give the person another address."""
    if email == person.email or asker.has(Role.OPERATOR):
        return
    if person.has_account:
        raise Forbidden("The address of an account changes with the account alone.")
    require_over(session, asker, person, now=now)


def require_united_powers(
    session: Session, asker: Asker, kept: Organisation, gone: Organisation, *, now: datetime
) -> None:
    """Raise NotHeld where somebody could do more in one than the asker may in the other: all
    grants of the two are the kept's afterwards. Alliances are merged by operators alone.

    What the asker recorded and nobody has yet is theirs: others may come to manage it."""
    if "alliance" in (kept.kind, gone.kind) and not asker.has(Role.OPERATOR):
        raise NotHeld("Only operators merge alliances.")
    is_placed = asker.identity is not None and covers(
        session, asker.identity.places(*MANAGERS), gone.id
    )
    for of, elsewhere in ((kept, gone), (gone, kept)) if is_placed else ((gone, kept),):
        query = select(RoleGrant).where(
            RoleGrant.organisation_id == of.id,
            RoleGrant.revoked_at.is_(None),
            or_(RoleGrant.expires_at.is_(None), RoleGrant.expires_at > now),
        )
        for each in session.scalars(query):
            if not holds(session, asker, Role(each.role), elsewhere.id, subtree=each.subtree):
                raise NotHeld("Somebody may do more there than you; ask an operator.")


def require_grantable(
    role: Role,
    organisation_id: UUID | None,
    expires_at: datetime | None,
    *,
    pointer: str = "/expires_at",
    now: datetime,
) -> None:
    """Raise Invalid where no such grant can be: an operator's is everywhere, a focal point's never.

    pointer: to the time in the body.
    """
    if role is Role.OPERATOR and organisation_id is not None:
        raise Invalid.at("/organisation_id", "An operator is one everywhere: leave it out.")
    if role in (Role.FOCAL_POINT, Role.READER) and organisation_id is None:
        raise Invalid.at("/organisation_id", "Name the organisation that it is for.")
    if expires_at is not None and expires_at <= now:
        raise Invalid.at(pointer, "This time has passed already.")


def grant(
    session: Session,
    person: Person,
    role: Role,
    organisation_id: UUID | None,
    *,
    subtree: bool = True,
    starts_at: datetime | None = None,
    expires_at: datetime | None = None,
    actor: str,
    now: datetime,
) -> RoleGrant:
    """The person may do this, from their next access token on. Tells GrantRecorded.

    Raises Invalid.
    """
    require_grantable(role, organisation_id, expires_at, now=now)
    made = RoleGrant(
        id=new_id(),
        version=1,
        person_id=person.id,
        role=role.value,
        organisation_id=organisation_id,
        subtree=subtree,
        starts_at=starts_at,
        expires_at=expires_at,
        revoked_at=None,
        granted_by=actor,
    )
    session.add(made)
    record(session, made, "granted", before=None, actor=actor, now=now)
    tell(session, made.told(), now=now)
    return made


def revoke_grant(
    session: Session, found: RoleGrant, *, actor: str, now: datetime, reason: str = ""
) -> None:
    """The person may not do this any more, from their next access token on.

    Twice is once. Raises LastOperator when nobody would be left to run the installation.
    """
    lock(session, found)
    if found.revoked_at is not None:
        return
    if found.role == Role.OPERATOR:
        _require_another_operator(session, found, now=now)
    take_grant(session, found, actor=actor, now=now, reason=reason)


def take_grant(
    session: Session, found: RoleGrant, *, actor: str, now: datetime, reason: str = ""
) -> None:
    """It is in force no more, though there were no other. The caller has locked it."""
    found.revoked_at = now
    found.version += 1
    record(session, found, "revoked", before="granted", actor=actor, now=now, reason=reason)
    told = found.told()
    tell(session, told, now=now)
    keep_taken_grant(session, told, now=now)


def _require_another_operator(session: Session, found: RoleGrant, *, now: datetime) -> None:
    others = select(func.count()).where(
        RoleGrant.role == Role.OPERATOR,
        RoleGrant.person_id != found.person_id,
        RoleGrant.is_live_at(now),
    )
    if not session.scalar(others):
        raise LastOperator("This is the last operator; make another one first.")
