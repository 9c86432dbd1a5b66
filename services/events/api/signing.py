"""Signing tickets on the way: the key is read once a process."""

from uuid import UUID

from flask import current_app

from services.events.actions.door import OPENS
from services.events.actions.registering import Registered
from services.events.model.ticket import Signer, Ticket
from services.events.queries.tickets import find_signer
from shared.web.context import service

KEPT_IN = "plenary_ticket_signer"


def _signer() -> Signer:
    kept: Signer | None = current_app.extensions.get(KEPT_IN)
    if kept is None:
        with service().database.reading() as session:
            kept = current_app.extensions[KEPT_IN] = find_signer(session)
    return kept


def sign_ticket(registration_id: UUID, workshop_id: UUID) -> str:
    """The signed code of a registration that has a seat."""
    return _signer().sign(Ticket(registration_id, workshop_id))


def ticket_of(found: Registered) -> dict[str, str]:
    """The ticket for RegistrationOut, where the registration has one."""
    row = found.registration
    return {"ticket": sign_ticket(row.id, row.workshop_id)} if row.state in OPENS else {}
