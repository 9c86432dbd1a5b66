"""An organisation's invitations, and the page that an invitation's link opens."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields, validate
from sqlalchemy import Select
from werkzeug.wrappers import Response

from services.members.actions import accepting, granting, inviting
from services.members.actions.failures import BadLink
from services.members.actions.granting import Power
from services.members.actions.inviting import Wish
from services.members.model import Invitation, Organisation, Person
from services.members.pages.cookies import settings
from services.members.pages.counting import count, go_on_signed_in, require_room
from services.members.pages.names import WithNames, names_in
from services.members.pages.organisations import MANAGERS, get_own
from services.members.pages.signing_up import LONGEST_PASSWORD, SHORTEST_PASSWORD, hashed
from services.members.queries import invitations as queries
from services.members.queries.people import named
from services.members.queries.sheets_of_asking import invitations_sheet
from shared.foundation.failures import Failure
from shared.foundation.identities import Role
from shared.web.bounds import Length
from shared.web.context import current_session, now
from shared.web.exporting import file_format, send_sheet
from shared.web.fields import Email, LanguageTag, Line
from shared.web.forms import Form, read_form
from shared.web.identity import ANYONE, asker, enter, require_identity
from shared.web.pages import page_language, say, say_failure
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("invitations", __name__, url_prefix="/members")
PAGE = 50
GIVEN = (Role.FOCAL_POINT, Role.READER)


class InvitationForm(Schema):
    """Whom to invite to the organisation. role empty: an account alone."""

    class Meta:
        unknown = RAISE

    email = Email(required=True)
    name = Line(load_default="", may_be_empty=True, longest=100)
    locale = LanguageTag(load_default="en")
    role = fields.String(load_default=None, validate=validate.OneOf([role.value for role in GIVEN]))


class AcceptanceForm(WithNames):
    """What somebody new says of themselves."""

    password = fields.String(
        load_default=None, validate=Length(SHORTEST_PASSWORD, LONGEST_PASSWORD)
    )


def _inviter() -> Person:
    return current_session().get_one(Person, require_identity().person_id)


def _invitations_of(organisation: Organisation) -> Select[Invitation]:
    return queries.invitations_for(asker()).where(Invitation.organisation_id == organisation.id)


def _list(organisation: Organisation, form: Form, status: int = 200) -> ResponseReturnValue:
    session = current_session()
    rows, cursor = page_of(
        session,
        _invitations_of(organisation),
        [Key(Invitation.id, descending=True)],
        cursor=request.args.get("cursor"),
        limit=PAGE,
    )
    page = render_template(
        "invitations.html",
        organisation=organisation,
        form=form,
        invitations=[(row, row.state_at(now())) for row in rows],
        next=list_answer([], cursor)["next"],
        inviters=named(session, [row.invited_by for row in rows]),
        zone=_inviter().time_zone,
        roles=[("", _("an account alone")), *((role, _(role.replace("_", " "))) for role in GIVEN)],
    )
    return page, status


@blueprint.route("/organisations/<uuid:organisation_id>/invitations", methods=["GET", "POST"])
@enter(MANAGERS)
def show(organisation_id: UUID) -> ResponseReturnValue:
    """Who was invited, and the form to invite somebody."""
    organisation = get_own(organisation_id)
    form = Form(typed={"locale": page_language()})
    if request.method == "GET":
        kind = file_format(request.args)
        if kind is not None:
            query = _invitations_of(organisation)
            keys = [Key(Invitation.id, descending=True)]
            return send_sheet(invitations_sheet(now=now()), query, keys, kind=kind)
        return _list(organisation, form)
    form = read_form(InvitationForm())
    try:
        if form.is_good:
            return _invite(organisation, form.values)
    except Failure as failure:
        form.refuse(failure)
    return _list(organisation, form, 422)


def _invite(organisation: Organisation, values: dict[str, Any]) -> Response:
    session = current_session()
    wish = Wish(**values | {"role": None, "organisation_id": organisation.id})
    if values["role"]:
        power = Power(Role(values["role"]), organisation.id)
        until = granting.held_until(session, asker(), power, now=now())
        wish = replace(wish, role=power.role, grant_expires_at=until)
    count(require_room("invitation", wish.email))
    inviting.invite(session, wish, by=_inviter(), settings=settings(), now=now())
    say(_("The invitation is on its way to %(email)s.", email=values["email"]))
    return _back(organisation.id)


def _back(organisation_id: UUID | None) -> Response:
    if organisation_id is None:
        return redirect(url_for("organisations.directory"), 303)
    return redirect(url_for("invitations.show", organisation_id=organisation_id), 303)


@blueprint.post("/invitations/<uuid:invitation_id>/resend")
@enter(MANAGERS)
def resend(invitation_id: UUID) -> ResponseReturnValue:
    """Mail it once more, with a new link."""
    session = current_session()
    found = queries.get_invitation(session, invitation_id, asker())
    try:
        power = inviting.power_of(found)
        if power is not None:
            granting.require_holding(session, asker(), power, now=now())
        count(require_room("invitation", found.email))
        inviting.resend(session, found, by=_inviter(), settings=settings(), now=now())
    except Failure as failure:
        say_failure(failure)
    else:
        say(_("The invitation is on its way to %(email)s.", email=found.email))
    return _back(found.organisation_id)


@blueprint.post("/invitations/<uuid:invitation_id>/revoke")
@enter(MANAGERS)
def revoke(invitation_id: UUID) -> ResponseReturnValue:
    """Take it back."""
    session, who = current_session(), asker()
    found = queries.get_invitation(session, invitation_id, who)
    try:
        inviting.revoke(session, found, actor=who.name, now=now())
    except Failure as failure:
        say_failure(failure)
    else:
        say(_("The invitation is taken back."))
    return _back(found.organisation_id)


def _show_link(token: str, form: Form, status: int = 200) -> ResponseReturnValue:
    session = current_session()
    found = accepting.find_invitation(session, token, now=now())
    place_id = found.organisation_id if found else None
    page = render_template(
        "invitation.html",
        found=found,
        organisation=session.get(Organisation, place_id) if place_id else None,
        is_known=found is not None and accepting.person_invited(session, found) is not None,
        inviter=session.get(Person, found.invited_by) if found else None,
        form=form,
    )
    return page, status


@blueprint.get("/invitations/<token>")
@enter(ANYONE)
def show_link(token: str) -> ResponseReturnValue:
    """What one is invited to, and a button: opening the link changes nothing."""
    return _show_link(token, Form())


@blueprint.post("/invitations/<token>")
@enter(ANYONE)
def accept(token: str) -> ResponseReturnValue:
    """Take the account, and go on signed in."""
    form = read_form(AcceptanceForm())
    try:
        if form.is_good:
            return _accept(token, form)
    except BadLink as failure:
        form = Form(faults={"": failure.detail})
    except Failure as failure:
        form.refuse(failure)
    return _show_link(token, form, 422)


def _accept(token: str, form: Form) -> Response:
    session, password = current_session(), form.values["password"]
    found = accepting.find_invitation(session, token, now=now())
    is_known = found is not None and accepting.person_invited(session, found) is not None
    is_named = any(any(form.values[kind].values()) for kind in ("romanised", "native"))
    needs_names = found is not None and (is_named or not is_known)
    person = accepting.accept(
        session,
        token,
        names=names_in(form.values, missing=_("Write your name.")) if needs_names else (),
        password_hash=hashed(password, [found.email, found.name]) if password and found else None,
        locale=page_language(),
        now=now(),
    )
    say(_("Welcome. Your account is open."))
    return go_on_signed_in(person, "/members/me")
