"""Announcements: the list, writing one, watching it go out, and who was not told."""

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from services.notifications.actions import announcing, previewing
from services.notifications.model import Announcement, AnnouncementRecipient, OrganisationCopy
from services.notifications.pages import audiences
from services.notifications.pages.announcement_form import (
    choices_of,
    copy_of,
    draft_of,
    read_draft,
)
from services.notifications.pages.words import ACTIONS, CATEGORY_NAMES
from services.notifications.queries import announcements as queries
from services.notifications.queries import histories, places, proof
from services.notifications.queries.sheets import announcements_sheet, recipients_sheet
from shared.foundation.failures import Failure, NotFound
from shared.foundation.identities import Asker, Role
from shared.foundation.ids import find_id
from shared.web.context import current_session, now
from shared.web.exporting import file_format, send_sheet
from shared.web.forms import Form
from shared.web.identity import asker, enter, one_of, require_identity
from shared.web.pages import page_language, say, say_failure
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("announcements", __name__, url_prefix="/notifications")
SPEAKERS = one_of(Role.ORGANIZER, Role.FOCAL_POINT)
PAGE: Final = 30
MOVING: Final = ("approved", "snapshotting", "sending")
REFRESH_SECONDS: Final = 5
VERBS: Final = {
    "approve": announcing.approve,
    "cancel": announcing.cancel,
    "pause": announcing.pause,
    "resume": announcing.resume,
    "resend-failed": announcing.resend_failed,
}


@blueprint.get("/announcements")
@enter(SPEAKERS)
def listed() -> ResponseReturnValue:
    """Newest first, and in whose name one can write the next."""
    session, who = current_session(), asker()
    query, keys = queries.announcements_for(who), [Key(Announcement.id, descending=True)]
    kind = file_format(request.args)
    if kind is not None:
        return send_sheet(announcements_sheet(), query, keys, kind=kind)
    rows, cursor = page_of(session, query, keys, cursor=request.args.get("cursor"), limit=PAGE)
    return render_template(
        "announcements.html",
        announcements=rows,
        names=proof.names_of(session, {row.organisation_id for row in rows}),
        organisations=places.organisations_of(session, who),
        next=list_answer([], cursor)["next"],
    )


@blueprint.route("/organisations/<uuid:organisation_id>/announce", methods=["GET", "POST"])
@enter(SPEAKERS)
def write(organisation_id: UUID) -> ResponseReturnValue:
    """A new one, in an organisation's name."""
    session, who = current_session(), asker()
    organisation = session.get(OrganisationCopy, organisation_id)
    if organisation is None or not queries.may_announce(session, organisation_id, who):
        raise NotFound("There is no such organisation that you look after.")
    form = _begun(session, organisation_id, who)
    if request.method == "POST":
        form = read_draft()
        try:
            if form.is_good:
                draft = draft_of(organisation_id, form.values)
                queries.require_own_audience(session, draft.audience, who)
                made = announcing.announce(session, draft, author=who.name, now=now())
                return redirect(url_for("announcements.show", announcement_id=made.id), 303)
        except Failure as failure:
            form.refuse(failure)
    page = render_template(
        "announcement_form.html",
        form=form,
        organisation=organisation,
        **choices_of(session, organisation, form),
    )
    return page, 422 if form.faults else 200


def _begun(session: Session, organisation_id: UUID, who: Asker) -> Form:
    """An empty one, or as the announcement that the address names was written."""
    first = find_id(request.args.get("from", ""))
    if first is not None:
        found = queries.get_announcement(session, first, who)
        if found.organisation_id == organisation_id:
            return copy_of(found)
    return Form(typed={"category": "news", "mail": "true", "inbox": "true"})


@blueprint.get("/announcements/<uuid:announcement_id>")
@enter(SPEAKERS)
def show(announcement_id: UUID) -> ResponseReturnValue:
    """How it reads before it is sent; then how far it is, and who was not told."""
    session = current_session()
    found = queries.get_announcement(session, announcement_id, asker())
    parts = proof.counts_by_association(session, found)
    history = histories.history_of(session, found.id)
    is_draft = found.state == "draft"
    preview = previewing.preview(session, found, now=now()) if is_draft else None
    reached = preview.associations if preview else {}
    told, left_out = audiences.said(session, found.audience)
    page = render_template(
        "announcement.html",
        announcement=found,
        told=told,
        left_out=left_out,
        letters=preview.letters if preview else previewing.letters_of(session, found),
        names=proof.names_of(session, {*parts, *reached, found.organisation_id}),
        by_association=parts,
        counts=proof.summed(parts.values()),
        outcomes=proof.OUTCOMES,
        history=history,
        actors=histories.actors_of(session, history, language=page_language()),
        preview=preview,
        is_moving=found.state in MOVING,
        categories=CATEGORY_NAMES,
        actions=ACTIONS.get(found.state, ()),
    )
    response = Response(page)
    if found.state in MOVING:
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


@blueprint.get("/announcements/<uuid:announcement_id>/recipients")
@enter(SPEAKERS)
def recipients(announcement_id: UUID) -> ResponseReturnValue:
    """Everybody in it, or those with one outcome, and why; also as a file."""
    session, outcome = current_session(), request.args.get("outcome") or None
    found = queries.get_announcement(session, announcement_id, asker())
    query = proof.recipients_of(found, outcome=outcome)
    keys, kind = [Key(AnnouncementRecipient.number)], file_format(request.args)
    if kind is not None:
        return send_sheet(recipients_sheet(found), query, keys, kind=kind)
    rows, cursor = page_of(session, query, keys, cursor=request.args.get("cursor"), limit=PAGE)
    return render_template(
        "announcement_recipients.html",
        announcement=found,
        recipients=proof.rows_of(session, found, rows),
        names=proof.names_of(session, {row.association_id for row in rows}),
        can_follow=require_identity().has(Role.ORGANIZER, Role.OPERATOR),
        outcome=outcome,
        outcomes=("not_told", *proof.OUTCOMES),
        next=list_answer([], cursor)["next"],
    )


@blueprint.post(
    "/announcements/<uuid:announcement_id>/<any('test','approve','cancel','pause','resume','resend-failed'):verb>"
)
@enter(SPEAKERS)
def act(announcement_id: UUID, verb: str) -> ResponseReturnValue:
    """Test, approve, pause, resume, cancel it, or send it again to those it failed for."""
    session, who = current_session(), asker()
    found = queries.get_announcement(session, announcement_id, who, to_change=True)
    reason = request.form.get("reason", "").strip()[:300]
    try:
        if verb == "test":
            me = require_identity().person_id
            previewing.send_test(session, found, me, now=now())
            say(_("A test is on its way to your own address."))
        else:
            more: dict[str, Any] = {"actor": who.name, "now": now(), "reason": reason}
            VERBS[verb](session, found, **more)
    except Failure as failure:
        say_failure(failure)
    return redirect(url_for("announcements.show", announcement_id=found.id), 303)
