"""Certificates as Open Badges 3.0: an OpenBadgeCredential, signed in two ways, and its status.

Embedded: a Data Integrity proof, eddsa-jcs-2022 (W3C vc-di-eddsa 1.0, 3.3). Enveloped: a VC-JWT as
Open Badges 3.0, 8.2 has it, with EdDSA. Both are made of what is kept, and the same every time.
"""

import base64
import gzip
import hashlib
import warnings
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import base58
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws
from joserfc.errors import SecurityWarning
from joserfc.jwk import OKPKey
from sqlalchemy.orm import Session

from services.events.model import (
    Certificate,
    CertificateRun,
    CredentialKey,
    OrganisationCopy,
    Workshop,
)
from services.events.queries import certificates as queries
from shared.foundation.clock import rfc3339
from shared.foundation.failures import NotFound
from shared.foundation.languages import Text, in_language

CONTEXTS: Final = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)
SCHEMA: Final = (
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
)
MULTIKEY_ED25519: Final = b"\xed\x01"
LEAST_BITS: Final = 131_072
"""Of a status list, so that no place in it tells who is meant (W3C bitstring list, 2.2)."""
API: Final = "/events/api/v1"


@dataclass(frozen=True)
class Addresses:
    """Where things of this installation are found. root: its public address."""

    root: str

    def issuer(self, organisation_id: UUID | str) -> str:
        """The profile of an organisation that issues."""
        return f"{self.root}{API}/issuers/{organisation_id}"

    def key(self, key_id: UUID) -> str:
        """A public key as JWK."""
        return f"{self.root}{API}/credential-keys/{key_id}"

    def credential(self, certificate_id: UUID) -> str:
        """The credential itself."""
        return f"{self.root}{API}/certificates/{certificate_id}.json"

    def status(self, workshop_id: UUID) -> str:
        """The workshop's list of what was revoked."""
        return f"{self.root}{API}/workshops/{workshop_id}/certificate-status"

    def page(self, certificate_id: UUID) -> str:
        """Where anyone checks a certificate."""
        return f"{self.root}/events/certificates/{certificate_id}"


def credential_of(session: Session, certificate: Certificate, at: Addresses) -> dict[str, Any]:
    """The OpenBadgeCredential without its proof (Open Badges 3.0, B.1)."""
    run = session.get_one(CertificateRun, certificate.run_id)
    workshop = session.get_one(Workshop, certificate.workshop_id)
    language = certificate.locale
    issuer = {"id": at.issuer(run.issuers[0]["organisation_id"]), "type": ["Profile"]}
    issuer["name"] = in_language(run.issuers[0]["names"], language) or "–"
    title = in_language(run.titles, language)
    return {
        "@context": list(CONTEXTS),
        "id": at.credential(certificate.id),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": f"{title}: {in_language(workshop.titles, language)}",
        "issuer": issuer,
        "validFrom": rfc3339(certificate.issued_at),
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [_named(certificate.name)],
            "activityStartDate": rfc3339(workshop.starts_at),
            "activityEndDate": rfc3339(workshop.ends_at),
            "achievement": _achievement(run, workshop, issuer, at, language),
            "result": [
                {
                    "type": ["Result"],
                    "resultDescription": f"{at.status(workshop.id)}#hours",
                    "value": f"{certificate.hours:g}",
                }
            ],
        },
        "credentialStatus": {
            "id": f"{at.status(workshop.id)}#{certificate.number}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(certificate.number),
            "statusListCredential": at.status(workshop.id),
        },
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
    }


def _named(name: str) -> dict[str, Any]:
    """Whose it is, by name alone (IdentityObject); no address is given away."""
    return {
        "type": "IdentityObject",
        "hashed": False,
        "identityHash": name,
        "identityType": "name",
    }


def _achievement(
    run: CertificateRun, workshop: Workshop, issuer: dict[str, Any], at: Addresses, language: str
) -> dict[str, Any]:
    bodies = [in_language(each["names"], language) for each in run.issuers]
    aligned = [_alignment(each, language) for each in run.taught.get("alignments", ())]
    said = in_language(run.texts, language) or in_language(workshop.summary, language)
    achievement: dict[str, Any] = {
        "id": f"{at.root}/events/workshops/{workshop.id}",
        "type": ["Achievement"],
        "achievementType": "Certificate",
        "name": in_language(workshop.titles, language),
        "description": said or in_language(run.titles, language),
        "criteria": {"narrative": "\n".join([_criteria(run.texts, language), *bodies]).strip()},
        "creator": issuer,
        "inLanguage": language,
        "resultDescription": [
            {
                "id": f"{at.status(workshop.id)}#hours",
                "type": ["ResultDescription"],
                "name": "Hours of attendance",
                "resultType": "ext:AttendanceHours",
            }
        ],
    }
    return achievement | ({"alignment": aligned} if aligned else {})


