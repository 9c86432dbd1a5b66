"""An organisation's OpenID Connect provider, built with Authlib, on a spare port of loopback."""

import os
import secrets
import threading
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import AuthorizationCodeMixin, UserInfo
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask, Response, jsonify
from joserfc.jwk import KeySet, RSAKey
from werkzeug.serving import BaseWSGIServer, make_server

from tests.support.ports import HOST, free_port

CLIENT_ID = "plenary"
KEY_ID = "of-the-provider"
POLL_SECONDS = 0.01


@cache
def _shared_key() -> RSAKey:
    """Made once: it takes a second."""
    return new_key()


def new_key() -> RSAKey:
    """A key that signs ID tokens."""
    return RSAKey.generate_key(2048, parameters={"kid": KEY_ID})


@dataclass
class Client(ClientMixin):  # type: ignore[misc]
    """Plenary, as it is registered there."""

    secret: str
    id_token_signed_response_alg: str = "RS256"

    def get_client_id(self) -> str:
        return CLIENT_ID

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri.endswith("/back")

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == self.secret

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return bool(endpoint) and method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass
class Code(AuthorizationCodeMixin):  # type: ignore[misc]
    """A code that was handed out, for one exchange."""

    redirect_uri: str
    scope: str
    nonce: str | None
    code_challenge: str | None
    code_challenge_method: str | None

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str | None:
        return self.nonce

    def get_auth_time(self) -> None:
        return None

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


@dataclass
class IdentityProvider:
    """Signs in whoever comes, as `person`, without asking.

    person: what it says of them. lies: claims of the ID token to be other than they should.
    about: of its discovery document, likewise. signs_with: another key than the one it shows.
    """

    person: dict[str, Any]
    lies: dict[str, Any] = field(default_factory=dict)
    about: dict[str, Any] = field(default_factory=dict)
    client: Client = field(default_factory=lambda: Client(secrets.token_urlsafe(16)))
    key: RSAKey = field(default_factory=_shared_key)
    signs_with: RSAKey | None = None
    codes: dict[str, Code] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    _server: BaseWSGIServer | None = None

    @property
    def issuer(self) -> str:
        return f"http://{HOST}:{self.port}"

    def start(self) -> "IdentityProvider":
        # The tests' provider speaks http, which Authlib refuses unless told.
        os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
        self._server = make_server(HOST, self.port, _make_app(self), threaded=True)
        serve = self._server.serve_forever
        threading.Thread(target=serve, args=(POLL_SECONDS,), daemon=True).start()
        return self

    def close(self) -> None:
        os.environ.pop("AUTHLIB_INSECURE_TRANSPORT", None)
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()


def _grant_of(provider: IdentityProvider) -> type[AuthorizationCodeGrant]:
    class Grant(AuthorizationCodeGrant):  # type: ignore[misc]
        TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic"]

        def save_authorization_code(self, code: str, request: Any) -> None:
            asked = request.payload.data
            provider.codes[code] = Code(
                request.payload.redirect_uri,
                request.payload.scope,
                asked.get("nonce"),
                asked.get("code_challenge"),
                asked.get("code_challenge_method"),
            )

        def query_authorization_code(self, code: str, client: Client) -> Code | None:
            return provider.codes.get(code) if client is provider.client else None

        def delete_authorization_code(self, authorization_code: Code) -> None:
            provider.codes = {
                code: kept
                for code, kept in provider.codes.items()
                if kept is not authorization_code
            }

        def authenticate_user(self, authorization_code: Code) -> Any:
            return provider.person if authorization_code else None

    return Grant


def _openid_of(provider: IdentityProvider) -> OpenIDCode:
    class Openid(OpenIDCode):  # type: ignore[misc]
        def exists_nonce(self, nonce: str, request: Any) -> bool:
            return any(kept.nonce == nonce for kept in provider.codes.values()) and bool(request)

        def resolve_client_private_key(self, client: Client) -> Any:
            return (provider.signs_with or provider.key).as_dict(private=bool(client))

        def get_client_algorithm(self, client: Client) -> str:
            return client.id_token_signed_response_alg

        def get_client_claims(self, client: Client) -> dict[str, Any]:
            return {"iss": provider.issuer, "aud": client.get_client_id()}

        def get_encode_header(self, client: Client) -> dict[str, Any]:
            return {"alg": self.get_client_algorithm(client), "kid": KEY_ID}

        def generate_user_info(self, user: Any, scope: str) -> UserInfo:
            return UserInfo(user) if "openid" in scope else UserInfo()

        def get_authorization_code_claims(self, authorization_code: Code) -> dict[str, Any]:
            claims: dict[str, Any] = super().get_authorization_code_claims(authorization_code)
            return claims | provider.lies

    return Openid(require_nonce=True)


def _keep_no_token(token: Any, request: Any) -> None:
    """Nobody asks with the access tokens."""


def _make_app(provider: IdentityProvider) -> Flask:
    app = Flask("identity_provider")
    server = AuthorizationServer(
        app,
        query_client=lambda client_id: provider.client if client_id == CLIENT_ID else None,
        save_token=_keep_no_token,
    )
    server.register_grant(_grant_of(provider), [_openid_of(provider), CodeChallenge(required=True)])

    @app.get("/.well-known/openid-configuration")
    def discovery() -> Response:
        doors = {"authorization": "authorize", "token": "token"}
        about = {f"{name}_endpoint": f"{provider.issuer}/{door}" for name, door in doors.items()}
        about |= {"issuer": provider.issuer, "jwks_uri": f"{provider.issuer}/keys"}
        return jsonify(about | provider.about)

    @app.get("/keys")
    def keys() -> Response:
        return jsonify(KeySet([provider.key]).as_dict(private=False))

    @app.get("/authorize")
    def authorize() -> Any:
        return server.create_authorization_response(
            grant=server.get_consent_grant(end_user=provider.person), grant_user=provider.person
        )

    @app.post("/token")
    def token() -> Any:
        return server.create_token_response()

    return app
