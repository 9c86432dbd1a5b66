"""Rows as the values that the API's schemas write, and bodies as the values that actions take."""

from collections.abc import Mapping
from typing import Any

from services.events.actions.nominating import Nominee
from services.events.actions.registering import Registered
from services.events.model import Allotment, PersonCopy, SeatLedger, Workshop
from shared.foundation.names import PersonName, display_name


def workshop_out(workshop: Workshop) -> dict[str, Any]:
    """For WorkshopOut."""
    plain = {
        name: getattr(workshop, name)
        for name in [
            "id",
            "version",
            "state",
            "titles",
            "summary",
            "kind",
            "host_id",
            "course_id",
            "starts_at",
            "ends_at",
            "time_zone",
            "venue",
            "capacity",
            "languages",
            "visibility",
        ]
    }
    rules = {name: getattr(workshop, name) for name in ("opens_at", "closes_at", "mode", "form")}
    return plain | {"registration": rules}


def workshop_values(body: Mapping[str, Any]) -> dict[str, Any]:
    """The model's columns of a WorkshopIn or WorkshopChangeIn body."""
    values = dict(body)
    rules = values.pop("registration", {})
    if "venue" in values:
        values["venue"] = {name: text for name, text in values["venue"].items() if text}
    return values | rules


def new_workshop_values(body: Mapping[str, Any]) -> dict[str, Any]:
    """As `workshop_values`, with the defaults of a new workshop."""
    return {"opens_at": None, "closes_at": None, "mode": "open", "form": []} | workshop_values(body)


def allotment_out(allotment: Allotment) -> dict[str, Any]:
    """For AllotmentOut."""
    return {
        "workshop_id": allotment.workshop_id,
        "organisation_id": allotment.organisation_id,
        "seats": allotment.seats,
        "alternates": allotment.alternates,
        "used": allotment.used,
        "release_at": allotment.release_at,
        "released_at": allotment.released_at,
        "state": "open" if allotment.is_open else "released",
    }


def seats_out(ledger: SeatLedger) -> dict[str, Any]:
    """For SeatsOut."""
    names = ["capacity", "confirmed", "held", "offered", "allotted", "free", "waiting"]
    return {name: getattr(ledger, name) for name in names}


def registration_out(found: Registered) -> dict[str, Any]:
    """For RegistrationOut: the place only while waiting, the offer only while open."""
    names = (
        "id workshop_id name email locale organisation_id person_id nomination_id state answers "
        "created_at"
    )
    plain = {name: getattr(found.registration, name) for name in names.split()}
    if found.place is not None:
        plain["place"] = found.place
    if found.offer is not None:
        plain["offer"] = {"id": found.offer.id, "expires_at": found.offer.expires_at}
    return plain


def nominee_of(body: Mapping[str, Any], person: PersonCopy | None) -> Nominee:
    """Whom a NominationIn or SubstituteIn names. person: of its person_id, if it gave one."""
    roles = {name: body[name] for name in ("role", "capacity") if name in body}
    if person is not None:
        return Nominee.of(person, **roles)
    given = body["person"]
    names = [PersonName(**name) for name in given["names"]]
    return Nominee(
        name=display_name(names, given["locale"]),
        email=given["email"],
        phone=given["phone"],
        locale=given["locale"],
        **roles,
    )
