"""Secrets that must be read again, encrypted at rest (AES-256-GCM, NIST SP 800-38D)."""

import base64
import secrets
from functools import cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.foundation.failures import Unavailable

VERSION: Final = "1"
NONCE_BYTES: Final = 12


@cache
def _cipher(secret_key: str, service: str) -> AESGCM:
    purpose = f"plenary {service}: secrets at rest".encode()
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose)
    return AESGCM(derived.derive(secret_key.encode()))


def seal(text: str, *, about: str, secret_key: str, service: str) -> str:
    """The text encrypted.

    about: whose it is and what for; it opens for nothing else, and
    in no other service.
    """
    nonce = secrets.token_bytes(NONCE_BYTES)
    closed = _cipher(secret_key, service).encrypt(nonce, text.encode(), about.encode())
    return f"{VERSION}.{base64.urlsafe_b64encode(nonce + closed).decode()}"


def unseal(sealed: str, *, about: str, secret_key: str, service: str) -> str:
    """What `seal` was given. Raises Unavailable when the key is another than it was then."""
    packed = base64.urlsafe_b64decode(sealed.partition(".")[2])
    nonce, closed = packed[:NONCE_BYTES], packed[NONCE_BYTES:]
    try:
        return _cipher(secret_key, service).decrypt(nonce, closed, about.encode()).decode()
    except InvalidTag as error:
        raise Unavailable(
            "A secret can't be read: PLENARY_SECRET_KEY is not what it was when it was kept."
        ) from error
