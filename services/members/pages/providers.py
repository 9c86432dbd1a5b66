"""Signing in by an organisation's own identity provider."""

import secrets
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services.members.actions import vouching
from services.members.gateways.failures import ProviderRefused, ProviderUnreachable
from services.members.gateways.providers import Client, Secrets, address_to_go_to, read_vouched
from services.members.model import IdentityProvider, Organisation
from services.members.pages.cookies import settings
from services.members.pages.counting import go_on_signed_in
from services.members.pages.signing_in import LinkForm
from services.members.queries import providers as queries
from shared.web.context import current_session, now, service
from shared.web.forms import Form, read_form
from shared.web.identity import ANYONE, enter
from shared.web.pages import page_language, safe_next, say, sentence

blueprint = Blueprint("providers", __name__, url_prefix="/members/sign-in")
ON_THE_WAY: Final = "on_the_way"
"""Key in the browser's signed cookie: the attempt that a provider is to answer."""
ON_THE_WAY_SECONDS: Final = 600


@blueprint.route("/organisation", methods=["GET", "POST"])
@enter(ANYONE)
def ask() -> ResponseReturnValue:
    """Find the organisation's sign-in by the domain of an address; no account is looked up."""
    form, found, wanted = Form(), None, safe_next(request.args.get("next"))
    if request.method == "POST":
        form = read_form(LinkForm())
        if form.is_good:
            domain = vouching.domain_of(form.values["email"])
            found = queries.find_provider_for(current_session(), domain)
            if found is None:
                form.faults["email"] = _("No organisation has its own sign-in for this address.")
    place = current_session().get(Organisation, found.organisation_id) if found else None
    page = render_template("sign_in_organisation.html", form=form, organisation=place, next=wanted)
    return page, 422 if form.faults else 200


def client(found: IdentityProvider) -> Client:
    """Who we are to the provider."""
    uri = vouching.redirect_uri_of(found.organisation_id, settings().public_url)
    return vouching.client_of(found, redirect_uri=uri, settings=settings())


def _provider(organisation_id: UUID) -> IdentityProvider:
    with service().database.reading() as reading:
        return queries.get_approved(reading, organisation_id)


def _not_signed_in(why: str, wanted: str | None) -> Response:
    """Say why, and where to go from here; what they were on the way to stays in sight."""
    advice = _(
        "%(why)s Sign in another way, or tell those who look after your organisation's sign-in.",
        why=why,
    )
    say(advice, kind="bad")
    wanted = safe_next(wanted) if wanted else None
    return redirect(url_for("signing_in.show", next=wanted), 303)


@blueprint.get("/with/<uuid:organisation_id>")
@enter(ANYONE)
def go(organisation_id: UUID) -> ResponseReturnValue:
    """Go to the organisation's sign-in, with what shows that the answer is to this browser."""
    fresh = Secrets(
        state=secrets.token_urlsafe(24),
        nonce=secrets.token_urlsafe(24),
        verifier=secrets.token_urlsafe(48),
    )
    try:
        address = address_to_go_to(client(_provider(organisation_id)), fresh)
    except ProviderUnreachable as failure:
        return _not_signed_in(sentence(failure.detail), request.args.get("next"))
    session[ON_THE_WAY] = {
        **vars(fresh),
        "organisation_id": str(organisation_id),
        "next": safe_next(request.args.get("next")),
        "at": int(now().timestamp()),
    }
    return redirect(address, 303)


def _take_attempt(organisation_id: UUID) -> dict[str, Any] | None:
    """What this browser was sent away with, if this is the answer to it; it is good once."""
    attempt: dict[str, Any] = session.pop(ON_THE_WAY, None) or {}
    is_answered = (
        attempt.get("organisation_id") == str(organisation_id)
        and secrets.compare_digest(
            attempt["state"].encode(), request.args.get("state", "").encode()
        )
        and now().timestamp() - attempt["at"] <= ON_THE_WAY_SECONDS
    )
    return attempt if is_answered else None


@blueprint.get("/with/<uuid:organisation_id>/back")
@enter(ANYONE)
def come_back(organisation_id: UUID) -> ResponseReturnValue:
    """The provider's answer: go on signed in as whom it vouches for."""
    attempt = _take_attempt(organisation_id)
    if attempt is None:
        say(_("That took too long; sign in once more."), kind="bad")
        return redirect(url_for("signing_in.show"), 303)
    if "code" not in request.args:
        return _not_signed_in(_("Your organisation's sign-in did not let you in."), attempt["next"])
    try:
        return _come_in(_provider(organisation_id), attempt)
    except (ProviderRefused, ProviderUnreachable) as failure:
        return _not_signed_in(sentence(failure.detail), attempt["next"])


def _come_in(provider: IdentityProvider, attempt: dict[str, Any]) -> Response:
    # The provider is asked before a transaction is begun, which would wait for it.
    known = Secrets(state=attempt["state"], nonce=attempt["nonce"], verifier=attempt["verifier"])
    vouched = read_vouched(client(provider), request.args["code"], known, now=now())
    if request.args.get("iss") not in (None, provider.issuer):
        raise ProviderRefused("Another identity provider answered than was asked.")
    with service().database.writing() as opened:
        person = vouching.person_vouched_for(
            opened, provider, vouched, locale=page_language(), now=now()
        )
        return go_on_signed_in(person, attempt["next"], session=opened)
