"""The second step of signing in: codes of an app (TOTP, RFC 6238), and recovery codes."""

import base64
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import pyotp
from sqlalchemy import CursorResult, Update, delete, func, select, update
from sqlalchemy.orm import Session

from services.members.actions.auditing.watching import BESIDE
from services.members.actions.failures import AlreadyThere, WrongCode, WrongState
from services.members.actions.hashing import hash_secret
from services.members.actions.recording import lock, record
from services.members.actions.warning import warn
from services.members.model import Account, CodeSecret, Person, RecoveryCode
from services.members.settings import MembersSettings
from shared.foundation.sealing import seal, unseal

ISSUER: Final = "Plenary"
STEP_SECONDS: Final = 30
# A clock may be a step off either way (RFC 6238, section 5.2).
STEPS_OFF: Final = (-1, 0, 1)
RECOVERY_CODES: Final = 10
RECOVERY_BYTES: Final = 10


@dataclass(frozen=True)
class SetUp:
    """What the app is given: the secret in base32, and the same as a URI for a QR code."""

    secret: str
    uri: str


@dataclass(frozen=True)
class Standing:
    """Whether codes are asked for, since when, and how many recovery codes are left."""

    is_on: bool
    since: datetime | None
    recovery_codes_left: int


def _about(person_id: UUID) -> str:
    return f"code_secrets {person_id}"


def _find_confirmed(session: Session, person_id: UUID) -> CodeSecret | None:
    found = session.get(CodeSecret, person_id)
    return found if found is not None and found.confirmed_at is not None else None


def asks_for_code(session: Session, person_id: UUID) -> bool:
    """Whether a code is asked for after the person has shown who they are."""
    return _find_confirmed(session, person_id) is not None


def standing_of(session: Session, person_id: UUID) -> Standing:
    """How it stands with the person's second step."""
    found = _find_confirmed(session, person_id)
    left = select(func.count()).where(
        RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None)
    )
    since = found.confirmed_at if found else None
    return Standing(found is not None, since, session.scalar(left) or 0 if found else 0)


def set_up(session: Session, person: Person, *, settings: MembersSettings, now: datetime) -> SetUp:
    """A new secret for the app. Nothing is asked for until a first code was confirmed.

    Raises AlreadyThere when it is on.
    """
    lock(session, person)
    found = session.get(CodeSecret, person.id)
    if found is not None and found.confirmed_at is not None:
        raise AlreadyThere("The second step is on already; turn it off first.")
    secret = pyotp.random_base32()
    sealed = seal(
        secret, about=_about(person.id), secret_key=settings.secret_key, service="members"
    )
    session.merge(
        CodeSecret(person_id=person.id, sealed=sealed, made_at=now, confirmed_at=None, last_step=0)
    )
    return _told_to_app(session, person, secret)


def _told_to_app(session: Session, person: Person, secret: str) -> SetUp:
    email = session.get_one(Account, person.id).email
    return SetUp(secret, pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER))


def find_set_up(session: Session, person: Person, *, settings: MembersSettings) -> SetUp | None:
    """The secret that waits for its first code, once more."""
    found = session.get(CodeSecret, person.id)
    if found is None or found.confirmed_at is not None:
        return None
    return _told_to_app(session, person, _opened(found, settings))


def confirm(
    session: Session, person: Person, code: str, *, settings: MembersSettings, now: datetime
) -> list[str]:
    """From now on codes are asked for. Answers the recovery codes, which only this call knows.

    Raises WrongState, WrongCode.
    """
    lock(session, person)
    found = session.get(CodeSecret, person.id)
    if found is None or found.confirmed_at is not None:
        raise WrongState("There is nothing to confirm; set the app up first.")
    if not _take_app_code(session, found, code, settings=settings, now=now):
        raise WrongCode("The app shows another code. Is the clock of its device right?")
    found.confirmed_at = now
    record(session, person, "second step on", before=None, actor=str(person.id), now=now)
    warn(session, person, "codes_on", now=now)
    return _new_recovery_codes(session, person.id)


def turn_off(session: Session, person: Person, *, actor: str, now: datetime) -> None:
    """No code is asked for any more; whoever calls has checked one. Twice is once."""
    if _find_confirmed(session, person.id) is None:
        return
    forget_codes_of(session, person.id)
    record(session, person, "second step off", before=None, actor=actor, now=now)
    warn(session, person, "codes_off", now=now)


def renew_recovery_codes(session: Session, person: Person, *, now: datetime) -> list[str]:
    """Ten new ones; those before are good no more. Whoever calls has checked a code."""
    if _find_confirmed(session, person.id) is None:
        raise WrongState("The second step is off: there is nothing to recover.")
    warn(session, person, "recovery_codes_renewed", now=now)
    return _new_recovery_codes(session, person.id)


def _new_recovery_codes(session: Session, person_id: UUID) -> list[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    made = [_plain_code() for _ in range(RECOVERY_CODES)]
    session.add_all(
        RecoveryCode(person_id=person_id, code_hash=_hash_of(person_id, code), used_at=None)
        for code in made
    )
    return made


def _plain_code() -> str:
    """80 random bits as four groups of four letters and digits."""
    text = base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def _hash_of(person_id: UUID, code: str) -> str:
    letters = "".join(each for each in code.lower() if each.isalnum())
    return hash_secret(f"{person_id} {letters}")


def take_code(
    session: Session, person_id: UUID, code: str, *, settings: MembersSettings, now: datetime
) -> bool:
    """Whether it is a good code of the app or a recovery code; it is used up."""
    found = _find_confirmed(session, person_id)
    if found is None:
        return False
    if _take_app_code(session, found, code, settings=settings, now=now):
        return True
    used = update(RecoveryCode).where(
        RecoveryCode.person_id == person_id,
        RecoveryCode.code_hash == _hash_of(person_id, code),
        RecoveryCode.used_at.is_(None),
    )
    return _count_changed(session, used.values(used_at=now)) == 1


def _opened(found: CodeSecret, settings: MembersSettings) -> str:
    return unseal(
        found.sealed,
        about=_about(found.person_id),
        secret_key=settings.secret_key,
        service="members",
    )


def _take_app_code(
    session: Session, found: CodeSecret, code: str, *, settings: MembersSettings, now: datetime
) -> bool:
    """Whether the app shows the code now, for the first time (RFC 6238, section 5.2)."""
    app, digits = pyotp.TOTP(_opened(found, settings)), "".join(code.split())
    step_now = int(now.timestamp()) // STEP_SECONDS
    matching = [
        step_now + off
        for off in STEPS_OFF
        if hmac.compare_digest(
            app.generate_otp(step_now + off).encode(), digits.encode("utf-8", "replace")
        )
    ]
    if not matching:
        return False
    step = max(matching)
    session.flush()
    used = update(CodeSecret).where(
        CodeSecret.person_id == found.person_id, CodeSecret.last_step < step
    )
    return _count_changed(session, used.values(last_step=step)) == 1


def _count_changed(session: Session, statement: Update) -> int:
    done = session.execute(statement, execution_options=BESIDE)
    return done.rowcount if isinstance(done, CursorResult) else 0


def forget_codes_of(session: Session, person_id: UUID) -> None:
    """Delete the person's secret and recovery codes."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    found = session.get(CodeSecret, person_id)
    if found is not None:
        session.delete(found)
        session.flush()
