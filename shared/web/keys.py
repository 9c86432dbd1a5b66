"""Copies of members' public keys and revoked sessions, and the reading of access tokens.

Tokens are JWTs signed with Ed25519 (RFC 8037): `alg`, `aud` and `iss` are pinned, `exp` required.
"""

import math
import threading
import time
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import GuestProtocol, OKPKey
from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from shared.contracts.members import GrantRecorded, SessionRevoked, SigningKeyPublished
from shared.database import Database
from shared.foundation.failures import Unauthenticated
from shared.web.tables import revoked_sessions, signing_keys

# RFC 9864 names the algorithm Ed25519; clients know it as EdDSA still.
warnings.filterwarnings("ignore", "EdDSA is deprecated", SecurityWarning)

ISSUER: Final = "plenary/members"
AUDIENCE: Final = "plenary"
ALGORITHM: Final = "EdDSA"
LONGEST_PERSONAL: Final = timedelta(days=366)
"""Of personal tokens: keys and what was taken are known for as long."""
KEYS_ARE_FRESH_SECONDS: Final = 30
ASK_AGAIN_SECONDS: Final = 0.5


def _insert_new(session: Session, table: Any, values: Mapping[str, Any]) -> None:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(dialect.insert(table).values(**values).on_conflict_do_nothing())


def keep_key(session: Session, message: SigningKeyPublished) -> None:
    """Keep a public key that members published."""
    values = {
        "key_id": message.key_id,
        "public_x": message.public_x,
        "expires_at": message.expires_at,
        "is_withdrawn": False,
    }
    _insert_new(session, signing_keys, values)


def keep_revocation(session: Session, message: SessionRevoked) -> None:
    """Refuse the session's tokens from the next request on."""
    values = {"session_id": message.session_id, "expires_at": message.expires_at}
    _insert_new(session, revoked_sessions, values)


def keep_taken_grant(session: Session, message: GrantRecorded, *, now: datetime) -> None:
    """Personal tokens that carry the grant do without it from the next request on."""
    if message.is_revoked:
        values = {"session_id": message.grant_id, "expires_at": now + LONGEST_PERSONAL}
        _insert_new(session, revoked_sessions, values)


def forget_expired(session: Session, *, now: datetime) -> None:
    """Delete keys and revocations that no living token can name."""
    for table in (signing_keys, revoked_sessions):
        session.execute(delete(table).where(table.c.expires_at < now))


@dataclass
class KeyRing:
    """The keys of one process, read from its database and kept for half a minute."""

    database: Database
    _keys: dict[str, OKPKey] = field(default_factory=dict)
    _read_at: float = -1e9
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def find(self, key_id: str) -> OKPKey | None:
        """The key of that id; an unknown one is looked up at most twice a second."""
        age = time.monotonic() - self._read_at
        if age > KEYS_ARE_FRESH_SECONDS or (key_id not in self._keys and age > ASK_AGAIN_SECONDS):
            with self._lock:
                self._read()
        return self._keys.get(key_id)

    def _key_of(self, token: GuestProtocol) -> OKPKey:
        key = self.find(str(token.headers().get("kid")))
        if key is None:
            raise Unauthenticated("The access token is signed with an unknown key.")
        return key

    def _read(self) -> None:
        query = select(signing_keys).where(signing_keys.c.is_withdrawn.is_(False))
        with self.database.reading() as session:
            rows = session.execute(query).all()
        self._keys = {str(row.key_id): public_key(row.public_x) for row in rows}
        self._read_at = time.monotonic()

    def revoked_among(self, ids: Iterable[UUID]) -> set[UUID]:
        """Which sessions, personal tokens and grants of these were ended or taken."""
        query = select(revoked_sessions.c.session_id).where(
            revoked_sessions.c.session_id.in_(list(ids))
        )
        with self.database.reading() as session:
            return set(session.scalars(query))

    def read_token(self, token: str, *, now: datetime) -> dict[str, Any]:
        """The claims of a good token. Raises Unauthenticated for any other.

        A personal token's grants are those of its making that are still in force.
        """
        try:
            claims = jwt.decode(token, self._key_of, algorithms=[ALGORITHM]).claims
            _claims_at(now).validate(claims)
            session_id = UUID(claims["sid"])
            carried = carried_grants(claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise Unauthenticated(
                "The access token is not good or has expired; sign in again."
            ) from error
        revoked = self.revoked_among([session_id, *(each.grant_id for each in carried)])
        if session_id in revoked:
            if "scope" in claims:
                raise Unauthenticated("This personal token was deleted; make another.")
            raise Unauthenticated("This session was signed out; sign in again.")
        if carried:
            claims["grants"] = [
                each.plain
                for each in carried
                if each.grant_id not in revoked and each.ends_at > now.timestamp()
            ]
        return claims


@dataclass(frozen=True)
class CarriedGrant:
    """A grant in a personal token. plain: role, place, subtree. ends_at: seconds since 1970."""

    plain: list[Any]
    grant_id: UUID
    ends_at: float


def carried_grants(claims: Mapping[str, Any]) -> list[CarriedGrant]:
    """The grants of a personal token, each with its id and end; none of any other token.

    Raises KeyError, TypeError or ValueError when they can't be read.
    """
    if "scope" not in claims:
        return []
    return [
        CarriedGrant([role, place, subtree], UUID(grant_id), ends_at or math.inf)
        for role, place, subtree, grant_id, ends_at in claims["grants"]
    ]


def public_key(public_x: str) -> OKPKey:
    """The Ed25519 public key of its base64url `x`."""
    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": public_x})


def _claims_at(now: datetime) -> jwt.JWTClaimsRegistry:
    return jwt.JWTClaimsRegistry(
        int(now.timestamp()),
        iss={"essential": True, "value": ISSUER},
        aud={"essential": True, "value": AUDIENCE},
        exp={"essential": True},
        sub={"essential": True},
        sid={"essential": True},
    )
