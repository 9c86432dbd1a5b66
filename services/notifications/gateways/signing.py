"""DKIM signatures (RFC 6376), by dkimpy."""

from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from shared.foundation.failures import BadSettings
from shared.foundation.later import Later

if TYPE_CHECKING:
    import dkim
else:
    dkim = Later("dkim")

Sign = Callable[[bytes], bytes]
SIGNED: Final = (
    *(b"from", b"to", b"subject", b"date", b"message-id", b"references", b"in-reply-to"),
    *(b"mime-version", b"content-type", b"auto-submitted", b"content-language"),
    *(b"list-id", b"list-unsubscribe", b"list-unsubscribe-post"),
)
"""RFC 8058 asks that the List-Unsubscribe headers are among them."""
RELAXED: Final = (b"relaxed", b"relaxed")
SHORTEST_BITS: Final = 1024


def unsigned(source: bytes) -> bytes:
    """The mail as it is: some other server signs it, or none."""
    return source


@dataclass(frozen=True)
class DkimSigner:
    """Signs as the domain of the sender. key: RSA, as PEM; its public half is in the DNS."""

    domain: bytes
    selector: bytes
    key: bytes

    @classmethod
    def of(cls, sender: str, selector: str, path: str) -> "DkimSigner":
        """Read the key's file. Raises BadSettings."""
        if not selector.isascii() or not selector.replace("-", "").replace(".", "").isalnum():
            raise BadSettings("PLENARY_DKIM_SELECTOR: the name before ._domainkey in the DNS.")
        try:
            key = serialization.load_pem_private_key(Path(path).read_bytes(), None)
        except (OSError, ValueError, TypeError) as error:
            raise BadSettings(f"PLENARY_DKIM_KEY can't be read: {error}") from error
        if not isinstance(key, RSAPrivateKey) or key.key_size < SHORTEST_BITS:
            raise BadSettings("PLENARY_DKIM_KEY: an RSA key, as PEM without a password.")
        plain = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
        domain = parseaddr(sender)[1].rpartition("@")[2]
        return cls(domain.encode("idna"), selector.encode(), plain)

    def __call__(self, source: bytes) -> bytes:
        """The mail with its signature before it."""
        head = source.partition(b"\r\n\r\n")[0].lower()
        present = [name for name in SIGNED if b"\n" + name + b":" in b"\n" + head]
        signature: bytes = dkim.sign(
            source,
            self.selector,
            self.domain,
            self.key,
            canonicalize=RELAXED,
            include_headers=present,
        )
        return signature + source
