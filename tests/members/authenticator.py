"""A device that keeps passkeys, as a browser would speak for it (WebAuthn level 2, section 6)."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

ORIGIN = "http://localhost:8000"
USER_PRESENT, USER_VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """One device with one passkey. is_unlocked: whether its holder is verified by it."""

    origin: str = ORIGIN
    site: str = "localhost"
    is_unlocked: bool = True
    count: int = 0
    key_id: bytes = field(default_factory=lambda: uuid4().bytes)
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    holder: bytes = b""

    def _client(self, kind: str, challenge: str) -> bytes:
        said = {"type": f"webauthn.{kind}", "challenge": challenge, "origin": self.origin}
        return json.dumps(said).encode()

    def _says(self, more: int = 0) -> bytes:
        self.count += 1
        flags = USER_PRESENT | more | (USER_VERIFIED if self.is_unlocked else 0)
        site = hashlib.sha256(self.site.encode()).digest()
        return site + bytes([flags]) + self.count.to_bytes(4)

    def _public(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        curve = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        return cbor2.dumps(curve)

    def _credential(self, response: dict[str, Any]) -> dict[str, Any]:
        key_id = bytes_to_base64url(self.key_id)
        return {"id": key_id, "rawId": key_id, "type": "public-key", "response": response}

    def make(self, options: dict[str, Any]) -> dict[str, Any]:
        """What `navigator.credentials.create` answers."""
        self.holder = base64url_to_bytes(options["user"]["id"])
        attested = bytes(16) + len(self.key_id).to_bytes(2) + self.key_id + self._public()
        statement = {"fmt": "none", "attStmt": {}, "authData": self._says(ATTESTED) + attested}
        return self._credential(
            {
                "clientDataJSON": bytes_to_base64url(self._client("create", options["challenge"])),
                "attestationObject": bytes_to_base64url(cbor2.dumps(statement)),
                "transports": ["internal", "unheard-of"],
            }
        )

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        """What `navigator.credentials.get` answers."""
        client, said = self._client("get", options["challenge"]), self._says()
        signed = said + hashlib.sha256(client).digest()
        return self._credential(
            {
                "clientDataJSON": bytes_to_base64url(client),
                "authenticatorData": bytes_to_base64url(said),
                "signature": bytes_to_base64url(self.key.sign(signed, ec.ECDSA(SHA256()))),
                "userHandle": bytes_to_base64url(self.holder),
            }
        )
