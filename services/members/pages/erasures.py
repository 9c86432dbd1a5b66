"""Receipts of erasures: all for operators, and one's own by its link, without an account."""

import hmac
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from services.members.actions.erasing import is_intact, receipt_secret
from services.members.model import Erasure
from services.members.queries import erasures as queries
from services.members.queries.sheets_of_people import erasures_sheet
from shared.contracts.message import SERVICES
from shared.foundation.failures import NotFound
from shared.web.context import current_session, now, service
from shared.web.exporting import file_format, send_sheet
from shared.web.forms import Form
from shared.web.identity import ANYONE, enter, one_of
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("erasures", __name__, url_prefix="/members/erasures")
OPERATOR = one_of()
PAGE = 30


@blueprint.get("")
@enter(OPERATOR)
def listed() -> ResponseReturnValue:
    """Who was erased, by id alone; those that are overdue stand out."""
    wanted = request.args.get("state", "")
    state = wanted if wanted in queries.STATES else None
    query, keys = queries.erasures_in(state, now=now()), [Key(Erasure.id, descending=True)]
    kind = file_format(request.args)
    if kind is not None:
        return send_sheet(erasures_sheet(now=now()), query, keys, kind=kind)
    rows, cursor = page_of(
        current_session(), query, keys, cursor=request.args.get("cursor"), limit=PAGE
    )
    return render_template(
        "erasures.html",
        erasures=rows,
        now=now(),
        next=list_answer([], cursor)["next"],
        form=Form(typed={"state": state or ""}),
        states=[("", _("Everything")), *((each, _(each)) for each in queries.STATES)],
    )


def _receipt(found: Erasure) -> ResponseReturnValue:
    session = current_session()
    parts = {each.service: each for each in queries.parts_of(session, found)}
    return render_template(
        "erasure.html",
        erasure=found,
        state=found.state_at(now()),
        parts_by_service=parts,
        services=SERVICES,
        is_intact=is_intact(session, found),
    )


@blueprint.get("/<uuid:erasure_id>")
@enter(OPERATOR)
def show(erasure_id: UUID) -> ResponseReturnValue:
    """What each service has erased."""
    return _receipt(queries.get_erasure(current_session(), erasure_id))


@blueprint.get("/<uuid:erasure_id>/<secret>")
@enter(ANYONE)
def show_own(erasure_id: UUID, secret: str) -> ResponseReturnValue:
    """The same, for whoever was erased: the link was given to them."""
    wanted = receipt_secret(service().settings.secret_key, erasure_id)
    if not hmac.compare_digest(wanted.encode(), secret.encode()):
        raise NotFound("There is no such erasure.")
    return _receipt(queries.get_erasure(current_session(), erasure_id))
