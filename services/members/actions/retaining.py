"""How long each kind of members' data is kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from services.members.actions.auditing.verifying import ADDRESSES_KEPT, ADDRESSES_KIND
from services.members.actions.auditing.watching import BESIDE
from services.members.actions.imports.forgetting import forget_old_imports
from services.members.model import (
    Attempt,
    AuditEntry,
    Consent,
    DataExport,
    Invitation,
    MailedToken,
    PersonalToken,
    RetentionRun,
    SignInSession,
)
from shared.foundation.sheets import as_is as _
from shared.retaining import Kind, Retention, deleting


def _sessions(session: Session, before: datetime) -> int:
    over = or_(SignInSession.expires_at <= before, SignInSession.revoked_at <= before)
    result: Any = session.execute(delete(SignInSession).where(over))
    return int(result.rowcount)


def _personal_tokens(session: Session, before: datetime) -> int:
    over = select(PersonalToken.id).where(
        or_(PersonalToken.expires_at <= before, PersonalToken.revoked_at <= before)
    )
    gone = delete(PersonalToken).where(PersonalToken.id.in_(over))
    result: Any = session.execute(gone, execution_options=BESIDE)
    return int(result.rowcount)


def _audit_addresses(session: Session, before: datetime) -> int:
    """The chain holds on: it has their digests, and nobody has the salts any more."""
    old = update(AuditEntry).where(AuditEntry.at <= before, AuditEntry.place.is_not(None))
    result: Any = session.execute(old.values(place=None, place_salt=None))
    return int(result.rowcount)


def _consent_addresses(session: Session, before: datetime) -> int:
    """That, when and to which words it was given stays; whence it was does not."""
    held = or_(Consent.given_place.is_not(None), Consent.withdrawn_place.is_not(None))
    old = update(Consent).where(Consent.withdrawn_at <= before, held)
    result: Any = session.execute(
        old.values(given_place=None, withdrawn_place=None), execution_options=BESIDE
    )
    return int(result.rowcount)


KINDS: Final[Sequence[Kind]] = (
    Kind(
        "sign_in_attempts",
        30,
        _("Attempts to sign in"),
        _("since they were made"),
        deleting(Attempt, Attempt.at, **BESIDE),
        least=1,
    ),
    Kind(
        "mailed_tokens",
        0,
        _("Mailed links"),
        _("since they expired"),
        deleting(MailedToken, MailedToken.expires_at, **BESIDE),
    ),
    Kind("sessions", 0, _("Sessions"), _("since they ended"), _sessions),
    Kind("personal_tokens", 0, _("Personal tokens"), _("since they ended"), _personal_tokens),
    Kind(
        "invitations",
        90,
        _("Invitations that nobody took"),
        _("since they expired"),
        deleting(Invitation, Invitation.expires_at, Invitation.accepted_at.is_(None), **BESIDE),
    ),
    Kind(
        "import_rows",
        30,
        _("Rows of imported files"),
        _("since they were uploaded"),
        forget_old_imports,
        least=1,
    ),
    Kind(
        "data_exports",
        0,
        _("Copies of a person's data"),
        _("since they could be downloaded last"),
        deleting(DataExport, DataExport.expires_at, **BESIDE),
    ),
    Kind(
        ADDRESSES_KIND,
        365,
        _("Network addresses in the audit"),
        _("since the act"),
        _audit_addresses,
        least=ADDRESSES_KEPT.days,
    ),
    Kind(
        "consent_addresses",
        1095,
        _("Network addresses of consents"),
        _("since they were withdrawn"),
        _consent_addresses,
        least=30,
    ),
)
RETENTION: Final = Retention(KINDS, RetentionRun, "PLENARY_KEEP_DAYS")
