"""A person's names in forms: romanised, native, or both."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from marshmallow import RAISE, Schema, fields

from shared.foundation.failures import Invalid
from shared.foundation.names import NameKind, NameOrder, PersonName
from shared.web.fields import Line

ORDERS: Final[dict[NameKind, NameOrder]] = {
    "romanised": "given_first",
    "native": "family_first",
}


class NameForm(Schema):
    """One form of a name."""

    class Meta:
        unknown = RAISE

    family = Line(load_default="", longest=100)
    given = Line(load_default="", longest=100)


class WithNames(Schema):
    """Mixed into forms about a person."""

    class Meta:
        unknown = RAISE

    romanised = fields.Nested(NameForm, load_default=dict)
    native = fields.Nested(NameForm, load_default=dict)


def names_in(
    values: Mapping[str, Any], before: Sequence[PersonName] = (), *, missing: str
) -> list[PersonName]:
    """The names of a form's values; each keeps the order that it had before.

    missing: what to say when there is none. Raises Invalid then.
    """
    orders = ORDERS | {name.kind: name.order for name in before}
    names = [
        PersonName(
            kind=kind,
            given=values[kind].get("given", ""),
            family=values[kind].get("family", "") or values[kind]["given"],
            order=order,
        )
        for kind, order in orders.items()
        if any(values[kind].values())
    ]
    if not names:
        raise Invalid.at("/romanised/family", missing)
    return [_whole(name) for name in names]


def _whole(name: PersonName) -> PersonName:
    """A single name stands as the family's, once."""
    if name.family != name.given:
        return name
    return PersonName(kind=name.kind, given="", family=name.family, order=name.order)


def typed_names(names: Sequence[PersonName]) -> dict[str, str]:
    """What a form shows for existing names."""
    typed = {}
    for name in names:
        typed[f"{name.kind}.family"] = name.family
        typed[f"{name.kind}.given"] = name.given
    return typed