def _alignment(taught: dict[str, Any], language: str) -> dict[str, Any]:
    """A capability that is near a concept of ESCO (Open Badges 3.0, B.1.3 Alignment)."""
    return {
        "type": ["Alignment"],
        "targetCode": taught["code"],
        "targetName": in_language(taught["names"], language),
        "targetFramework": "ESCO",
        "targetType": "ext:ESCOSkill",
        "targetUrl": taught["uri"],
    }


def _criteria(texts: Text, language: str) -> str:
    return in_language(texts, language) or "Took part, by the records of the door."


def _unpacked(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def multikey(public_key: str) -> str:
    """The raw public key as Multikey: base58-btc with its prefixes (W3C CID 1.0, 2.2.2)."""
    return "z" + base58.b58encode(MULTIKEY_ED25519 + _unpacked(public_key)).decode()


def with_proof(
    credential: dict[str, Any], key: CredentialKey, *, made_at: datetime
) -> dict[str, Any]:
    """The credential with an embedded proof by eddsa-jcs-2022."""
    proof: dict[str, Any] = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "created": rfc3339(made_at),
        "verificationMethod": f"{credential['issuer']['id']}#{key.id}",
        "proofPurpose": "assertionMethod",
        "@context": credential["@context"],
    }
    said = b"".join(hashlib.sha256(rfc8785.dumps(each)).digest() for each in (proof, credential))
    private = Ed25519PrivateKey.from_private_bytes(_unpacked(key.private_key))
    proof["proofValue"] = "z" + base58.b58encode(private.sign(said)).decode()
    return credential | {"proof": proof}


def as_jwt(credential: dict[str, Any], key: CredentialKey, at: Addresses) -> str:
    """The credential as VC-JWT (Open Badges 3.0, 8.2.4): compact JWS, the key by its address."""
    header = {"alg": "EdDSA", "typ": "JWT", "kid": at.key(key.id)}
    valid_from = datetime.fromisoformat(credential["validFrom"])
    claims = {
        "iss": credential["issuer"]["id"],
        "jti": credential["id"],
        "nbf": int(valid_from.timestamp()),
    }
    private = OKPKey.import_key(
        {"kty": "OKP", "crv": "Ed25519", "x": key.public_key, "d": key.private_key}
    )
    payload = rfc8785.dumps(credential | claims)
    with warnings.catch_warnings():
        # RFC 9864 renames the algorithm; verifiers of today know it by the old name only.
        warnings.simplefilter("ignore", SecurityWarning)
        return jws.serialize_compact(header, payload, private, algorithms=["EdDSA"])


def signed(session: Session, certificate: Certificate, at: Addresses) -> dict[str, Any]:
    """The credential with its embedded proof."""
    credential = credential_of(session, certificate, at)
    return with_proof(credential, key_of(session, certificate), made_at=certificate.issued_at)


def key_of(session: Session, certificate: Certificate) -> CredentialKey:
    """That signed its run."""
    run = session.get_one(CertificateRun, certificate.run_id)
    return session.get_one(CredentialKey, run.key_id)


def get_key(session: Session, key_id: UUID) -> CredentialKey:
    """One of the keys. Raises NotFound."""
    found = session.get(CredentialKey, key_id)
    if found is None:
        raise NotFound("There is no such key.")
    return found


def profile_of(session: Session, issuer: OrganisationCopy, at: Addresses) -> dict[str, Any]:
    """An issuer with the keys that sign for it (Profile, as a controlled identifier document)."""
    address = at.issuer(issuer.id)
    keys = session.query(CredentialKey).order_by(CredentialKey.created_at).all()
    methods = [
        {
            "id": f"{address}#{key.id}",
            "type": "Multikey",
            "controller": address,
            "publicKeyMultibase": multikey(key.public_key),
        }
        for key in keys
    ]
    return {
        "@context": [*CONTEXTS, "https://www.w3.org/ns/cid/v1"],
        "id": address,
        "type": ["Profile"],
        "name": in_language(issuer.names, "en"),
        "verificationMethod": methods,
        "assertionMethod": [each["id"] for each in methods],
    }


def status_list(
    session: Session, workshop: Workshop, at: Addresses, *, now: datetime
) -> dict[str, Any]:
    """What of the workshop was revoked: a bit each (W3C bitstring status list 1.0), signed."""
    numbers = queries.revoked_numbers(session, workshop.id)
    run = queries.latest_run(session, workshop.id)
    bits = bytearray(max(LEAST_BITS, max(numbers, default=0) + 1 + 7) // 8)
    for number in numbers:
        bits[number // 8] |= 128 >> number % 8
    packed = base64.urlsafe_b64encode(gzip.compress(bytes(bits), mtime=0)).decode().rstrip("=")
    host_id = run.issuers[0]["organisation_id"] if run else workshop.host_id
    credential = {
        "@context": [CONTEXTS[0]],
        "id": at.status(workshop.id),
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": {"id": at.issuer(host_id)},
        "validFrom": rfc3339(now),
        "credentialSubject": {
            "id": f"{at.status(workshop.id)}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": f"u{packed}",
        },
    }
    return with_proof(credential, queries.newest_key(session), made_at=now)
