"""The organizer's page of invitations: paste a list, look at what would come of it, send."""

from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from services.events.actions import inviting
from services.events.actions.inviting import Invited, Invitee
from services.events.model import Workshop, WorkshopInvitation
from services.events.model.workshop_invitation import INVITATION_STATES, UNANSWERED
from services.events.pages.manage import LOCAL_TIME, ORGANIZER
from services.events.pages.naming_many import read_line
from services.events.queries import invitations as queries
from services.events.queries.copies import organisation_names
from services.events.queries.workshops import get_organized
from shared.foundation.failures import Failure, Invalid
from shared.foundation.languages import in_language
from shared.foundation.sentences import said
from shared.web.context import current_session, now, undo
from shared.web.exporting import file_format, send_sheet
from shared.web.fields import LanguageTag, Prose
from shared.web.forms import Form, read_form
from shared.web.identity import asker, enter
from shared.web.pages import page_language, say, say_failure
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("invitations", __name__, url_prefix="/events/manage")
PAGE: Final = 100
MOST: Final = 500
BADGES: Final = {
    "sent": "pending",
    "opened": "pending",
    "registered": "registered",
    "declined": "declined",
    "revoked": "withdrawn",
    "expired": "lapsed",
}


class PastedForm(Schema):
    """A line each: `Name <address>`. expires_at: by the clocks of the workshop."""

    class Meta:
        unknown = RAISE

    people = Prose(required=True, longest=100_000)
    locale = LanguageTag(load_default="en")
    expires_at = fields.NaiveDateTime(format=LOCAL_TIME, load_default=None)
    step = fields.String(load_default="look", validate=validate.OneOf(("look", "send")))


def _people(text: str, locale: str) -> list[Invitee]:
    """Whom the lines name. Raises Invalid with the first line that names nobody."""
    found = []
    for line in filter(str.strip, text.splitlines()):
        try:
            name, email, _rest = read_line(line)
        except ValidationError:
            why = said(
                "This line names nobody: “%(line)s”. Write a name and a mail address: "
                "Mei Lin <mei@example.org>.",
                line=line.strip()[:100],
            )
            raise Invalid.at("/people", why) from None
        found.append(Invitee(name=name, email=email, locale=locale))
    if len(found) > MOST:
        raise Invalid.at("/people", _("Invite up to %(most)s people at once.", most=MOST))
    return found


def _page(
    workshop: Workshop, form: Form, looked: list[Invited], status: int = 200
) -> ResponseReturnValue:
    session, state = current_session(), request.args.get("state", "")
    query = queries.invitations_of(workshop)
    if state in INVITATION_STATES:
        query = query.where(WorkshopInvitation.state == state)
    rows, cursor = page_of(
        session,
        query,
        [Key(WorkshopInvitation.id)],
        cursor=request.args.get("cursor"),
        limit=PAGE,
    )
    language = page_language()
    earlier = queries.earlier_workshops(session, workshop)
    page = render_template(
        "invitations.html",
        workshop=workshop,
        host=organisation_names(session, workshop.host_id),
        rows=rows,
        next=list_answer([], cursor)["next"],
        counts=queries.count_by_state(session, workshop),
        states=INVITATION_STATES,
        state=state if state in INVITATION_STATES else "",
        badges=BADGES,
        unanswered=UNANSWERED,
        form=form,
        looked=looked,
        new=sum(each.verdict == "new" for each in looked),
        earlier=[(str(each.id), in_language(each.titles, language)) for each in earlier],
    )
    return page, status


@blueprint.get("/<uuid:workshop_id>/invitations")
@enter(ORGANIZER)
def room(workshop_id: UUID) -> ResponseReturnValue:
    """Who was invited, and the form; `from`: with the people of an earlier workshop."""
    session = current_session()
    workshop = get_organized(session, workshop_id, asker())
    typed, wanted = {"locale": page_language()}, request.args.get("from")
    for each in queries.earlier_workshops(session, workshop):
        if str(each.id) == wanted:
            typed["people"] = queries.lines_of(session, each)
    return _page(workshop, Form(typed=typed), [])


@blueprint.post("/<uuid:workshop_id>/invitations")
@enter(ORGANIZER)
def invite(workshop_id: UUID) -> ResponseReturnValue:
    """Look at what would come of the list, or send."""
    workshop = get_organized(current_session(), workshop_id, asker())
    form = read_form(PastedForm())
    is_look, looked = form.values.get("step", "look") == "look", list[Invited]()
    if form.is_good:
        try:
            looked = _invite(workshop, form.values, is_dry_run=is_look)
        except Failure as failure:
            form.refuse(failure)
    if is_look or not form.is_good:
        undo()
        return _page(workshop, form, looked, 200 if form.is_good else 422)
    sent = sum(each.verdict == "new" for each in looked)
    say(ngettext("%(num)s invitation is sent.", "%(num)s invitations are sent.", sent))
    return redirect(url_for("invitations.room", workshop_id=workshop_id), 303)


def _invite(workshop: Workshop, values: dict[str, Any], *, is_dry_run: bool) -> list[Invited]:
    ends = values["expires_at"]
    return inviting.invite_many(
        current_session(),
        workshop,
        _people(values["people"], values["locale"]),
        expires_at=ends.replace(tzinfo=ZoneInfo(workshop.time_zone)) if ends else None,
        is_dry_run=is_dry_run,
        actor=asker().name,
        now=now(),
    )


@blueprint.get("/<uuid:workshop_id>/invitations/file")
@enter(ORGANIZER)
def export(workshop_id: UUID) -> ResponseReturnValue:
    """All of them as CSV, or as XLSX where that is asked for."""
    workshop = get_organized(current_session(), workshop_id, asker())
    kind = file_format(request.args) or "csv"
    keys = [Key(WorkshopInvitation.id)]
    return send_sheet(
        queries.invitations_sheet(), queries.invitations_of(workshop), keys, kind=kind
    )


@blueprint.post("/invitations/<uuid:workshop_invitation_id>/<any(resend, revoke):verb>")
@enter(ORGANIZER)
def step(workshop_invitation_id: UUID, verb: str) -> ResponseReturnValue:
    """Mail one once more, or take it back."""
    session = current_session()
    found, workshop = queries.get_organized_invitation(session, workshop_invitation_id, asker())
    act = inviting.resend if verb == "resend" else inviting.revoke
    try:
        act(session, found, actor=asker().name, now=now())
        say(_("It is sent again.") if verb == "resend" else _("The invitation is taken back."))
    except Failure as failure:
        say_failure(failure)
    return redirect(url_for("invitations.room", workshop_id=workshop.id), 303)
