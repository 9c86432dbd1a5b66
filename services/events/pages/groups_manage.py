"""The organizer's pages of groups: all that one contact each has registered, and one of them."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema

from services.events.actions import contacting, grouping
from services.events.actions.registering import (
    all_as_they_are,
    cancel_registration,
)
from services.events.model import RegistrationGroup, Workshop
from services.events.pages.manage import ORGANIZER
from services.events.queries import groups as queries
from services.events.queries.copies import actors_of, names_of, organisation_names
from services.events.queries.sheets import groups_sheet
from services.events.queries.workshops import get_organized
from shared.foundation.failures import Failure, Invalid, NotFound
from shared.web.context import current_session, now, undo
from shared.web.exporting import file_format, send_sheet
from shared.web.fields import Email, LanguageTag, Line
from shared.web.forms import Form, read_form
from shared.web.identity import asker, enter
from shared.web.pages import page_language, say, say_failure
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("groups_manage", __name__, url_prefix="/events/manage")


class ContactForm(Schema):
    """Who answers from now on, and why."""

    class Meta:
        unknown = RAISE

    name = Line(required=True, longest=200)
    email = Email(required=True)
    locale = LanguageTag(required=True)
    reason = Line(required=True, longest=1000)


@blueprint.get("/<uuid:workshop_id>/groups")
@enter(ORGANIZER)
def list_groups(workshop_id: UUID) -> ResponseReturnValue:
    """The groups: contact, size, how each stands, place in line."""
    session = current_session()
    workshop = get_organized(session, workshop_id, asker())
    rows, cursor = page_of(
        session,
        queries.groups_of(workshop),
        [Key(RegistrationGroup.id)],
        cursor=request.args.get("cursor"),
        limit=50,
    )
    standings = queries.standings_of(session, rows)
    waiting = [each.first_waiting for each in standings if each.first_waiting is not None]
    places = {each.registration.id: each.place for each in all_as_they_are(session, waiting)}
    return render_template(
        "groups_manage.html",
        workshop=workshop,
        host=organisation_names(session, workshop.host_id),
        standings=standings,
        places=places,
        names=names_of(session, {each.organisation_id for each in rows if each.organisation_id}),
        next=list_answer([], cursor)["next"],
    )


@blueprint.get("/<uuid:workshop_id>/groups/file")
@enter(ORGANIZER)
def file(workshop_id: UUID) -> ResponseReturnValue:
    """Everybody in a group, as CSV, or as XLSX where that is asked for."""
    workshop = get_organized(current_session(), workshop_id, asker())
    return send_sheet(
        groups_sheet(),
        queries.groups_of(workshop),
        [Key(RegistrationGroup.id)],
        kind=file_format(request.args) or "csv",
    )


def _page(
    group: RegistrationGroup, workshop: Workshop, form: Form, status: int = 200
) -> ResponseReturnValue:
    session = current_session()
    people = all_as_they_are(session, grouping.people_of(session, group))
    history = queries.history_of_group(session, group)
    page = render_template(
        "group_manage.html",
        workshop=workshop,
        host=organisation_names(session, workshop.host_id),
        group=group,
        people=people,
        offer=next((each.offer for each in people if each.offer), None),
        live=grouping.who_may_cancel(workshop, people),
        history=history,
        actors=actors_of(session, history, language=page_language()),
        form=form,
    )
    return page, status


@blueprint.get("/groups/<uuid:group_id>")
@enter(ORGANIZER)
def show(group_id: UUID) -> ResponseReturnValue:
    """One group: its people, who answers for them, and what can be done for them."""
    group, workshop = queries.get_organized_group(current_session(), group_id, asker())
    typed = {"name": group.name, "email": group.email, "locale": group.locale}
    return _page(group, workshop, Form(typed=typed))


@blueprint.post("/groups/<uuid:group_id>/contact")
@enter(ORGANIZER)
def change_contact(group_id: UUID) -> ResponseReturnValue:
    """Somebody else answers, or is reached elsewhere."""
    session = current_session()
    group, workshop = queries.get_organized_group(session, group_id, asker())
    form = read_form(ContactForm())
    if form.is_good:
        reason = form.values.pop("reason")
        try:
            contacting.change_contact(
                session, group, form.values, actor=asker().name, now=now(), reason=reason
            )
        except Failure as failure:
            form.refuse(failure)
        else:
            say(_("Saved."))
            return redirect(url_for("groups_manage.show", group_id=group_id), 303)
    undo()
    return _page(group, workshop, form, 422)


@blueprint.post("/groups/<uuid:group_id>/cancel")
@enter(ORGANIZER)
def cancel(group_id: UUID) -> ResponseReturnValue:
    """Take one of the group back, or all of them, and say why."""
    session = current_session()
    group, _workshop = queries.get_organized_group(session, group_id, asker())
    reason = request.form.get("reason", "").strip()
    who = {str(each.id): each for each in grouping.people_of(session, group)}
    one = request.form.get("registration_id", "")
    try:
        if not reason:
            raise Invalid(_("Say why it is cancelled; those who are told read it."))
        if one and one not in who:
            raise NotFound(_("There is no such registration."))
        if one:
            cancel_registration(session, who[one], actor=asker().name, now=now(), reason=reason)
            say(_("%(name)s is cancelled.", name=who[one].name))
        else:
            grouping.cancel_group(session, group, actor=asker().name, now=now(), reason=reason)
            say(_("All of the group are cancelled."))
    except Failure as failure:
        say_failure(failure)
    return redirect(url_for("groups_manage.show", group_id=group_id), 303)
