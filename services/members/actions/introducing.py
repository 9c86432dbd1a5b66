"""People: recording and changing them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.members.actions.recording import lock, record, step_of
from services.members.model import Person
from services.members.model.zones import zone_of
from shared.days import zone_of_days
from shared.foundation.ids import new_id
from shared.foundation.languages import ENGLISH
from shared.foundation.names import PersonName, fold_email
from shared.messaging.outbox import tell, tell_all

FIELDS: Final = (
    "email",
    "phone",
    "economy",
    "locale",
    "time_zone",
    "accessibility_needs",
    "gender",
    "titles",
    "sort_as",
)


def record_person(
    session: Session,
    values: Mapping[str, Any],
    *,
    registered_by: UUID | None = None,
    actor: str,
    now: datetime,
) -> Person:
    """Record a person. Tells PersonRecorded.

    values: names (PersonName, one at least), and any of FIELDS.
    """
    return record_people(session, [values], registered_by=registered_by, actor=actor, now=now)[0]


def record_people(
    session: Session,
    many: Sequence[Mapping[str, Any]],
    *,
    registered_by: UUID | None = None,
    actor: str,
    now: datetime,
) -> list[Person]:
    """As `record_person`, for thousands at once; in the same order."""
    made, zone = [], zone_of_days(session)
    for values in many:
        facts = {name: values.get(name) for name in FIELDS}
        facts["locale"] = facts["locale"] or ENGLISH
        facts["titles"] = facts["titles"] or {}
        facts["time_zone"] = facts["time_zone"] or zone_of(values.get("economy"), zone)
        person = Person(
            id=new_id(),
            version=1,
            is_bouncing=False,
            has_account=False,
            registered_by=registered_by,
            created_at=now,
            erased_at=None,
            **facts,
        )
        person.email_key = fold_email(person.email) if person.email else None
        person.rename(values["names"])
        made.append(person)
    session.add_all(made)
    session.flush()
    session.add_all(step_of(each, "recorded", before=None, actor=actor, now=now) for each in made)
    tell_all(session, [each.told() for each in made], now=now)
    return made


def change_person(
    session: Session,
    person: Person,
    changes: Mapping[str, Any],
    *,
    actor: str,
    now: datetime,
) -> Person:
    """Change some fields. Tells PersonRecorded. The history keeps which, not what they were.

    The caller has locked the person.
    """
    changed = [
        name for name, value in changes.items() if name in FIELDS and getattr(person, name) != value
    ]
    names: Sequence[PersonName] = changes.get("names") or ()
    if names and list(names) != person.person_names:
        changed.append("names")
    if not changed:
        return person
    for name in changed:
        if name in FIELDS:
            setattr(person, name, changes[name])
    if {"names", "sort_as"} & set(changed):
        person.rename(names or person.person_names)
    if "email" in changed:
        person.email_key = fold_email(person.email) if person.email else None
        person.is_bouncing = False
    person.version += 1
    reason = ", ".join(changed)
    record(session, person, "changed", before="recorded", actor=actor, now=now, reason=reason)
    tell(session, person.told(), now=now)
    return person


def lock_person(session: Session, person: Person) -> None:
    """Lock the person and read them as they are now."""
    lock(session, person)
