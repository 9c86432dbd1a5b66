"""Passkeys (WebAuthn level 2): adding, signing in by, and removing one.

A passkey shows that its holder has the device and unlocked it: two steps in one.
"""

import ipaddress
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.members.actions.auditing.watching import BESIDE
from services.members.actions.challenging import make_challenge, use_challenge
from services.members.actions.failures import (
    AlreadyThere,
    BadPasskey,
    TooManyPasskeys,
    WrongCredentials,
)
from services.members.actions.recording import lock, record
from services.members.actions.warning import warn
from services.members.model import Account, Passkey, Person
from services.members.queries.accounts import passkeys_of
from services.members.settings import MembersSettings
from shared.foundation.ids import new_id
from shared.foundation.later import Later
from shared.foundation.sentences import said

if TYPE_CHECKING:
    import webauthn
    from webauthn import helpers
    from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
    from webauthn.helpers import exceptions, structs
    from webauthn.registration.verify_registration_response import VerifiedRegistration
else:
    webauthn, helpers = Later("webauthn"), Later("webauthn.helpers")
    exceptions = Later("webauthn.helpers.exceptions")
    structs = Later("webauthn.helpers.structs")

RP_NAME: Final = "Plenary"
MOST: Final = 20
SIGN_IN: Final = "sign in"
REFUSED: Final = "This passkey can't be used. Try again, or sign in another way."


@dataclass(frozen=True)
class Site:
    """Where passkeys are for: a host's name, and the origin that browsers say they are at."""

    name: str
    origin: str


def _unreadable() -> tuple[type[Exception], ...]:
    """What a library raises on a structure that is none; the credential comes from outside."""
    return (exceptions.WebAuthnException, ValueError, TypeError, KeyError, AttributeError)


def site_at(host: str, public_url: str) -> Site | None:
    """The site that a browser at this host is at, if passkeys work there.

    They need a name, not an address: at a loopback address `localhost` stands for it.
    """
    for origin in origins_of(public_url):
        parts = urlsplit(origin)
        if parts.netloc == host and parts.hostname and not _is_address(parts.hostname):
            return Site(parts.hostname, origin)
    return None


def origins_of(public_url: str) -> list[str]:
    """Where people reach the site; of a loopback address also by its name."""
    parts = urlsplit(public_url)
    host = parts.hostname or ""
    if _is_address(host) and ipaddress.ip_address(host).is_loopback:
        port = f":{parts.port}" if parts.port else ""
        return [public_url, f"{parts.scheme}://localhost{port}"]
    return [public_url]


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _adding(person_id: UUID) -> str:
    return f"add to {person_id}"


def options_to_add(
    session: Session, person: Person, site: Site, *, settings: MembersSettings, now: datetime
) -> dict[str, Any]:
    """For `navigator.credentials.create`, as plain JSON."""
    account = session.get_one(Account, person.id)
    known = [
        structs.PublicKeyCredentialDescriptor(
            id=helpers.base64url_to_bytes(each.credential_id),
            transports=[structs.AuthenticatorTransport(name) for name in each.transports],
        )
        for each in passkeys_of(session, person.id)
    ]
    options = webauthn.generate_registration_options(
        rp_id=site.name,
        rp_name=RP_NAME,
        user_id=person.id.bytes,
        user_name=account.email,
        user_display_name=person.name_in(person.locale),
        challenge=make_challenge(_adding(person.id), secret_key=settings.secret_key, now=now),
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=known,
    )
    plain: dict[str, Any] = json.loads(webauthn.options_to_json(options))
    return plain


def add_passkey(
    session: Session,
    person: Person,
    credential: Mapping[str, Any],
    name: str,
    site: Site,
    *,
    settings: MembersSettings,
    now: datetime,
) -> Passkey:
    """The person can sign in by it from now on. Raises BadPasskey, AlreadyThere,
    TooManyPasskeys."""
    lock(session, person)
    if len(passkeys_of(session, person.id)) >= MOST:
        raise TooManyPasskeys(
            said("You have %(most)s passkeys already; remove one first.", most=MOST)
        )
    challenge = _challenge_in(credential)
    verified = _verify_new(credential, challenge, site)
    if not use_challenge(
        session, challenge, _adding(person.id), secret_key=settings.secret_key, now=now
    ):
        raise BadPasskey(REFUSED)
    key_id = helpers.bytes_to_base64url(verified.credential_id)
    if session.scalar(select(Passkey.id).where(Passkey.credential_id == key_id)) is not None:
        raise AlreadyThere("This passkey is known already.")
    made = Passkey(
        id=new_id(),
        version=1,
        person_id=person.id,
        credential_id=key_id,
        public_key=helpers.bytes_to_base64url(verified.credential_public_key),
        sign_count=verified.sign_count,
        name=name,
        transports=_transports_in(credential),
        is_synced=verified.credential_backed_up,
        created_at=now,
        used_at=None,
    )
    session.add(made)
    record(session, made, "added", before=None, actor=str(person.id), now=now)
    warn(session, person, "passkey_added", now=now)
    return made


