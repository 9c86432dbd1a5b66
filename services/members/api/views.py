"""Rows as the values that the API's schemas write, and bodies as the values that actions take."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.members.actions.customising.values import value_of
from services.members.actions.signing_in import SignedIn
from services.members.model import CustomField, Organisation, Person
from services.members.queries import organisations as queries
from services.members.queries.custom_fields import named, visible_values
from shared.foundation.identities import Asker
from shared.foundation.names import PersonName

PUBLIC: Final = ("id", "version", "names", "kind", "economy", "sector")
CONTACT: Final = ("staff_count", "email", "phone", "url", "address")
PERSON: Final = (
    "id",
    "version",
    "names",
    "email",
    "is_bouncing",
    "phone",
    "economy",
    "locale",
    "time_zone",
    "accessibility_needs",
    "gender",
    "titles",
    "sort_as",
    "has_account",
)


def organisations_out(
    session: Session, rows: Sequence[Organisation], asker: Asker
) -> list[dict[str, Any]]:
    """For OrganisationOut: contact data of those only that the asker may read."""
    open_ids = queries.readable_among(session, asker, [row.id for row in rows])
    identifiers = queries.identifiers_of(session, list(open_ids))
    filled = visible_values(session, [row.id for row in rows], asker)
    found = []
    for row in rows:
        plain: dict[str, Any] = {name: getattr(row, name) for name in PUBLIC}
        plain["custom"] = custom_out(filled.get(row.id, ()))
        if row.id in open_ids:
            plain |= {name: getattr(row, name) for name in CONTACT}
            plain["identifiers"] = [
                {"scheme": each.scheme, "value": each.value} for each in identifiers[row.id]
            ]
        found.append(plain)
    return found


def custom_out(filled: Sequence[tuple[CustomField, list[Any]]]) -> dict[str, Any]:
    """name → value, in the order of forms."""
    contents = {field.id: content for field, content in filled}
    fields = named(field for field, _ in filled)
    return {name: value_of(field, contents[field.id]) for name, field in fields.items()}


def organisation_out(session: Session, row: Organisation, asker: Asker) -> dict[str, Any]:
    """One of `organisations_out`."""
    return organisations_out(session, [row], asker)[0]


def person_out(person: Person) -> dict[str, Any]:
    """For PersonOut."""
    plain: dict[str, Any] = {name: getattr(person, name) for name in PERSON}
    return plain | {"name": person.name_in(person.locale)}


def person_values(body: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a PersonIn or PersonChangeIn body."""
    values = dict(body)
    if "names" in values:
        values["names"] = [PersonName(**name) for name in values["names"]]
    return values


def signed_in_out(found: SignedIn) -> dict[str, Any]:
    """For SignedInOut."""
    return {
        "access_token": found.token.text,
        "expires_in": found.token.expires_in,
        "person": person_out(found.person),
    }


def filtered(query: Any, model: Any, wanted: Mapping[str, Any], *names: str) -> Any:
    """The query with an equality for each of the names that the arguments have."""
    for name in names:
        value: UUID | str | None = wanted.get(name)
        if value is not None:
            query = query.where(getattr(model, name) == value)
    return query
