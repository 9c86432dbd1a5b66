"""Finding organisations by what they have in custom fields that the asker sees."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import Session

from services.members.model import CustomField, CustomValue, Organisation
from services.members.model.custom_field import CHOOSING
from services.members.queries.custom_fields import Reach, shown_fields
from services.members.queries.scopes import MANAGERS, is_below, within
from shared.foundation.failures import Invalid
from shared.foundation.identities import Asker
from shared.foundation.names import fold
from shared.foundation.sentences import said

NUMBERS = ("integer", "decimal")
YES_AND_NO = {"yes": "yes", "true": "yes", "no": "no", "false": "no"}


def with_custom(
    session: Session, query: Select[Organisation], wanted: Sequence[str], asker: Asker
) -> Select[Organisation]:
    """The query with each `KEY:VALUE`. Raises Invalid for a field that the asker doesn't see."""
    if not wanted:
        return query
    known = shown_fields(session, asker)
    reach = Reach(session, asker)
    for place, text in enumerate(wanted):
        key, colon, value = (part.strip() for part in text.partition(":"))
        found = [each for each in known if key in (each.key, str(each.id))]
        if not colon or not value or not found:
            keys = ", ".join(sorted({each.key for each in known})) or "none"
            raise Invalid.at(
                f"/custom/{place}",
                said("Use KEY:VALUE; there are the fields: %(keys)s.", keys=keys),
            )
        query = query.where(or_(*(_has(each, value, place, asker, reach) for each in found)))
    return query


def _has(
    field: CustomField, text: str, place: int, asker: Asker, reach: Reach
) -> ColumnElement[bool]:
    column, owner = Organisation.id, field.organisation_id
    values = select(CustomValue.organisation_id).where(
        CustomValue.field_id == field.id, _matches(field, text, place)
    )
    found = and_(
        Organisation.kind == field.kind,
        column.in_(values),
        or_(column == owner, is_below(column, owner)),
    )
    if field.audience == "everyone":
        return found
    if asker.identity is None:
        return false()
    grants = tuple(reach.grants_to(owner))
    narrowed = replace(asker, identity=replace(asker.identity, grants=grants))
    return and_(found, within(column, narrowed, *MANAGERS))


def _matches(field: CustomField, text: str, place: int) -> ColumnElement[bool]:
    sought = CustomValue.sought
    if field.type in NUMBERS:
        ends = _ends(text)
        return _within(CustomValue.number, [_number(each, place) for each in ends], len(ends))
    if field.type == "date":
        return _within(sought, [each or None for each in _ends(text)], len(_ends(text)))
    if field.type in CHOOSING:
        key = _key_of(field, text)
        is_single = field.type == "choice"
        return sought == key if is_single else sought.contains(f"\n{key}\n", autoescape=True)
    if field.type in ("text", "long_text"):
        words = fold(text).split()
        holds = [sought.contains(each, autoescape=True) for each in words]
        return and_(*holds) if holds else false()
    if field.type == "boolean":
        return sought == YES_AND_NO.get(text.casefold(), "")
    return sought == text.casefold()


def _key_of(field: CustomField, text: str) -> str:
    """Of a key or a label."""
    for key, labels in field.choice_labels.items():
        if fold(text) in (fold(key), *map(fold, labels.values())):
            return key
    return text


def _ends(text: str) -> list[str]:
    """One value, or the two ends of a range, each of which may be empty."""
    low, dots, high = text.partition("..")
    return [low.strip(), high.strip()] if dots else [text]


def _number(text: str, place: int) -> float | None:
    if not text:
        return None
    try:
        found = float(text)
    except ValueError as error:
        raise Invalid.at(f"/custom/{place}", "Use a number, or a range such as 10..20.") from error
    if abs(found) > 1e18 or found != found:  # noqa: PLR0124 that is how a NaN shows
        raise Invalid.at(f"/custom/{place}", "Use a number, or a range such as 10..20.")
    return found


def _within(column: Any, ends: Sequence[Any], count: int) -> ColumnElement[bool]:
    if count == 1:
        found: ColumnElement[bool] = column == ends[0]
        return found
    low, high = ends
    return and_(
        column.is_not(None),
        *([column >= low] if low is not None else []),
        *([column <= high] if high is not None else []),
    )
