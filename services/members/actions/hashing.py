"""Passwords as Argon2id hashes, and the hashes of secrets that only their bearer knows."""

import hashlib
import unicodedata
from functools import cache
from typing import Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from shared.foundation.names import fold_email

# OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one lane; about 35 ms here.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)


def _plain(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


def hash_password(password: str) -> str:
    """The password's hash with its own salt; takes tens of milliseconds on purpose."""
    return _HASHER.hash(_plain(password))


@cache
def _nobodys_hash() -> str:
    return hash_password("nobody has this password")


def is_password(password_hash: str | None, password: str) -> bool:
    """Whether the password fits. Without a hash it takes as long, and answers False."""
    try:
        is_right = _HASHER.verify(password_hash or _nobodys_hash(), _plain(password))
    except (VerificationError, InvalidHashError):
        return False
    return is_right and password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether it was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(password_hash)


def hash_secret(secret: str) -> str:
    """SHA-256, for secrets of 128 random bits or more."""
    return hashlib.sha256(secret.encode()).hexdigest()


def hash_address(email: str) -> str:
    """SHA-256 of the folded address, to count by it without keeping it."""
    return hash_secret(fold_email(email))
