"""Organisations as everyone sees them, and the form of those who present one."""

from typing import Final
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields

from services.members.actions import presenting
from services.members.actions.enrolling import lock_organisation
from services.members.model import Organisation
from services.members.pages.organisations import MANAGERS, get_own
from services.members.queries import profiles as queries
from shared.foundation.failures import Failure
from shared.foundation.languages import Text
from shared.web.context import current_session, now
from shared.web.fields import Texts
from shared.web.forms import Form, filled, read_form
from shared.web.identity import ANYONE, asker, enter
from shared.web.kept_pages import same_for_guests
from shared.web.pages import say
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("profiles", __name__, url_prefix="/members")
PAGE: Final = 60
LONGEST: Final = 5000
BY_NAME: Final = (Key(Organisation.sort_key), Key(Organisation.id))
EDIT: Final = "/organisations/<uuid:organisation_id>/profile"


class ProfileForm(Schema):
    """What is said, and whether how to reach the organisation is shown."""

    class Meta:
        unknown = RAISE

    texts = Texts(longest=LONGEST, is_prose=True, required=True)
    shows_contact = fields.Boolean(load_default=False)


@blueprint.get("/profiles")
@enter(ANYONE)
@same_for_guests
def listed() -> ResponseReturnValue:
    """Alliances and the bodies in them, by name."""
    session = current_session()
    rows, cursor = page_of(
        session, queries.presented(), list(BY_NAME), cursor=request.args.get("cursor"), limit=PAGE
    )
    alliances = [each for each in rows if each.kind == "alliance"]
    return render_template(
        "profiles.html",
        alliances=alliances,
        bodies=[each for each in rows if each.kind != "alliance"],
        next=list_answer([], cursor)["next"],
    )


@blueprint.get("/profiles/<uuid:organisation_id>")
@enter(ANYONE)
@same_for_guests
def show(organisation_id: UUID) -> ResponseReturnValue:
    """Who they are, how to reach them, what they belong to, and who belongs to them."""
    session = current_session()
    found, profile = queries.get_presented(session, organisation_id)
    members, cursor = page_of(
        session,
        queries.presented(member_of=found.id),
        list(BY_NAME),
        cursor=request.args.get("cursor"),
        limit=PAGE,
    )
    return render_template(
        "profile.html",
        organisation=found,
        profile=profile,
        hosts=queries.hosts_presented(session, found.id),
        members=members,
        next=list_answer([], cursor)["next"],
    )


@blueprint.route(EDIT, methods=["GET", "POST"])
@enter(MANAGERS)
def edit(organisation_id: UUID) -> ResponseReturnValue:
    """Write it; what is saved is public at once."""
    session, organisation = current_session(), get_own(organisation_id)
    if request.method == "POST":
        lock_organisation(session, organisation)
    profile = queries.find_profile(session, organisation.id)
    form = Form(typed={"shows_contact": "true"})
    if profile is not None:
        form = Form(typed=filled({"texts": profile.texts}))
        form.typed["shows_contact"] = "true" if profile.shows_contact else ""
    if request.method == "POST":
        form = read_form(ProfileForm())
        try:
            if form.is_good:
                values = form.values
                values["texts"] = _merged(profile.texts if profile else {}, values["texts"])
                form.require_current(profile.version if profile else 0)
                presenting.publish_profile(
                    session, organisation, values, actor=asker().name, now=now()
                )
                say(_("The page is public."))
                return redirect(url_for("profiles.show", organisation_id=organisation.id), 303)
        except Failure as failure:
            form.refuse(failure)
    page = render_template(
        "profile_form.html", organisation=organisation, profile=profile, form=form
    )
    return page, 422 if form.faults else 200


def _merged(before: Text, typed: dict[str, str]) -> dict[str, str]:
    """A language that the form doesn't show stays as it is."""
    others = {tag: text for tag, text in before.items() if tag not in ("en", "zh-Hant")}
    return others | typed


@blueprint.post(f"{EDIT}/withdraw")
@enter(MANAGERS)
def withdraw(organisation_id: UUID) -> ResponseReturnValue:
    """Take the page away."""
    session, organisation = current_session(), get_own(organisation_id)
    lock_organisation(session, organisation)
    found = queries.get_profile(session, organisation.id)
    presenting.withdraw_profile(session, found, actor=asker().name, now=now())
    say(_("The page is public no more."))
    return redirect(url_for("organisations.show", organisation_id=organisation.id), 303)