def _challenge_in(credential: Mapping[str, Any]) -> bytes:
    """The challenge that the browser says it answers; it is ours only if its MAC is."""
    try:
        packed = credential["response"]["clientDataJSON"]
        client = json.loads(helpers.base64url_to_bytes(packed))
        return helpers.base64url_to_bytes(client["challenge"])
    except _unreadable() as error:
        raise BadPasskey(REFUSED) from error


def _verify_new(
    credential: Mapping[str, Any], challenge: bytes, site: Site
) -> "VerifiedRegistration":
    try:
        return webauthn.verify_registration_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=site.name,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except _unreadable() as error:
        raise BadPasskey(REFUSED) from error


def _transports_in(credential: Mapping[str, Any]) -> list[str]:
    named = credential["response"].get("transports")
    known = {each.value for each in structs.AuthenticatorTransport}
    texts = [each for each in named if isinstance(each, str)] if isinstance(named, list) else []
    return sorted(known.intersection(texts))


def options_to_sign_in(site: Site, *, settings: MembersSettings, now: datetime) -> dict[str, Any]:
    """For `navigator.credentials.get`, as plain JSON: whichever passkey of this site."""
    options = webauthn.generate_authentication_options(
        rp_id=site.name,
        challenge=make_challenge(SIGN_IN, secret_key=settings.secret_key, now=now),
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    plain: dict[str, Any] = json.loads(webauthn.options_to_json(options))
    return plain


def person_shown(
    session: Session,
    credential: Mapping[str, Any],
    site: Site,
    *,
    settings: MembersSettings,
    now: datetime,
) -> Person:
    """Whose passkey it is. Raises BadPasskey, and WrongCredentials for any that is not good."""
    challenge = _challenge_in(credential)
    found = _find(session, credential)
    if found is None:
        raise WrongCredentials(REFUSED, code="wrong_passkey")
    lock(session, found)
    verified = _verify(credential, challenge, found, site)
    is_ours = use_challenge(session, challenge, SIGN_IN, secret_key=settings.secret_key, now=now)
    if not is_ours or _holder_in(credential) not in (None, found.person_id.bytes):
        raise WrongCredentials(REFUSED, code="wrong_passkey")
    found.sign_count = verified.new_sign_count
    found.is_synced = verified.credential_backed_up
    found.used_at = now
    return session.get_one(Person, found.person_id)


def _find(session: Session, credential: Mapping[str, Any]) -> Passkey | None:
    key_id = credential.get("id")
    if not isinstance(key_id, str):
        raise BadPasskey(REFUSED)
    return session.scalars(
        select(Passkey).where(Passkey.credential_id == key_id.rstrip("="))
    ).one_or_none()


def _holder_in(credential: Mapping[str, Any]) -> bytes | None:
    try:
        holder = credential["response"].get("userHandle")
        return helpers.base64url_to_bytes(holder) if holder else None
    except _unreadable() as error:
        raise BadPasskey(REFUSED) from error


def _verify(
    credential: Mapping[str, Any], challenge: bytes, found: Passkey, site: Site
) -> "VerifiedAuthentication":
    try:
        return webauthn.verify_authentication_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=site.name,
            expected_origin=site.origin,
            credential_public_key=helpers.base64url_to_bytes(found.public_key),
            credential_current_sign_count=found.sign_count,
            require_user_verification=True,
        )
    except _unreadable() as error:
        raise WrongCredentials(REFUSED, code="wrong_passkey") from error


def remove_passkey(session: Session, found: Passkey, *, actor: str, now: datetime) -> None:
    """Nobody signs in by it any more."""
    record(session, found, "removed", before="added", actor=actor, now=now)
    warn(session, session.get_one(Person, found.person_id), "passkey_removed", now=now)
    session.delete(found)


def forget_passkeys_of(session: Session, person_id: UUID) -> None:
    """Delete the person's passkeys."""
    gone = delete(Passkey).where(Passkey.person_id == person_id)
    session.execute(gone, execution_options=BESIDE)
