"""OpenID Connect providers: the authorization code flow with PKCE (OpenID Connect Core 1.0).

Finds out where a provider is, sends people there, and reads what it vouches for.
"""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, cast

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization
from marshmallow import ValidationError

from services.members.gateways.failures import ProviderRefused, ProviderUnreachable
from shared.foundation.later import Later
from shared.web.fields import Email

if TYPE_CHECKING:
    import httpx2
    from authlib.common import errors as authlib_errors
    from authlib.integrations import httpx_client

    from services.members.gateways import fetching
else:
    httpx2, fetching = Later("httpx2"), Later("services.members.gateways.fetching")
    authlib_errors = Later("authlib.common.errors")
    httpx_client = Later("authlib.integrations.httpx_client")

SCOPE: Final = "openid email profile"
# Public keys alone: with a shared secret, whoever checks could sign as well.
ALGORITHMS: Final = [
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "EdDSA"),
]
KEPT_SECONDS: Final = 600.0
SURELY_THERE_SECONDS: Final = 60.0
"""How long a provider that answered is taken to be there still, when people are sent to it."""
MOST_KEPT: Final = 200
CLOCKS_DIFFER_SECONDS: Final = 60


@dataclass(frozen=True, kw_only=True)
class Client:
    """Who we are to a provider. may_be_private: it may be inside, and be asked by http."""

    issuer: str
    client_id: str
    client_secret: str | None
    redirect_uri: str
    may_be_private: bool = False


@dataclass(frozen=True, kw_only=True)
class Secrets:
    """What only this browser and we know of one attempt."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, kw_only=True)
class Vouched:
    """Whom the provider means. email: only one that it has verified, else None."""

    subject: str
    email: str | None
    given: str
    family: str


class Known:
    """What providers said of themselves, for ten minutes, so that not each visit asks."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[float, dict[str, Any]]] = {}
        self._lock = threading.Lock()

    def find(self, issuer: str, *, within_seconds: float) -> dict[str, Any] | None:
        """What was said within so many seconds."""
        with self._lock:
            kept_at, found = self._found.get(issuer, (0.0, {}))
        return found if found and time.monotonic() - kept_at < within_seconds else None

    def keep(self, issuer: str, found: dict[str, Any]) -> None:
        """Know it from now on."""
        with self._lock:
            if len(self._found) >= MOST_KEPT:
                self._found.clear()
            self._found[issuer] = (time.monotonic(), found)


KNOWN: Final = Known()


def _connection(client: Client) -> "httpx2.Client":
    return httpx2.Client(
        transport=fetching.PinnedTransport(may_be_private=client.may_be_private),
        timeout=fetching.TIMEOUT_SECONDS,
        trust_env=False,
    )


def _get_json(client: Client, url: str) -> dict[str, Any]:
    try:
        with _connection(client) as connection:
            answer = connection.get(url, headers={"Accept": "application/json"})
            found = answer.raise_for_status().json()
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        raise ProviderUnreachable("The identity provider does not answer as it should.") from error
    if not isinstance(found, dict):
        raise ProviderUnreachable("The identity provider does not answer as it should.")
    return found


def discover(client: Client, *, within_seconds: float = KEPT_SECONDS) -> dict[str, Any]:
    """Where the provider's doors are (OpenID Connect Discovery 1.0, section 4).

    It is asked again when it was not asked within so many seconds.
    """
    known = KNOWN.find(client.issuer, within_seconds=within_seconds)
    if known is not None:
        return known
    found = _get_json(client, client.issuer.rstrip("/") + "/.well-known/openid-configuration")
    if found.get("issuer") != client.issuer:
        raise ProviderUnreachable("The identity provider says that it is another one.")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        _require_url(client, found.get(name))
    KNOWN.keep(client.issuer, found)
    return found


def _require_url(client: Client, url: object) -> None:
    schemes = ("https://", "http://") if client.may_be_private else ("https://",)
    if not isinstance(url, str) or not url.startswith(schemes):
        raise ProviderUnreachable("The identity provider names a door that is none.")


def address_to_go_to(client: Client, secrets: Secrets) -> str:
    """Where to send the browser. Raises ProviderUnreachable rather than send it to nobody."""
    door = discover(client, within_seconds=SURELY_THERE_SECONDS)["authorization_endpoint"]
    with _oauth(client, {}) as oauth:
        address, _ = oauth.create_authorization_url(
            door, state=secrets.state, nonce=secrets.nonce, code_verifier=secrets.verifier
        )
    return str(address)


def _oauth(client: Client, about: Mapping[str, Any]) -> "httpx_client.OAuth2Client":
    methods = about.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    method = "client_secret_basic"
    if method not in methods and "client_secret_post" in methods:
        method = "client_secret_post"
    return httpx_client.OAuth2Client(
        client.client_id,
        client.client_secret,
        token_endpoint_auth_method=method if client.client_secret else "none",
        scope=SCOPE,
        redirect_uri=client.redirect_uri,
        code_challenge_method="S256",
        transport=fetching.PinnedTransport(may_be_private=client.may_be_private),
        timeout=fetching.TIMEOUT_SECONDS,
        trust_env=False,
    )


def read_vouched(client: Client, code: str, secrets: Secrets, *, now: datetime) -> Vouched:
    """Whom the provider means by the code. Raises ProviderRefused, ProviderUnreachable."""
    about = discover(client)
    claims = _claims_of(client, about, _fetch_token(client, about, code, secrets), secrets, now)
    said = claims.get("email_verified")
    is_verified = said is True or said == "true"
    return Vouched(
        subject=str(claims["sub"]),
        email=_address_in(claims) if is_verified else None,
        given=str(claims.get("given_name") or ""),
        family=str(claims.get("family_name") or claims.get("name") or ""),
    )


def _address_in(claims: Mapping[str, Any]) -> str | None:
    try:
        return Email(required=True).deserialize(claims.get("email"))
    except ValidationError:
        return None


def _fetch_token(
    client: Client, about: Mapping[str, Any], code: str, secrets: Secrets
) -> dict[str, Any]:
    try:
        with _oauth(client, about) as oauth:
            found: dict[str, Any] = oauth.fetch_token(
                about["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=secrets.verifier,
            )
    except authlib_errors.AuthlibBaseError as error:
        raise ProviderRefused(
            "Your organisation's sign-in refuses Plenary: its client ID or secret may be wrong."
        ) from error
    except (httpx2.HTTPError, ValueError) as error:
        raise ProviderUnreachable("The identity provider does not answer as it should.") from error
    return found


def _claims_of(
    client: Client,
    about: Mapping[str, Any],
    tokens: Mapping[str, Any],
    secrets: Secrets,
    now: datetime,
) -> dict[str, Any]:
    """Of the ID token, checked as section 3.1.3.7 says."""
    keys = _get_json(client, about["jwks_uri"])
    rules = jwt.JWTClaimsRegistry(
        int(now.timestamp()),
        leeway=CLOCKS_DIFFER_SECONDS,
        iss={"essential": True, "value": client.issuer},
        aud={"essential": True, "value": client.client_id},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": secrets.nonce},
    )
    try:
        text = str(tokens["id_token"])
        claims = jwt.decode(
            text, KeySet.import_key_set(cast(KeySetSerialization, keys)), algorithms=ALGORITHMS
        ).claims
        rules.validate(claims)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise ProviderRefused("What the identity provider says can't be believed.") from error
    audience = claims["aud"]
    if isinstance(audience, list) and audience != [client.client_id]:
        raise ProviderRefused("The identity provider speaks to others too.")
    return claims
