"""Which organisations have a sign-in of their own, and which wait for an operator."""

from typing import Final

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from services.members.model import IdentityProvider
from services.members.pages.organisations import MANAGERS
from services.members.queries import providers as queries
from services.members.queries.organisations import names_of
from services.members.queries.sheets_of_asking import providers_sheet
from shared.web.context import current_session
from shared.web.exporting import file_format, send_sheet
from shared.web.forms import Form
from shared.web.identity import asker, enter
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("own_providers", __name__, url_prefix="/members/identity-providers")
PAGE: Final = 30


@blueprint.get("")
@enter(MANAGERS)
def listed() -> ResponseReturnValue:
    """Those of one's own organisations; an operator sees all, and what waits for them."""
    session, state = current_session(), request.args.get("state", "")
    query, keys = queries.providers_in(state, asker()), [Key(IdentityProvider.organisation_id)]
    kind = file_format(request.args)
    if kind is not None:
        return send_sheet(providers_sheet(), query, keys, kind=kind)
    rows, cursor = page_of(session, query, keys, cursor=request.args.get("cursor"), limit=PAGE)
    ids = [each.organisation_id for each in rows]
    return render_template(
        "own_providers.html",
        providers=rows,
        names=names_of(session, ids),
        domains=queries.domains_by_organisation(session, ids),
        next=list_answer([], cursor)["next"],
        form=Form(typed={"state": state if state in queries.STATES else ""}),
        states=[
            ("", _("Everything")),
            ("waiting", _("waits for an operator")),
            ("approved", _("approved")),
        ],
    )
