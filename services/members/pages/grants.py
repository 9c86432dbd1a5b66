"""What people may do at an organisation: giving it until a day, and taking it away."""

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields, validate
from sqlalchemy import Select

from services.members.actions import granting, signing_in
from services.members.actions.appointing import end_of
from services.members.actions.granting import Power
from services.members.model import Appointment, Organisation, Person, RoleGrant
from services.members.pages.cookies import settings
from services.members.pages.organisations import MANAGERS, get_own
from services.members.queries import people as queries
from services.members.queries.audit import names_seen
from services.members.queries.grants import get_grant, grants_for
from services.members.queries.sheets_of_people import grants_sheet
from shared.foundation.failures import Failure, NotFound
from shared.foundation.identities import Role
from shared.web.bounds import CENTURIES
from shared.web.context import current_session, now, this_day
from shared.web.exporting import file_format, send_sheet
from shared.web.forms import Form, read_form
from shared.web.identity import asker, enter
from shared.web.pages import page_language, say, say_failure
from shared.web.paging import Key

blueprint = Blueprint("grants", __name__, url_prefix="/members")
ROLES: Final = (Role.READER, Role.FOCAL_POINT, Role.ORGANIZER)
REACHES: Final = ("subtree", "alone")


class GrantForm(Schema):
    """Who may do what here, how wide, until when."""

    class Meta:
        unknown = RAISE

    person_id = fields.UUID(required=True)
    role = fields.String(required=True, validate=validate.OneOf([*ROLES]))
    reach = fields.String(required=True, validate=validate.OneOf(REACHES))
    ends_on = fields.Date(load_default=None, validate=CENTURIES)


class RevokeForm(Schema):
    """Whether it has effect at once, by signing the person out."""

    class Meta:
        unknown = RAISE

    at_once = fields.Boolean(load_default=False)


@blueprint.route("/organisations/<uuid:organisation_id>/grants", methods=["GET", "POST"])
@enter(MANAGERS)
def listed(organisation_id: UUID) -> ResponseReturnValue:
    """Who may do what here, and the form to give somebody what one has oneself, or less."""
    organisation = get_own(organisation_id)
    kind = file_format(request.args) if request.method == "GET" else None
    if kind is not None:
        sheet = grants_sheet(asker(), today=this_day())
        return send_sheet(sheet, _held(organisation), [Key(RoleGrant.id)], kind=kind)
    form = Form(typed={"role": Role.READER.value, "reach": "subtree"})
    if request.method == "POST":
        form = read_form(GrantForm())
        try:
            if form.is_good:
                _give(organisation, form.values)
                say(_("The grant is given."))
                return redirect(url_for("grants.listed", organisation_id=organisation.id), 303)
        except Failure as failure:
            form.refuse(failure)
    return _page(organisation, form)


def _give(organisation: Organisation, values: dict[str, Any]) -> RoleGrant:
    session, who = current_session(), asker()
    power = Power(
        Role(values["role"]),
        organisation.id,
        values["reach"] == "subtree",
        end_of(values["ends_on"]),
    )
    granting.require_holding(session, who, power, now=now())
    try:
        person = queries.get_person(session, values["person_id"], who, today=this_day())
    except NotFound as error:
        raise NotFound(_("Choose a person from the list.")) from error
    return granting.grant(
        session,
        person,
        power.role,
        organisation.id,
        subtree=power.subtree,
        expires_at=power.until,
        actor=who.name,
        now=now(),
    )


def _held(organisation: Organisation) -> Select[RoleGrant]:
    return grants_for(asker()).where(
        RoleGrant.organisation_id == organisation.id, RoleGrant.is_live_at(now())
    )


def _page(organisation: Organisation, form: Form) -> ResponseReturnValue:
    session, today = current_session(), this_day()
    held = _held(organisation).order_by(RoleGrant.id).limit(500)
    grants: list[RoleGrant] = list(session.scalars(held))
    known = queries.people_for(asker(), today=today).order_by(Person.sort_key).limit(500)
    by_office = session.scalars(
        queries.appointments_of(organisation.id).with_only_columns(Appointment.grant_id)
    )
    page = render_template(
        "grants.html",
        organisation=organisation,
        grants=grants,
        people=names_seen(
            session,
            [each.person_id for each in grants],
            asker(),
            today=today,
            language=page_language(),
        ),
        by_office=set(by_office),
        candidates=[("", "–")]
        + [(each.id, each.name_in(page_language())) for each in session.scalars(known)],
        roles=[(role.value, _(role.value.replace("_", " "))) for role in ROLES],
        reaches=[("subtree", _("with what is below it")), ("alone", _("here alone"))],
        form=form,
    )
    return page, 422 if form.faults else 200


@blueprint.post("/grants/<uuid:grant_id>/revoke")
@enter(MANAGERS)
def revoke(grant_id: UUID) -> ResponseReturnValue:
    """Take it away: within minutes, or at once by signing the person out."""
    session, who = current_session(), asker()
    found = get_grant(session, grant_id, who)
    power = Power(Role(found.role), found.organisation_id, found.subtree, found.expires_at)
    try:
        granting.require_holding(session, who, power, now=now())
        if read_form(RevokeForm()).values.get("at_once"):
            person = session.get_one(Person, found.person_id)
            granting.require_over(session, who, person, now=now())
            signing_in.sign_out_everywhere(session, person.id, settings=settings(), now=now())
        granting.revoke_grant(session, found, actor=who.name, now=now())
    except Failure as failure:
        say_failure(failure)
    else:
        say(_("The grant is taken away."))
    if found.organisation_id is None:
        return redirect(url_for("organisations.directory"), 303)
    return redirect(url_for("grants.listed", organisation_id=found.organisation_id), 303)
