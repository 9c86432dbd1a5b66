"""Documents in the words of Open Badges 3.0 and of W3C Verifiable Credentials."""

from typing import Any

from marshmallow import Schema, fields

Field = fields.Field[Any]


def _called(key: str, kind: type[Field], *place: Any, **rest: Any) -> Field:
    """A field by the name that the standards give it."""
    return kind(*place, data_key=key, attribute=key, required=True, **rest)


def _texts(key: str) -> Field:
    return _called(key, fields.List, fields.String())


class OpenBadgeOut(Schema):
    """An OpenBadgeCredential with its Data Integrity proof."""

    context = _texts("@context")
    id = fields.String(required=True)
    type = fields.List(fields.String(), required=True)
    name = fields.String(required=True)
    issuer = fields.Dict(keys=fields.String(), required=True)
    valid_from = _called("validFrom", fields.String)
    subject = _called("credentialSubject", fields.Dict, keys=fields.String())
    status = _called("credentialStatus", fields.Dict, keys=fields.String())
    schema = _called("credentialSchema", fields.List, fields.Dict())
    proof = fields.Dict(keys=fields.String(), required=True)


class StatusListOut(Schema):
    """A BitstringStatusListCredential with its Data Integrity proof."""

    context = _texts("@context")
    id = fields.String(required=True)
    type = fields.List(fields.String(), required=True)
    issuer = fields.Dict(keys=fields.String(), required=True)
    valid_from = _called("validFrom", fields.String)
    subject = _called("credentialSubject", fields.Dict, keys=fields.String())
    proof = fields.Dict(keys=fields.String(), required=True)


class IssuerProfileOut(Schema):
    """A Profile, with the keys that sign for it."""

    context = _texts("@context")
    id = fields.String(required=True)
    type = fields.List(fields.String(), required=True)
    name = fields.String(required=True)
    methods = _called("verificationMethod", fields.List, fields.Dict())
    assertion = _texts("assertionMethod")
