"""Who asks, and who may enter: the door of every route.

Programs send a bearer token; browsers carry the same token in a cookie, which the API ignores
(so that no other site can act through it). A link in a mail carries a token for one object.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from uuid import UUID

from flask import Flask, current_app, g, request
from werkzeug.exceptions import NotFound as NoRoute

from shared.foundation.failures import Forbidden, Unauthenticated
from shared.foundation.identities import LINK_PREFIX, Asker, Grant, Identity, Role
from shared.foundation.sentences import said
from shared.web.context import SAFE_METHODS, now, service
from shared.web.errors import is_api_request
from shared.web.keys import KeyRing

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Entry:
    """Who may enter a route. roles: any of them anywhere; object rules live in queries.

    needs_presence: a personal token is not enough.
    """

    meaning: str
    needs_person: bool = False
    needs_presence: bool = False
    roles: tuple[Role, ...] = ()
    takes_link: bool = False
    takes_stale_token: bool = False


ANYONE: Final = Entry("anyone")
RENEWAL: Final = Entry("anyone, with an expired token too", takes_stale_token=True)
SIGNED_IN: Final = Entry("signed in", needs_person=True)
IN_PERSON: Final = Entry(
    "signed in, not by a personal token", needs_person=True, needs_presence=True
)
LINK_OR_SIGNED_IN: Final = Entry("a mailed link, or signed in", takes_link=True)


def one_of(*roles: Role) -> Entry:
    """Signed in with one of the roles; an operator always may."""
    wanted = tuple(dict.fromkeys((*roles, Role.OPERATOR)))
    return Entry(" or ".join(wanted), needs_person=True, roles=wanted)


def enter(entry: Entry) -> Callable[[View], View]:
    """Declare who may enter; a route without it is closed to all."""

    def declare(view: View) -> View:
        view.entry = entry  # type: ignore[attr-defined]
        return view

    return declare


def identity_of(claims: Mapping[str, Any]) -> Identity:
    """The identity in an access token's claims."""
    grants = tuple(
        Grant(Role(role), UUID(place) if place else None, bool(subtree))
        for role, place, subtree in claims.get("grants", [])
    )
    return Identity(
        person_id=UUID(claims["sub"]),
        session_id=UUID(claims["sid"]),
        name=str(claims.get("name", "")),
        email=str(claims.get("email", "")),
        locale=str(claims.get("locale", "en")),
        grants=grants,
        scopes=frozenset(str(claims["scope"]).split()) if "scope" in claims else None,
        names={str(tag): str(name) for tag, name in claims.get("names", {}).items()},
        time_zone=str(claims.get("zoneinfo", "UTC")),
    )


def cookie_name(*, is_secure: bool) -> str:
    """Of the browser's access token; over plain http on loopback no prefix may be used."""
    return "__Host-plenary_token" if is_secure else "plenary_token"


def _bearer() -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def identify() -> None:
    """Before each request: put `identity` and `link` into g."""
    g.identity, g.link = None, None
    token = _bearer()
    if token and token.startswith(LINK_PREFIX):
        g.link = token
        return
    if token is None and not is_api_request():
        token = request.cookies.get(cookie_name(is_secure=service().settings.is_secure))
        g.has_stale_token = False
    if not token:
        return
    ring: KeyRing = current_app.extensions["plenary_keys"]
    try:
        g.identity = identity_of(ring.read_token(token, now=now()))
    except Unauthenticated:
        if is_api_request():
            raise
        g.has_stale_token = True
        return
    service().token_uses.see(service().database, g.identity, now=now())


def guard() -> None:
    """Before each request, after `identify`: may this asker enter this route at all?"""
    if request.url_rule is None or request.endpoint is None:
        return
    if request.endpoint.endswith("static"):
        return
    view = current_app.view_functions[request.endpoint]
    entry: Entry | None = getattr(view, "entry", None)
    if entry is None:
        raise NoRoute
    _require_entry(entry)


def _require_entry(entry: Entry) -> None:
    if g.get("has_stale_token") and not entry.takes_stale_token:
        raise Unauthenticated("The page's token has expired.")
    if g.identity is not None:
        _require_scope(g.identity, entry)
    elif entry.needs_person:
        raise Unauthenticated("Sign in to go on.")
    if entry.takes_link and g.identity is None and g.link is None:
        raise Unauthenticated("Sign in, or use the link from your mail.")
    if entry.roles and not g.identity.has(*entry.roles):
        raise Forbidden("Your grants don't allow this.")


def _require_scope(identity: Identity, entry: Entry) -> None:
    """Raise Forbidden where a personal token does not lead."""
    if identity.is_in_person:
        return
    if entry.needs_presence:
        raise Forbidden(
            "A personal token can't do this; sign in yourself.", code="personal_token_refused"
        )
    here, is_writing = service().name, request.method not in SAFE_METHODS
    if not identity.may(here, write=is_writing):
        scope = f"{here}:{'write' if is_writing else 'read'}"
        raise Forbidden(
            said(
                "This personal token lacks the scope %(scope)s; make one that has it.", scope=scope
            ),
            code="scope_missing",
        )


def find_identity() -> Identity | None:
    """The signed-in person, if any."""
    found: Identity | None = g.get("identity")
    return found


def require_identity() -> Identity:
    """The signed-in person. Raises Unauthenticated."""
    found = find_identity()
    if found is None:
        raise Unauthenticated("Sign in to go on.")
    return found


def asker() -> Asker:
    """Who asks: a person, or somebody with a mailed link, or a guest."""
    return Asker(find_identity(), g.get("link"))


def register_identity(app: Flask, ring: KeyRing) -> None:
    """Identify and guard every request of the app."""
    app.extensions["plenary_keys"] = ring
    app.before_request(identify)
    app.before_request(guard)
