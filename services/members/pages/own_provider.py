"""The page on which an organisation's identity provider is set up."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema
from werkzeug.wrappers import Response

from services.members.actions import trusting_providers, vouching
from services.members.actions.trusting_providers import Wish
from services.members.gateways.failures import ProviderUnreachable
from services.members.gateways.providers import SURELY_THERE_SECONDS, discover
from services.members.model import IdentityProvider, Organisation
from services.members.pages.cookies import settings
from services.members.pages.organisations import MANAGERS, get_own
from services.members.pages.providers import client
from services.members.queries import providers as queries
from shared.foundation.failures import Failure
from shared.foundation.identities import Role
from shared.web.context import current_session, now
from shared.web.fields import Line
from shared.web.forms import Form, read_form
from shared.web.identity import asker, enter, one_of
from shared.web.pages import say, say_failure, sentence

blueprint = Blueprint("own_provider", __name__, url_prefix="/members/organisations")
PATH = "/<uuid:organisation_id>/identity-provider"


class ProviderForm(Schema):
    """A provider; its mail domains with commas or blanks between."""

    class Meta:
        unknown = RAISE

    issuer = Line(required=True, longest=500)
    client_id = Line(required=True, longest=500)
    client_secret = Line(load_default=None, longest=1000)
    mail_domains = Line(required=True, longest=2000)


def _typed(found: IdentityProvider | None) -> dict[str, str]:
    if found is None:
        return {}
    domains = queries.domains_of(current_session(), found.organisation_id)
    return {
        "issuer": found.issuer,
        "client_id": found.client_id,
        "mail_domains": ", ".join(domains),
    }


def _trouble_with(found: IdentityProvider) -> str | None:
    """Why nobody could sign in with it now, as far as it says itself where its doors are."""
    try:
        discover(client(found), within_seconds=SURELY_THERE_SECONDS)
    except ProviderUnreachable as failure:
        return sentence(failure.detail)
    return None


def _show(organisation: Organisation, form: Form | None, status: int = 200) -> ResponseReturnValue:
    found = current_session().get(IdentityProvider, organisation.id)
    page = render_template(
        "own_provider.html",
        organisation=organisation,
        found=found,
        form=form or Form(typed=_typed(found)),
        trouble=_trouble_with(found) if found is not None and form is None else None,
        redirect_uri=vouching.redirect_uri_of(organisation.id, settings().public_url),
        may_approve=asker().has(Role.OPERATOR),
    )
    return page, status


@blueprint.route(PATH, methods=["GET", "POST"])
@enter(MANAGERS)
def show(organisation_id: UUID) -> ResponseReturnValue:
    """The provider, and the form to set it up."""
    organisation = get_own(organisation_id)
    if request.method == "GET":
        return _show(organisation, None)
    form = read_form(ProviderForm())
    try:
        if form.is_good:
            return _keep(organisation, form.values)
    except Failure as failure:
        form.refuse(failure)
        # The form has the domains in one line, the failure points to one of them.
        for path in [each for each in form.faults if each.startswith("mail_domains.")]:
            form.faults["mail_domains"] = form.faults.pop(path)
    return _show(organisation, form, 422)


def _keep(organisation: Organisation, values: dict[str, Any]) -> Response:
    who = asker()
    domains = values["mail_domains"].replace(",", " ").split()
    made = trusting_providers.keep_provider(
        current_session(),
        organisation,
        Wish(**values | {"mail_domains": domains}),
        is_operator=who.has(Role.OPERATOR),
        actor=who.name,
        settings=settings(),
        now=now(),
    )
    if made.approved_at is None:
        say(_("Saved. An operator looks at it before anybody can sign in with it."))
    else:
        say(_("Saved. People can sign in with it."))
    return _back(organisation.id)


def _back(organisation_id: UUID) -> Response:
    return redirect(url_for("own_provider.show", organisation_id=organisation_id), 303)


@blueprint.post(f"{PATH}/approve")
@enter(one_of(Role.OPERATOR))
def approve(organisation_id: UUID) -> ResponseReturnValue:
    """Let people come in by it."""
    session, who = current_session(), asker()
    found = queries.get_provider(session, organisation_id, who)
    try:
        trusting_providers.approve(session, found, actor=who.name, now=now())
    except Failure as failure:
        say_failure(failure)
    else:
        say(_("People can sign in with it now."))
    return _back(organisation_id)


@blueprint.post(f"{PATH}/remove")
@enter(MANAGERS)
def remove(organisation_id: UUID) -> ResponseReturnValue:
    """Nobody comes in by it any more."""
    session, who = current_session(), asker()
    found = queries.get_provider(session, organisation_id, who)
    trusting_providers.remove(session, found, actor=who.name, now=now())
    say(_("Nobody signs in with it any more. Their accounts stay."))
    return _back(organisation_id)
