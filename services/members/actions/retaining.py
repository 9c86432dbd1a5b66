"""Retaining: how long each kind of data is kept, in one table, and forgetting what is older.

What nobody can use any more goes at once; the rest stays as many days as the table, or the
setting PLENARY_KEEP_DAYS, says. Erasing a person does not wait for it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
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
from services.members.settings import MembersSettings
from shared.foundation.failures import BadSettings
from shared.foundation.sheets import as_is as _

EVERY: Final = timedelta(days=1)
Forget = Callable[[Session, datetime], int]


@dataclass(frozen=True)
class Kind:
    """One kind of data. days: kept since `since` says, least at least; forget: what is older."""

    name: str
    days: int
    what: str
    since: str
    forget: Forget
    least: int = 0


def _deleting(table: type[Any], column: Any, *more: Any) -> Forget:
    """Delete rows whose instant has come, as far as the other conditions hold."""

    def forget(session: Session, before: datetime) -> int:
        statement = delete(table).where(column < before, *more)
        result: Any = session.execute(statement, execution_options=BESIDE)
        return int(result.rowcount)

    return forget


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
        _deleting(Attempt, Attempt.at),
        least=1,
    ),
    Kind(
        "mailed_tokens",
        0,
        _("Mailed links"),
        _("since they expired"),
        _deleting(MailedToken, MailedToken.expires_at),
    ),
    Kind("sessions", 0, _("Sessions"), _("since they ended"), _sessions),
    Kind("personal_tokens", 0, _("Personal tokens"), _("since they ended"), _personal_tokens),
    Kind(
        "invitations",
        90,
        _("Invitations that nobody took"),
        _("since they expired"),
        _deleting(Invitation, Invitation.expires_at, Invitation.accepted_at.is_(None)),
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
        _deleting(DataExport, DataExport.expires_at),
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


def kinds_of(settings: MembersSettings) -> list[Kind]:
    """The table with the days of the settings. Raises BadSettings for a kind that is none."""
    known = {each.name: each for each in KINDS}
    for name, days in settings.days_kept.items():
        if name not in known or days < known[name].least:
            least = known[name].least if name in known else 0
            kinds = ", ".join(known)
            why = f"is kept {least} days at least" if name in known else f"is none of {kinds}"
            raise BadSettings(f"PLENARY_KEEP_DAYS can't be used: {name} {why}.")
        known[name] = replace(known[name], days=days)
    return list(known.values())


def runs_of(session: Session) -> dict[str, RetentionRun]:
    """kind → when it was gone over, and what was forgotten."""
    return {each.kind: each for each in session.scalars(select(RetentionRun))}


def retain(session: Session, kinds: Sequence[Kind], *, now: datetime) -> dict[str, int]:
    """Forget what is too old of each kind whose day has come; kind → how much."""
    runs, done = runs_of(session), {}
    for each in kinds:
        run = runs.get(each.name)
        if run is not None and each.days and now - run.ran_at < EVERY:
            continue
        count = each.forget(session, now - timedelta(days=each.days))
        if run is None:
            run = RetentionRun(kind=each.name, ran_at=now, count=0, total=0)
            session.add(run)
        run.ran_at, run.count, run.total = now, count, run.total + count
        done[each.name] = count
    return done
