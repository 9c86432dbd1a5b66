"""Defining: what an organisation asks of those below it, and how it may change."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.members.actions.customising import values as read
from services.members.actions.customising.values import BadValue, content_of, sought_of, value_of
from services.members.actions.failures import AlreadyThere, ValuesInTheWay, WrongState
from services.members.actions.recording import record
from services.members.model import CustomField, CustomValue, Organisation
from services.members.model.custom_field import CHOOSING, MOST_FIELDS
from services.members.queries.scopes import ancestors_of, is_below
from shared.foundation.failures import Invalid
from shared.foundation.ids import new_id
from shared.foundation.sentences import said

FIELDS: Final = (
    *("labels", "hints", "type", "is_required", "limits", "choices", "audience", "position"),
)
RULES: Final = ("type", "limits", "choices")
"""What every value has to fit."""
LIMITS: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("text", "long_text"), ("longest",)),
    **dict.fromkeys(("integer", "decimal"), ("least", "most")),
    "date": ("earliest", "latest"),
}
PAIRS: Final = (("least", "most"), ("earliest", "latest"))


def define_field(
    session: Session, owner: Organisation, values: Mapping[str, Any], *, actor: str, now: datetime
) -> CustomField:
    """The owner asks this of organisations of a kind below it, from now on.

    values: kind, key and FIELDS; position None: last.
    Raises AlreadyThere for a key that is used above or below, Invalid for what makes no sense.
    """
    _require_room(session, owner)
    _require_free_key(session, owner, values["kind"], values["key"])
    facts = {name: values[name] for name in ("kind", "key", *FIELDS)}
    if facts["position"] is None:
        last = select(func.max(CustomField.position)).where(
            CustomField.organisation_id == owner.id, CustomField.kind == facts["kind"]
        )
        facts["position"] = (session.scalar(last) or 0) + 1
    made = CustomField(
        id=new_id(), version=1, organisation_id=owner.id, created_at=now, archived_at=None, **facts
    )
    _require_sense(made)
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError as error:
        raise _taken(made.key) from error
    record(session, made, "defined", before=None, actor=actor, now=now)
    return made


def _require_room(session: Session, owner: Organisation) -> None:
    count = select(func.count()).select_from(CustomField)
    if (session.scalar(count.where(CustomField.organisation_id == owner.id)) or 0) >= MOST_FIELDS:
        raise WrongState(
            said("There are %(most)s fields already; that is the most.", most=MOST_FIELDS)
        )


def _taken(key: str) -> AlreadyThere:
    return AlreadyThere(
        said(
            "There is a field %(key)s already, here, above or below. Use another key, "
            "or that field; if %(key)s is archived, bring it back.",
            key=key,
        )
    )


def _require_free_key(session: Session, owner: Organisation, kind: str, key: str) -> None:
    place = CustomField.organisation_id
    near = or_(place.in_(ancestors_of(session, owner.id)), is_below(place, owner.id))
    query = select(CustomField.id).where(CustomField.kind == kind, CustomField.key == key, near)
    if session.scalars(query).first() is not None:
        raise _taken(key)


def _require_sense(field: CustomField) -> None:
    """Raise Invalid unless choices and limits go with the type."""
    if field.type in CHOOSING and not field.choices:
        raise Invalid.at("/choices", "Give at least one choice.")
    if field.type not in CHOOSING and field.choices:
        raise Invalid.at("/choices", "Only fields to choose from have choices.")
    keys = [each["key"] for each in field.choices]
    for place, key in enumerate(keys):
        if key in keys[:place]:
            raise Invalid.at(f"/choices/{place}/key", "Another choice has this key already.")
    _require_limits(field)


def _require_limits(field: CustomField) -> None:
    allowed = LIMITS.get(field.type, ())
    for name in field.limits:
        if name not in allowed:
            has = ", ".join(allowed) or "none"
            raise Invalid.at(
                f"/limits/{name}", said("Limits of a field of this type: %(has)s.", has=has)
            )
    for low, high in PAIRS:
        ends = field.limits.get(low), field.limits.get(high)
        if None not in ends and ends[0] > ends[1]:  # type: ignore[operator]
            raise Invalid.at(f"/limits/{high}", said("This is less than %(low)s.", low=low))


def change_field(
    session: Session, field: CustomField, changes: Mapping[str, Any], *, actor: str, now: datetime
) -> CustomField:
    """Change some of FIELDS. Values follow a change of type where each of them still fits.

    The caller has locked the field. Raises ValuesInTheWay where one would be lost.
    """
    changed = [
        name for name, value in changes.items() if name in FIELDS and getattr(field, name) != value
    ]
    if not changed:
        return field
    old = {value.organisation_id: value for value in _values_of(session, field)}
    texts = {id_: _as_text(field, value) for id_, value in old.items()}
    for name in changed:
        setattr(field, name, changes[name])
    _require_sense(field)
    if set(RULES) & set(changed):
        _fit(field, [(old[id_], text) for id_, text in texts.items()])
    field.version += 1
    reason = ", ".join(changed)
    record(session, field, "changed", before="defined", actor=actor, now=now, reason=reason)
    return field


def _values_of(session: Session, field: CustomField) -> list[CustomValue]:
    query = select(CustomValue).where(CustomValue.field_id == field.id)
    return list(session.scalars(query.order_by(CustomValue.organisation_id)))


def _as_text(field: CustomField, value: CustomValue) -> str:
    return read.text_of(value_of(field, value.content))


def _fit(field: CustomField, values: list[tuple[CustomValue, str]]) -> None:
    lost = []
    for value, text in values:
        try:
            found = read.read_text(field, text)
        except BadValue as bad:
            lost.append((text, bad.detail))
            continue
        value.content = content_of(found)
        value.sought, value.number = sought_of(field, found)
    if lost:
        text, why = lost[0]
        raise ValuesInTheWay(
            said(
                "%(lost)s of %(all)s values would not fit any more, such as “%(text)s”: "
                "%(why)s Change these values first, or archive the field and define "
                "another one.",
                lost=len(lost),
                all=len(values),
                text=text[:60],
                why=(why,),
            )
        )


def archive_field(
    session: Session, field: CustomField, *, actor: str, now: datetime, reason: str = ""
) -> CustomField:
    """Nobody fills it in any more; its values stay. Twice is once. The caller has locked it."""
    if field.archived_at is None:
        field.archived_at = now
        field.version += 1
        record(session, field, "archived", before="defined", actor=actor, now=now, reason=reason)
    return field


def restore_field(
    session: Session, field: CustomField, *, actor: str, now: datetime, reason: str = ""
) -> CustomField:
    """It is filled in again, with the values that it had. The caller has locked it."""
    if field.archived_at is not None:
        field.archived_at = None
        field.version += 1
        record(session, field, "restored", before="archived", actor=actor, now=now, reason=reason)
    return field
