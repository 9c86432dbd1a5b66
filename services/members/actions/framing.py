"""Capability frameworks: editions of what an alliance's people should be able to do."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.members.actions.failures import AlreadyThere, WrongState
from services.members.actions.recording import lock, record
from services.members.model import Capability, CapabilityFramework, Organisation
from services.members.model.capability import DRAFT, MOST_CAPABILITIES, PUBLISHED, USUAL_LEVELS
from services.members.queries.capabilities import capabilities_of, latest_published
from shared.foundation.failures import Conflict, Invalid
from shared.foundation.ids import new_id
from shared.foundation.languages import Text
from shared.foundation.sentences import said
from shared.messaging.outbox import tell

FIELDS: Final = ("root", "code", "names", "texts", "levels", "esco_uri")


def draft_framework(
    session: Session, alliance: Organisation, names: Text | None, *, actor: str, now: datetime
) -> CapabilityFramework:
    """Start the next edition: a copy of the one that is published, else an empty one.

    Raises AlreadyThere while there is a draft. names: None keeps those of the edition before.
    """
    if alliance.kind != "alliance":
        raise Invalid.at("/organisation_id", "Only an alliance has a capability framework.")
    lock(session, alliance)
    own = CapabilityFramework.organisation_id == alliance.id
    query = select(CapabilityFramework.id).where(own, CapabilityFramework.state == DRAFT)
    if session.scalar(query) is not None:
        raise AlreadyThere("There is a draft of the next edition already; change that one.")
    before = latest_published(session, alliance.id)
    known = names or (before.names if before else None)
    if not known:
        raise Invalid.at("/names", "Write it in one language at least.")
    number = (session.scalar(select(func.max(CapabilityFramework.number)).where(own)) or 0) + 1
    made = CapabilityFramework(
        id=new_id(),
        version=1,
        organisation_id=alliance.id,
        number=number,
        state=DRAFT,
        names=known,
        created_at=now,
        published_at=None,
    )
    session.add(made)
    session.flush()
    if before is not None:
        _copy(session, before, made, now=now)
    record(session, made, DRAFT, before=None, actor=actor, now=now)
    return made


def _copy(
    session: Session, before: CapabilityFramework, made: CapabilityFramework, *, now: datetime
) -> None:
    for each in session.scalars(capabilities_of(before.id)):
        values = {name: getattr(each, name) for name in FIELDS}
        session.add(_new(made, values | {"lineage_id": each.lineage_id}, now=now))


def _new(framework: CapabilityFramework, values: Mapping[str, Any], *, now: datetime) -> Capability:
    id_ = new_id()
    return Capability(
        id=id_,
        version=1,
        organisation_id=framework.organisation_id,
        framework_id=framework.id,
        lineage_id=values.get("lineage_id") or id_,
        root=values["root"],
        code=values["code"],
        names=values["names"],
        texts=values.get("texts") or {},
        levels=list(values.get("levels") or USUAL_LEVELS),
        esco_uri=values.get("esco_uri"),
        created_at=now,
    )


def rename_framework(
    session: Session, found: CapabilityFramework, names: Text, *, actor: str, now: datetime
) -> None:
    """Give a draft other names. The caller has locked it. Raises WrongState once published."""
    _require_draft(found)
    if found.names != names:
        found.names = names
        found.version += 1
        record(session, found, "changed", before=DRAFT, actor=actor, now=now, reason="names")


def publish_framework(
    session: Session, found: CapabilityFramework, *, actor: str, now: datetime, reason: str = ""
) -> None:
    """It holds from now on, and never changes again. The caller has locked it; twice is once.

    Tells CapabilityFrameworkPublished. Raises Conflict where it has no capability.
    """
    if found.state == PUBLISHED:
        return
    capabilities = list(session.scalars(capabilities_of(found.id)))
    if not capabilities:
        raise Conflict("An edition without any capability can't be published.")
    found.state, found.published_at = PUBLISHED, now
    found.version += 1
    record(session, found, PUBLISHED, before=DRAFT, actor=actor, now=now, reason=reason)
    tell(session, found.told(capabilities), now=now)


def discard_framework(
    session: Session, found: CapabilityFramework, *, actor: str, now: datetime
) -> None:
    """The draft is gone, with its capabilities. The caller has locked it."""
    _require_draft(found)
    for each in session.scalars(capabilities_of(found.id)):
        session.delete(each)
    session.flush()
    record(session, found, "removed", before=DRAFT, actor=actor, now=now)
    session.delete(found)


def add_capability(
    session: Session,
    framework: CapabilityFramework,
    values: Mapping[str, Any],
    *,
    actor: str,
    now: datetime,
) -> Capability:
    """Add one to a draft, which the caller has locked. Raises AlreadyThere for its code.

    values: FIELDS; without levels, three usual ones.
    """
    _require_draft(framework)
    query = select(func.count()).where(Capability.framework_id == framework.id)
    if (session.scalar(query) or 0) >= MOST_CAPABILITIES:
        raise Conflict("This edition has as many capabilities as it may have.")
    made = _new(framework, values, now=now)
    _keep(session, made)
    record(session, made, "added", before=None, actor=actor, now=now)
    return made


def change_capability(
    session: Session,
    framework: CapabilityFramework,
    found: Capability,
    changes: Mapping[str, Any],
    *,
    actor: str,
    now: datetime,
) -> None:
    """Change some fields of one in a draft, which the caller has locked."""
    _require_draft(framework)
    changed = [
        name for name, value in changes.items() if name in FIELDS and getattr(found, name) != value
    ]
    if not changed:
        return
    for name in changed:
        setattr(found, name, changes[name])
    found.version += 1
    _keep(session, found)
    reason = ", ".join(changed)
    record(session, found, "changed", before=None, actor=actor, now=now, reason=reason)


def remove_capability(
    session: Session,
    framework: CapabilityFramework,
    found: Capability,
    *,
    actor: str,
    now: datetime,
) -> None:
    """Take one out of a draft, which the caller has locked."""
    _require_draft(framework)
    record(session, found, "removed", before="added", actor=actor, now=now)
    session.delete(found)


def _require_draft(framework: CapabilityFramework) -> None:
    if framework.state != DRAFT:
        raise WrongState("A published edition never changes; start the next one.")


def _keep(session: Session, capability: Capability) -> None:
    code = capability.code
    try:
        with session.begin_nested():
            session.add(capability)
            session.flush()
    except IntegrityError as error:
        raise AlreadyThere(said("There is a capability %(code)s already.", code=code)) from error
