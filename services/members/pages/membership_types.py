"""A host's membership types: what it offers, and the forms to change that."""

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields, validate

from services.members.actions import offering
from services.members.actions.recording import lock
from services.members.model import MembershipType, Organisation
from services.members.model.membership_type import KEY, MOST_DAYS, MOST_MONTHS, TERMS
from services.members.model.organisation import KINDS
from services.members.pages.membership_words import TERMS as TERM_WORDS
from services.members.pages.organisations import MANAGERS, get_own
from services.members.queries import memberships as queries
from services.members.queries.sheets_of_asking import membership_types_sheet
from shared.foundation.failures import Failure
from shared.web.context import current_session, now
from shared.web.exporting import file_format, send_sheet
from shared.web.fields import Count, Texts, Whole
from shared.web.forms import Form, filled, read_form
from shared.web.identity import asker, enter
from shared.web.pages import say
from shared.web.paging import Key

blueprint = Blueprint("membership_types", __name__, url_prefix="/members")
SHOWN: Final = ("names", "term", "months", "year_starts_month", "grace_days", "notice_days")


class TypeForm(Schema):
    """A type as the host writes it. kind: for one kind of organisation; none: for all."""

    class Meta:
        unknown = RAISE

    names = Texts(required=True)
    term = fields.String(required=True, validate=validate.OneOf(TERMS))
    months = Count(1, MOST_MONTHS, load_default=None)
    year_starts_month = Count(1, 12, load_default=None)
    grace_days = Count(0, MOST_DAYS, load_default=0)
    notice_days = Count(0, MOST_DAYS, load_default=0)
    kind = fields.String(load_default=None, validate=validate.OneOf(KINDS))


class NewTypeForm(TypeForm):
    """A new one has a key, which stays."""

    key = fields.String(
        required=True, validate=Whole(KEY, error="Use a short name such as full or student-1.")
    )


def _values(form: Form) -> dict[str, Any]:
    values = dict(form.values)
    kind = values.pop("kind")
    return values | {"kinds": [kind] if kind else []}


def _page(host: Organisation, form: Form, found: MembershipType | None) -> ResponseReturnValue:
    offers = queries.types_of(host.id, with_retired=True).order_by(MembershipType.id)
    page = render_template(
        "membership_types.html",
        organisation=host,
        form=form,
        found=found,
        offers=list(current_session().scalars(offers)),
        terms=TERM_WORDS,
        kinds=[("", _("every kind")), *((kind, _(kind)) for kind in KINDS)],
    )
    return page, 422 if form.faults else 200


@blueprint.route("/organisations/<uuid:organisation_id>/membership-types", methods=["GET", "POST"])
@enter(MANAGERS)
def listed(organisation_id: UUID) -> ResponseReturnValue:
    """What the organisation offers, as a file too, and the form for one more."""
    session, host = current_session(), get_own(organisation_id)
    kind = file_format(request.args) if request.method == "GET" else None
    if kind is not None:
        query = queries.types_of(host.id, with_retired=True)
        return send_sheet(membership_types_sheet(), query, [Key(MembershipType.id)], kind=kind)
    form = Form(typed={"term": "rolling", "months": "12", "grace_days": "30", "notice_days": "30"})
    if request.method == "POST":
        form = read_form(NewTypeForm())
        try:
            if form.is_good:
                offering.offer_type(session, host, _values(form), actor=asker().name, now=now())
                say(_("The membership type is offered."))
                return _back(host.id)
        except Failure as failure:
            form.refuse(failure)
    return _page(host, form, None)


def _back(host_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("membership_types.listed", organisation_id=host_id), 303)


@blueprint.route("/membership-types/<uuid:type_id>", methods=["GET", "POST"])
@enter(MANAGERS)
def edit(type_id: UUID) -> ResponseReturnValue:
    """Change one; terms that have begun keep their end."""
    session = current_session()
    found = queries.get_managed_type(session, type_id, asker())
    host = get_own(found.host_id)
    typed = filled({name: getattr(found, name) for name in SHOWN})
    form = Form(typed=typed | {"kind": found.kinds[0] if found.kinds else ""})
    if request.method == "POST":
        form = read_form(TypeForm())
        try:
            if form.is_good:
                lock(session, found)
                form.require_current(found.version)
                values = _values(form)
                if len(found.kinds) > 1 and values["kinds"] == found.kinds[:1]:
                    # The form shows the first of several, which were chosen by a program.
                    del values["kinds"]
                offering.change_type(session, found, values, actor=asker().name, now=now())
                say(_("Saved."))
                return _back(host.id)
        except Failure as failure:
            form.refuse(failure)
    return _page(host, form, found)


@blueprint.post("/membership-types/<uuid:type_id>/retire")
@enter(MANAGERS)
def retire(type_id: UUID) -> ResponseReturnValue:
    """Nobody joins by it any more."""
    session = current_session()
    found = queries.get_managed_type(session, type_id, asker())
    lock(session, found)
    offering.retire_type(session, found, actor=asker().name, now=now())
    say(_("Nobody can join by this type any more."))
    return _back(found.host_id)
