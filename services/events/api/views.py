"""Rows as the values that the API's schemas write, and bodies as the values that actions take."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.events.actions.door import Scanned, public_keys
from services.events.actions.nominating import Nominee
from services.events.actions.registering import Registered
from services.events.model import (
    Allotment,
    Certificate,
    CertificateRun,
    CheckInList,
    PersonCopy,
    Registration,
    SeatLedger,
    Workshop,
)
from services.events.model.ticket import short_code
from services.events.queries.attendance import attendances_of, those_with_a_seat
from services.events.queries.certificates import Standing
from services.events.queries.copies import names_of
from services.events.queries.trainers import TrainerConflict
from shared.foundation.languages import in_language
from shared.foundation.names import PersonName, display_name

RULES = (
    *("opens_at", "closes_at", "nominate_by", "confirm_by", "substitute_by"),
    *("mode", "form"),
)


def workshop_out(workshop: Workshop, *, shows_address: bool = True) -> dict[str, Any]:
    """For WorkshopOut. shows_address: the online one, for those who have a seat or organize."""
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
            "proposal_id",
            "starts_at",
            "ends_at",
            "time_zone",
            "venue",
            "capacity",
            "languages",
            "visibility",
        ]
    }
    if not shows_address:
        plain["venue"] = {name: text for name, text in workshop.venue.items() if name != "url"}
    rules = {name: getattr(workshop, name) for name in RULES}
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
    none = dict.fromkeys(RULES)
    return none | {"mode": "open", "form": []} | workshop_values(body)


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


def ticket_key_out(key_id: UUID, x: str) -> dict[str, str]:
    """For TicketKeyOut."""
    facts = {"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig"}
    return facts | {"kid": str(key_id), "x": x}


def check_in_out(scanned: Scanned) -> dict[str, Any]:
    """For CheckInOut."""
    return vars(scanned.check_in) | {"registration": scanned.registration}


def door_out(session: Session, entered: CheckInList, *, now: datetime) -> dict[str, Any]:
    """For DoorOut: everyone with a seat, as the door stands now."""
    workshop = session.get_one(Workshop, entered.workshop_id)
    people = list(session.scalars(those_with_a_seat(workshop).order_by(Registration.name_key)))
    bodies = names_of(session, {each.organisation_id for each in people if each.organisation_id})
    found = attendances_of(session, workshop, people, now=now)
    language = workshop.languages[0] if workshop.languages else "en"
    return {
        "workshop_id": workshop.id,
        "list_id": entered.id,
        "titles": entered.titles,
        "workshop_titles": workshop.titles,
        "as_of": now,
        "keys": [ticket_key_out(key_id, x) for key_id, x in public_keys(session).items()],
        "people": [
            {
                "registration_id": each.registration.id,
                "short_code": short_code(each.registration.id),
                "name": each.registration.name,
                "organisation": in_language(bodies.get(each.registration.organisation_id), language)
                if each.registration.organisation_id
                else "",
                "is_in": each.is_in,
            }
            for each in found
        ],
    }


def conflict_out(found: TrainerConflict) -> dict[str, Any]:
    """For ConflictOut."""
    return {
        "trainer_id": found.trainer.id,
        "names": found.trainer.names,
        "workshop_ids": [found.first.id, found.second.id],
        "starts_at": max(found.first.starts_at, found.second.starts_at),
    }


def standing_out(found: Standing) -> dict[str, Any]:
    """For StandingOut."""
    certificate = found.certificate
    return {
        "registration_id": found.registration.id,
        "name": found.registration.name,
        "hours": found.hours,
        "needed_hours": found.needed_hours,
        "score": found.score,
        "qualifies": found.qualifies,
        "lacks": list(found.lacks),
        "certificate_id": certificate.id if certificate and certificate.is_known else None,
    }


def certificate_out(session: Session, found: Certificate, *, root: str) -> dict[str, Any]:
    """For CertificateOut. root: the installation's public address."""
    run = session.get_one(CertificateRun, found.run_id)
    return vars(found) | {
        "titles": run.titles,
        "workshop_titles": session.get_one(Workshop, found.workshop_id).titles,
        "issuers": run.issuers,
        "verify_url": f"{root}/events/certificates/{found.id}",
    }


def verdict_out(session: Session, found: Certificate) -> dict[str, Any]:
    """For VerdictOut: no more than must be known; of a revoked one, not whose it was."""
    run, is_valid = session.get_one(CertificateRun, found.run_id), found.state == "issued"
    return {
        "id": found.id,
        "state": "valid" if is_valid else "revoked",
        "name": found.name if is_valid else None,
        "titles": run.titles,
        "workshop_titles": session.get_one(Workshop, found.workshop_id).titles,
        "hours": found.hours if is_valid else None,
        "issuers": run.issuers,
        "issued_at": found.issued_at,
        "revoked_at": found.revoked_at,
    }
