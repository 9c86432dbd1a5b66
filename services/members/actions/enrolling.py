"""Organisations: recording and changing them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.members.actions.customising.filling import keep_values
from services.members.actions.failures import IdentifierTaken
from services.members.actions.recording import lock, record, step_of
from services.members.model import Identifier, Organisation
from services.members.model.identifier_schemes import UNIQUE_SCHEMES, require_identifier
from shared.foundation.failures import Fault, Invalid
from shared.foundation.ids import new_id
from shared.foundation.sentences import said
from shared.messaging.outbox import tell, tell_all

FIELDS: Final = (
    "kind",
    "economy",
    "sector",
    "staff_count",
    "email",
    "phone",
    "url",
    "address",
)


def enrol(
    session: Session,
    values: Mapping[str, Any],
    *,
    registered_by: UUID | None = None,
    actor: str,
    now: datetime,
) -> Organisation:
    """Record an organisation. Tells OrganisationRecorded.

    values: names and kind, and any other of FIELDS; identifiers: [{scheme, value}];
    custom: fields and their values.
    Raises IdentifierTaken, or Invalid for a number whose check digits don't fit.
    """
    return enrol_all(session, [values], registered_by=registered_by, actor=actor, now=now)[0]


def enrol_all(
    session: Session,
    many: Sequence[Mapping[str, Any]],
    *,
    registered_by: UUID | None = None,
    actor: str,
    now: datetime,
) -> list[Organisation]:
    """As `enrol`, for thousands at once; in the same order."""
    made, identifiers = [], []
    for values in many:
        organisation = Organisation(
            id=new_id(),
            version=1,
            registered_by=registered_by,
            created_at=now,
            **{name: values.get(name) for name in FIELDS},
        )
        organisation.rename(values["names"])
        made.append(organisation)
        identifiers += _identifiers(organisation.id, values.get("identifiers") or ())
    session.add_all(made)
    session.flush()
    _keep_identifiers(session, identifiers)
    for organisation, values in zip(made, many, strict=True):
        keep_values(session, organisation.id, values.get("custom") or ())
    session.add_all(step_of(each, "recorded", before=None, actor=actor, now=now) for each in made)
    tell_all(session, [each.told() for each in made], now=now)
    return made


def _identifiers(organisation_id: UUID, given: Sequence[Mapping[str, str]]) -> list[Identifier]:
    made: dict[tuple[str, str], Identifier] = {}
    for place, each in enumerate(given):
        scheme = each["scheme"].lower()
        try:
            value = require_identifier(scheme, each["value"])
        except Invalid as failure:
            fault = Fault(f"/identifiers/{place}/value", failure.detail)
            raise Invalid(failure.detail, code="bad_identifier", faults=[fault]) from failure
        made[scheme, value] = Identifier(
            id=new_id(),
            organisation_id=organisation_id,
            scheme=scheme,
            value=value,
            is_unique=scheme in UNIQUE_SCHEMES,
        )
    return list(made.values())


def _keep_identifiers(session: Session, identifiers: Sequence[Identifier]) -> None:
    if not identifiers:
        return
    unique = [each for each in identifiers if each.is_unique]
    values = [each.value for each in unique]
    taken = select(Identifier.scheme, Identifier.value).where(
        Identifier.is_unique, Identifier.value.in_(values)
    )
    known = {(row.scheme, row.value) for row in session.execute(taken)}
    for each in unique:
        if (each.scheme, each.value) in known:
            raise IdentifierTaken(
                said(
                    "Another organisation has the %(scheme)s %(value)s already.",
                    scheme=each.scheme,
                    value=each.value,
                )
            )
        known.add((each.scheme, each.value))
    try:
        with session.begin_nested():
            session.add_all(identifiers)
            session.flush()
    except IntegrityError as error:
        raise IdentifierTaken("Another organisation has this identifier already.") from error


def change_organisation(
    session: Session,
    organisation: Organisation,
    changes: Mapping[str, Any],
    *,
    actor: str,
    now: datetime,
) -> Organisation:
    """Change some fields; identifiers replace all that were. Tells OrganisationRecorded.

    changes: any of FIELDS, names, identifiers, and custom: fields and their values.
    The caller has locked the organisation. Nothing that changes nothing is told.
    """
    changed = [
        name
        for name, value in changes.items()
        if name in (*FIELDS, "names") and getattr(organisation, name) != value
    ]
    if "identifiers" in changes:
        _replace_identifiers(session, organisation, changes["identifiers"])
        changed.append("identifiers")
    changed += keep_values(session, organisation.id, changes.get("custom") or ())
    if not changed:
        return organisation
    for name in changed:
        if name in FIELDS:
            setattr(organisation, name, changes[name])
    if "names" in changed:
        organisation.rename(changes["names"])
    organisation.version += 1
    reason = ", ".join(changed)
    record(session, organisation, "changed", before="recorded", actor=actor, now=now, reason=reason)
    tell(session, organisation.told(), now=now)
    return organisation


def _replace_identifiers(
    session: Session, organisation: Organisation, given: Sequence[Mapping[str, str]]
) -> None:
    wanted = _identifiers(organisation.id, given)
    own = select(Identifier).where(Identifier.organisation_id == organisation.id)
    for each in session.scalars(own):
        session.delete(each)
    session.flush()
    _keep_identifiers(session, wanted)


def lock_organisation(session: Session, organisation: Organisation) -> None:
    """Lock the organisation and read it as it is now."""
    lock(session, organisation)
