"""Access tokens, and the keys that sign them (RFC 7519, RFC 8037).

A new key is told a day before it signs, so that every service knows it by then.
"""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from joserfc import jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import OKPKey
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from services.members.actions.recording import SIGNING_KEYS, take_turn
from services.members.model import Account, Person, RoleGrant, SigningKey
from services.members.queries.grants import live_grants
from shared.contracts.members import SigningKeyPublished
from shared.foundation.ids import new_id
from shared.foundation.languages import LANGUAGES
from shared.messaging.outbox import tell
from shared.web.keys import ALGORITHM, AUDIENCE, ISSUER, LONGEST_PERSONAL, keep_key

SIGNS_FOR: Final = timedelta(days=30)
TOLD_BEFORE: Final = timedelta(days=1)
# No token lives longer: neither an access token nor a personal one.
OUTLIVES: Final = LONGEST_PERSONAL


@dataclass(frozen=True)
class AccessToken:
    """text: the JWT. expires_in: seconds."""

    text: str
    expires_in: int


def _make_key(session: Session, *, signs_from: datetime, now: datetime) -> SigningKey:
    values: dict[str, Any] = OKPKey.generate_key("Ed25519").as_dict(private=True)
    signs_until = signs_from + SIGNS_FOR
    key = SigningKey(
        id=new_id(),
        private_d=values["d"],
        public_x=values["x"],
        signs_from=signs_from,
        signs_until=signs_until,
        expires_at=signs_until + OUTLIVES,
    )
    session.add(key)
    message = SigningKeyPublished(key_id=key.id, public_x=key.public_x, expires_at=key.expires_at)
    tell(session, message, now=now)
    keep_key(session, message)
    return key


def _find_signing(session: Session, now: datetime) -> SigningKey | None:
    query = select(SigningKey).where(SigningKey.signs_from <= now, SigningKey.signs_until > now)
    return session.scalars(query.order_by(SigningKey.signs_from.desc()).limit(1)).one_or_none()


def signing_key(session: Session, *, now: datetime) -> SigningKey:
    """The key that signs now; made when there is none. Tells SigningKeyPublished then."""
    found = _find_signing(session, now)
    if found is None:
        take_turn(session, SIGNING_KEYS)
        found = _find_signing(session, now)
    return found or _make_key(session, signs_from=now, now=now)


def rotate_keys(session: Session, *, now: datetime) -> None:
    """See to it that a key signs now and that its successor is known in time."""
    take_turn(session, SIGNING_KEYS)
    signing_key(session, now=now)
    query = select(SigningKey).order_by(SigningKey.signs_until.desc()).limit(1)
    newest = session.scalars(query).one()
    if newest.signs_until - now <= TOLD_BEFORE:
        _make_key(session, signs_from=newest.signs_until, now=now)
    session.execute(delete(SigningKey).where(SigningKey.expires_at < now))
    # A key that signs no more is needed to verify alone: nobody can steal what is not there.
    spent = update(SigningKey).where(SigningKey.signs_until <= now, SigningKey.private_d != "")
    session.execute(spent.values(private_d=""))


def known_keys(session: Session, *, now: datetime) -> list[SigningKey]:
    """The keys that a good token may be signed with, now or soon, oldest first."""
    query = select(SigningKey).where(SigningKey.expires_at > now)
    return list(session.scalars(query.order_by(SigningKey.signs_from)))


def issue_token(
    session: Session,
    person: Person,
    account: Account,
    session_id: UUID,
    *,
    lifetime: timedelta,
    now: datetime,
) -> AccessToken:
    """A token with what the person may do at this instant."""
    grants = [plain_grant(each) for each in live_grants(session, person.id, now=now)]
    seconds = int(lifetime.total_seconds())
    claims = whose(person, account) | {
        "sid": str(session_id),
        "exp": int(now.timestamp()) + seconds,
        "grants": grants,
    }
    return AccessToken(sign(signing_key(session, now=now), claims, now=now), seconds)


def whose(person: Person, account: Account) -> dict[str, Any]:
    """The claims that say who it is; names: for readers of each language of our pages."""
    return {
        "sub": str(person.id),
        "name": person.name_in(person.locale),
        "names": {tag: person.name_in(tag) for tag in LANGUAGES},
        "email": account.email,
        "locale": person.locale,
        "zoneinfo": person.time_zone,
    }


def plain_grant(granted: RoleGrant) -> list[Any]:
    """As every token carries it."""
    return [granted.role, str(granted.organisation_id or "") or None, granted.subtree]


def sign(key: SigningKey, claims: Mapping[str, Any], *, now: datetime) -> str:
    """The claims as a JWT from us, for us."""
    whole = {"iss": ISSUER, "aud": AUDIENCE, "iat": int(now.timestamp()), **claims}
    private = OKPKey.import_key(
        {"kty": "OKP", "crv": "Ed25519", "x": key.public_x, "d": key.private_d}
    )
    header = {"alg": ALGORITHM, "kid": str(key.id)}
    with warnings.catch_warnings():
        # RFC 9864 renames the algorithm; clients of today know it by the old name only.
        warnings.simplefilter("ignore", SecurityWarning)
        return jwt.encode(header, whole, private, algorithms=[ALGORITHM])
