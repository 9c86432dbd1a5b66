"""Web push: encrypted for one browser (RFC 8291), signed by this installation (RFC 8292)."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from services.notifications.gateways.mailer import Result
from services.notifications.gateways.posting import Poster, result_of
from shared.foundation.clock import Clock, utc_now
from shared.foundation.later import Later

if TYPE_CHECKING:
    import http_ece
    from joserfc import jwk, jwt
else:
    http_ece, jwk, jwt = Later("http_ece"), Later("joserfc.jwk"), Later("joserfc.jwt")

CURVE: Final = ec.SECP256R1()
PUBLIC_BYTES: Final = 65
AUTH_BYTES: Final = 16
GOOD_FOR: Final = timedelta(hours=12)
KEPT_FOR_SECONDS: Final = 24 * 3600
"""How long a push service holds a notice for a browser that is off."""
GONE: Final = (404, 410)


def encoded(raw: bytes) -> str:
    """URL-safe Base64 without padding, as push has it everywhere."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Raises ValueError for what is none."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def new_key_pair() -> tuple[str, str]:
    """(public point, private number), both encoded."""
    made = ec.generate_private_key(CURVE)
    point = made.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return encoded(point), encoded(made.private_numbers().private_value.to_bytes(32))


def require_good_keys(p256dh: str, auth: str) -> None:
    """Raise ValueError unless something can be encrypted for them."""
    point = decoded(p256dh)
    if len(point) != PUBLIC_BYTES or len(decoded(auth)) != AUTH_BYTES:
        raise ValueError("not a browser's keys")
    ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point)


@dataclass(frozen=True)
class KeyPair:
    """The installation's. public, private: as `new_key_pair` makes them."""

    public: str
    private: str

    def authorization(self, endpoint: str, *, contact: str, now: datetime) -> str:
        """The header that shows a push service who posts; good for this service alone."""
        parts = urlsplit(endpoint)
        point = decoded(self.public)
        key = jwk.ECKey.import_key(
            {
                "kty": "EC",
                "crv": "P-256",
                "x": encoded(point[1:33]),
                "y": encoded(point[33:]),
                "d": self.private,
            }
        )
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int((now + GOOD_FOR).timestamp()),
            "sub": contact,
        }
        return f"vapid t={jwt.encode({'typ': 'JWT', 'alg': 'ES256'}, claims, key)}, k={self.public}"


def sealed_for(payload: bytes, p256dh: str, auth: str) -> bytes:
    """Only the browser with these keys reads it; a key of its own for every notice."""
    sealed: bytes = http_ece.encrypt(
        payload,
        private_key=ec.generate_private_key(CURVE),
        dh=decoded(p256dh),
        auth_secret=decoded(auth),
        version="aes128gcm",
    )
    return sealed


@dataclass(frozen=True)
class Push:
    """Posts notices to browsers. contact: whom a push service writes to, as a URI."""

    poster: Poster
    contact: str
    clock: Clock = utc_now

    def send(
        self, subscription: str, payload: Mapping[str, Any], keys: KeyPair, *, tag: str
    ) -> Result:
        """One notice to one browser. subscription: `{"endpoint", "p256dh", "auth"}` as JSON.

        tag: of the notice; one that is sent again takes the place of the one before.
        """
        plain = json.loads(subscription)
        text = json.dumps(dict(payload), ensure_ascii=False).encode()
        try:
            body = sealed_for(text, plain["p256dh"], plain["auth"])
        except ValueError as error:
            return Result("failed", f"It could not be encrypted: {error}")
        signed = keys.authorization(plain["endpoint"], contact=self.contact, now=self.clock())
        headers = {
            "Authorization": signed,
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "Content-Length": str(len(body)),
            "TTL": str(KEPT_FOR_SECONDS),
            "Urgency": "normal",
            "Topic": tag.replace("-", "")[:32],
        }
        return result_of(self.poster.post(plain["endpoint"], body, headers), gone=GONE)
