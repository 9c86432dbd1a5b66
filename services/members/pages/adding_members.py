"""Adding a member to one's own organisation: a new record, or one that is there already."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import fields, validate
from sqlalchemy.orm import Session

from services.members.actions import joining
from services.members.actions.customising import filling
from services.members.model import CustomField, Organisation
from services.members.model.organisation import KINDS
from services.members.model.tax_numbers import TAX_NUMBER
from services.members.pages.me import economies
from services.members.pages.number_rows import number_facts, numbers_in
from services.members.pages.organisations import MANAGERS, OrganisationForm, get_own, refuse
from services.members.queries import custom_fields, memberships
from services.members.queries.organisations import find_identified
from services.members.queries.scopes import may_manage
from shared.foundation.failures import Failure
from shared.web.context import current_session, now, this_day
from shared.web.forms import Form, read_form
from shared.web.identity import asker, enter
from shared.web.pages import say

blueprint = Blueprint("adding_members", __name__, url_prefix="/members/organisations")
MEMBER_KINDS = tuple(kind for kind in KINDS if kind != "alliance")


class MemberForm(OrganisationForm):
    """A new member; the numbers that states give say which company it is."""

    kind = fields.String(required=True, validate=validate.OneOf(MEMBER_KINDS))


@blueprint.route("/<uuid:organisation_id>/add-member", methods=["GET", "POST"])
@enter(MANAGERS)
def add(organisation_id: UUID) -> ResponseReturnValue:
    """Record a company as a member of one's own organisation, from today."""
    session, host = current_session(), get_own(organisation_id)
    typed = {"kind": "company", "economy": host.economy or ""}
    form = Form(typed=typed | {"identifiers.0.scheme": TAX_NUMBER})
    custom = _fields_of_members(session, host)
    if request.method == "POST":
        form = read_form(MemberForm())
        try:
            if form.is_good:
                return redirect(_add(session, host, form.values, custom), 303)
        except Failure as failure:
            refuse(form, failure)
    page = render_template(
        "organisation_form.html",
        organisation=None,
        host=host,
        form=form,
        economies=economies(),
        kinds=[(kind, _(kind)) for kind in MEMBER_KINDS],
        custom=[(_(kind), fields) for kind, fields in custom.items() if fields],
        **number_facts(form),
    )
    return page, 422 if form.faults else 200


def _add(
    session: Session,
    host: Organisation,
    values: dict[str, Any],
    custom: dict[str, dict[str, CustomField]],
) -> str:
    """Answers the page to go on to."""
    who, numbers = asker(), numbers_in(values["identifiers"])
    found = (find_identified(session, **each) for each in numbers)
    known = next((each for each in found if each is not None), None)
    if known is not None and not may_manage(session, who, known.id):
        return _ask(session, host, known)
    act: dict[str, Any] = {"starts_on": this_day(), "actor": who.name, "now": now()}
    if known is not None:
        joining.require_single(session, known.id, host.id)
        joining.join_all(session, host, [known], **act)
    else:
        asked = custom.get(values["kind"], {})
        filled_in = filling.read_texts(values["custom"], asked)
        many = [values | {"identifiers": numbers, "custom": filled_in}]
        joining.add_members(session, host, many, registered_by=who.person_id, **act)
    say(_("The member is recorded."))
    return url_for("organisations.show", organisation_id=host.id)


def _ask(session: Session, host: Organisation, known: Organisation) -> str:
    """A draft, for those to submit who look after the company: it is somebody else's record."""
    offers = list(session.scalars(memberships.types_of(host.id)))
    keys = [each.key for each in offers if each.is_for(known.kind)]
    wanted = {
        "member_id": known.id,
        "host_id": host.id,
        "type": keys[0] if keys and "member" not in keys else "member",
        "starts_on": this_day(),
        "ends_on": None,
    }
    made = joining.draft_membership(session, wanted, actor=asker().name, now=now())
    say(
        _(
            "It is recorded already, and others look after it: nothing of it was changed. "
            "This draft waits for them to submit it."
        )
    )
    return url_for("memberships.show", membership_id=made.id)


def _fields_of_members(session: Session, host: Organisation) -> dict[str, dict[str, CustomField]]:
    """kind → name → field: one form has them all, so no name comes twice."""
    found = [
        each
        for kind in MEMBER_KINDS
        for each in custom_fields.fields_of_members(session, host, kind, asker())
    ]
    names = custom_fields.named(found)
    return {
        kind: {name: each for name, each in names.items() if each.kind == kind}
        for kind in MEMBER_KINDS
    }
