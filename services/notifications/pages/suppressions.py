"""Addresses that nothing is sent to: seen, added and lifted by operators."""

from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields, validate

from services.notifications.actions import suppressing
from services.notifications.model import Suppression
from services.notifications.model.suppression import ALL, SCOPES
from services.notifications.pages.words import SCOPE_NAMES
from services.notifications.queries import deliveries as queries
from services.notifications.queries.sheets import suppressions_sheet
from shared.foundation.clock import local_day, start_of
from shared.foundation.failures import Failure
from shared.web.context import current_session, now, service
from shared.web.exporting import file_format, send_sheet
from shared.web.fields import Email, Line
from shared.web.forms import Form, read_form
from shared.web.identity import asker, enter, one_of
from shared.web.pages import say
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("suppressions", __name__, url_prefix="/notifications")
OPERATOR = one_of()
PAGE: Final = 50


class SuppressionForm(Schema):
    """An address, why, what for, and until which day."""

    class Meta:
        unknown = RAISE

    email = Email(required=True)
    reason = Line(required=True)
    scope = fields.String(load_default=ALL, validate=validate.OneOf(SCOPES))
    expires_at = fields.Date(load_default=None)


@blueprint.route("/suppressions", methods=["GET", "POST"])
@enter(OPERATOR)
def listed() -> ResponseReturnValue:
    """Those in force, newest first, and the form for one more."""
    session, form = current_session(), Form(typed={"scope": ALL})
    if request.method == "POST":
        form = read_form(SuppressionForm())
        try:
            if form.is_good:
                suppressing.suppress_by_hand(
                    session, actor=asker().name, now=now(), **_with_end(form.values)
                )
                say(_("Nothing is sent there from now on."))
                return redirect(url_for("suppressions.listed"), 303)
        except Failure as failure:
            form.refuse(failure)
    query, keys = queries.suppressions(now=now()), [Key(Suppression.id, descending=True)]
    kind = file_format(request.args)
    if kind is not None:
        return send_sheet(suppressions_sheet(), query, keys, kind=kind)
    rows, cursor = page_of(session, query, keys, cursor=request.args.get("cursor"), limit=PAGE)
    page = render_template(
        "suppressions.html",
        suppressions=rows,
        form=form,
        scopes=SCOPE_NAMES,
        last_days={each.id: _last_day(each.expires_at) for each in rows if each.expires_at},
        next=list_answer([], cursor)["next"],
    )
    return page, 422 if form.faults else 200


def _with_end(values: dict[str, Any]) -> dict[str, Any]:
    """Until the day's end, where the alliance lives."""
    last = values.pop("expires_at")
    day_after = last + timedelta(days=1) if last is not None else None
    end = start_of(day_after, service().time_zone) if day_after else None
    return values | {"expires_at": end}


def _last_day(expires_at: datetime) -> date:
    return local_day(expires_at - timedelta(microseconds=1), service().time_zone)


@blueprint.post("/suppressions/<uuid:suppression_id>/lift")
@enter(OPERATOR)
def lift(suppression_id: UUID) -> ResponseReturnValue:
    """Send to the address again."""
    session = current_session()
    found = queries.get_suppression(session, suppression_id)
    suppressing.lift(session, found, actor=asker().name, now=now())
    say(_("Mails are sent there again."))
    return redirect(url_for("suppressions.listed"), 303)
