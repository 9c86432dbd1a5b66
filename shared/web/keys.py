"""Copies of members' public keys and revoked sessions, and the reading of access tokens.

Tokens are JWTs signed with Ed25519 (RFC 8037): `alg`, `aud` and `iss` are pinned, `exp` required.
"""

import threading
import time
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import GuestProtocol, OKPKey
from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from shared.contracts.members import SessionRevoked, SigningKeyPublished
from shared.database import Database
from shared.foundation.failures import Unauthenticated
from shared.web.tables import revoked_sessions, signing_keys

# RFC 9864 names the algorithm Ed25519; clients know it as EdDSA still.
warnings.filterwarnings("ignore", "EdDSA is deprecated", SecurityWarning)

ISSUER: Final = "plenary/members"
AUDIENCE: Final = "plenary"
ALGORITHM: Final = "EdDSA"
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

    def is_revoked(self, session_id: UUID) -> bool:
        """Whether the session was ended."""
        query = select(revoked_sessions.c.session_id).where(
            revoked_sessions.c.session_id == session_id
        )
        with self.database.reading() as session:
            return session.scalar(query) is not None

    def read_token(self, token: str, *, now: datetime) -> dict[str, Any]:
        """The claims of a good token. Raises Unauthenticated for any other."""
        try:
            claims = jwt.decode(token, self._key_of, algorithms=[ALGORITHM]).claims
            _claims_at(now).validate(claims)
            session_id = UUID(claims["sid"])
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise Unauthenticated(
                "The access token is not good or has expired; sign in again."
            ) from error
        if self.is_revoked(session_id):
            raise Unauthenticated("This session was signed out; sign in again.")
        return claims


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
