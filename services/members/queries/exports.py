"""All that members keeps about a person, as plain values for themselves."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.members.model import (
    Account,
    Affiliation,
    Appointment,
    AuditEntry,
    Base,
    CatalogueEntry,
    Consent,
    EarnedCertificate,
    ImportRow,
    Invitation,
    LinkedIdentity,
    Passkey,
    Person,
    PersonalToken,
    Referral,
    RoleGrant,
    SignInSession,
    TalentNeed,
    Transition,
)
from shared.database import plain_row

# Folded copies and secrets: nothing that the person has not told or been told.
LEFT_OUT: Final = {
    *("password_hash", "secret_hash", "token_hash"),
    *("search_key", "sort_key", "email_key", "tags"),
    *("facts_salt", "place_salt"),
}


def _row(thing: Base) -> dict[str, Any]:
    return plain_row(thing, LEFT_OUT)


def _rows(session: Session, kind: type[Any], person_id: UUID) -> list[dict[str, Any]]:
    return [_row(each) for each in session.scalars(select(kind).where(kind.person_id == person_id))]


def _audit_row(entry: AuditEntry, person_id: UUID) -> dict[str, Any]:
    """The entry without others' data: whom they changed, or whoever changed them."""
    row = _row(entry)
    if entry.person_id not in (person_id, None):
        row["facts"] = None
    if entry.actor != str(person_id):
        row["place"] = None
    return row


def export_of(session: Session, person: Person) -> dict[str, Any]:
    """Section → rows; `history` holds what was done to them and what they did."""
    sections: Sequence[tuple[str, type[Any]]] = (
        ("accounts", Account),
        ("affiliations", Affiliation),
        ("appointments", Appointment),
        ("grants", RoleGrant),
        ("sessions", SignInSession),
        ("personal_tokens", PersonalToken),
        ("passkeys", Passkey),
        ("linked_identities", LinkedIdentity),
        ("consents", Consent),
        ("needs", TalentNeed),
        ("referrals", Referral),
        ("catalogue_entries", CatalogueEntry),
    )
    merged = select(Person.id).where(Person.merged_into == person.id)
    earned = select(EarnedCertificate).where(
        or_(EarnedCertificate.person_id == person.id, EarnedCertificate.person_id.in_(merged))
    )
    invited = select(Invitation).where(Invitation.accepted_by == person.id)
    imported = select(ImportRow).where(ImportRow.target_id == person.id)
    history = select(Transition).where(
        or_(Transition.subject_id == person.id, Transition.actor == str(person.id))
    )
    audit = select(AuditEntry).where(
        or_(AuditEntry.person_id == person.id, AuditEntry.actor == str(person.id))
    )
    return {
        "person": _row(person),
        **{name: _rows(session, kind, person.id) for name, kind in sections},
        "earned_certificates": [_row(each) for each in session.scalars(earned)],
        "invitations": [_row(each) for each in session.scalars(invited)],
        "import_rows": [_row(each) for each in session.scalars(imported)],
        "audit": [
            _audit_row(each, person.id)
            for each in session.scalars(audit.order_by(AuditEntry.number))
        ],
        "history": [_row(each) for each in session.scalars(history.order_by(Transition.number))],
    }
