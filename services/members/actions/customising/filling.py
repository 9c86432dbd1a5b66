"""Filling in: what is given for custom fields is read, checked, and kept for an organisation."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.actions.customising import values as read
from services.members.actions.customising.values import BadValue, content_of, sought_of
from services.members.model import CustomField, CustomValue
from shared.foundation.failures import Conflict, Fault, Invalid

Filled = Sequence[tuple[CustomField, Any]]
"""Fields and their new values; None empties one."""
PREFIX: Final = "custom."
"""Before a field's name, where it stands beside fields that every organisation has."""


class BadValues(Invalid):
    """Some values can't be kept. reasons: name → template and facts, for pages."""

    default_code = "bad_value"

    def __init__(self, reasons: Mapping[str, tuple[str, Mapping[str, Any]]]):
        details = {name: template % facts for name, (template, facts) in reasons.items()}
        faults = [Fault(f"/custom/{_escaped(name)}", each) for name, each in details.items()]
        super().__init__(next(iter(details.values())), faults=faults)
        self.reasons = reasons


def _escaped(name: str) -> str:
    """As a step of a pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def read_values(given: Mapping[str, Any], known: Mapping[str, CustomField]) -> Filled:
    """What a JSON body gives: name → value, null to empty one. Raises BadValues."""
    return _read(given, known, read.read_value)


def read_texts(given: Mapping[str, Any], known: Mapping[str, CustomField]) -> Filled:
    """What a form gives of all its fields: name → text, or choice → anything. Raises BadValues."""
    texts = {
        name: "; ".join(text) if isinstance(text, Mapping) else text for name, text in given.items()
    }
    return _read({name: texts.get(name, "") for name in known} | texts, known, read.read_text)


def _read(given: Mapping[str, Any], known: Mapping[str, CustomField], reader: Any) -> Filled:
    found: list[tuple[CustomField, Any]] = []
    reasons: dict[str, tuple[str, Mapping[str, Any]]] = {}
    for name, each in given.items():
        field = known.get(name)
        if field is None:
            reasons[name] = (read.NO_FIELD, {"names": ", ".join(known) or "–"})
            continue
        try:
            value = reader(field, each)
            if value is None and field.is_required:
                raise BadValue(read.NEEDED)
        except BadValue as bad:
            reasons[name] = (bad.template, bad.facts)
        else:
            found.append((field, value))
    if reasons:
        raise BadValues(reasons)
    return found


def require_needed(filled: Filled, needed: Iterable[tuple[str, CustomField]]) -> None:
    """Raise BadValues where a field that is needed got no value."""
    given = {field.id for field, value in filled if value is not None}
    missing: dict[str, tuple[str, Mapping[str, Any]]] = {
        name: (read.NEEDED, {}) for name, field in needed if field.id not in given
    }
    if missing:
        raise BadValues(missing)


def keep_values(session: Session, organisation_id: UUID, filled: Filled) -> list[str]:
    """Keep the values; answers the keys of those that changed, as `custom.KEY`.

    The caller has locked the organisation. Raises Conflict when a field was changed meanwhile.
    """
    if not filled:
        return []
    _require_unchanged(session, [field for field, _ in filled])
    query = select(CustomValue).where(
        CustomValue.organisation_id == organisation_id,
        CustomValue.field_id.in_([field.id for field, _ in filled]),
    )
    kept = {each.field_id: each for each in session.scalars(query)}
    changed = []
    for field, value in filled:
        if _keep(session, organisation_id, field, value, kept.get(field.id)):
            changed.append(f"{PREFIX}{field.key}")
    return changed


def _keep(
    session: Session, organisation_id: UUID, field: CustomField, value: Any, old: CustomValue | None
) -> bool:
    if value is None:
        if old is not None:
            session.delete(old)
        return old is not None
    content = content_of(value)
    if old is not None and old.content == content:
        return False
    sought, number = sought_of(field, value)
    if old is None:
        place = {"field_id": field.id, "organisation_id": organisation_id}
        session.add(CustomValue(content=content, sought=sought, number=number, **place))
    else:
        old.content, old.sought, old.number = content, sought, number
    return True


def _require_unchanged(session: Session, fields: Sequence[CustomField]) -> None:
    """Hold the fields as they were read until the end of the transaction."""
    query = select(CustomField.id, CustomField.version).where(
        CustomField.id.in_([field.id for field in fields])
    )
    rows = session.execute(query.order_by(CustomField.id).with_for_update(read=True))
    now_is = {row.id: row.version for row in rows}
    if any(now_is[field.id] != field.version for field in fields):
        raise Conflict("A field was changed just now; read the fields again.", code="field_changed")
