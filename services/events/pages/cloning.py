"""Copying a workshop, and repeating it in a series."""

from datetime import UTC
from uuid import UUID

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields

from services.events.actions import cloning
from services.events.pages.manage import LOCAL_TIME, ORGANIZER
from services.events.queries import workshops as queries
from shared.web.context import current_session, now
from shared.web.fields import Count
from shared.web.forms import read_form
from shared.web.identity import asker, enter
from shared.web.pages import say

blueprint = Blueprint("cloning", __name__, url_prefix="/events/manage")


class CopyForm(Schema):
    """When a copy begins, local to the venue; or how often the workshop is repeated."""

    class Meta:
        unknown = RAISE

    copy_starts_at = fields.NaiveDateTime(load_default=None, format=LOCAL_TIME)
    every_days = Count(1, 366, load_default=7)
    times = Count(1, 52, load_default=1)
    with_people = fields.Boolean(load_default=False)


@blueprint.post("/<uuid:workshop_id>/clone")
@enter(ORGANIZER)
def clone(workshop_id: UUID) -> ResponseReturnValue:
    """A new draft with the same facts and programme, its people if wanted; go on to its form."""
    session = current_session()
    workshop = queries.get_organized(session, workshop_id, asker())
    form = read_form(CopyForm())
    if not form.is_good:
        say(_("Choose a day and a time for the copy, or leave it empty."), kind="bad")
        return redirect(url_for("workspace.overview", workshop_id=workshop_id), 303)
    local = form.values.get("copy_starts_at")
    starts_at = local.replace(tzinfo=workshop.local_zone).astimezone(UTC) if local else None
    made = cloning.clone(
        session,
        workshop,
        starts_at=starts_at,
        with_people=form.values["with_people"],
        actor=asker().name,
        now=now(),
    )
    say(_("This is the copy: a draft with the same facts and programme."))
    return redirect(url_for("manage.edit", workshop_id=made.id), 303)


@blueprint.post("/<uuid:workshop_id>/series")
@enter(ORGANIZER)
def repeat(workshop_id: UUID) -> ResponseReturnValue:
    """Drafts after this one, so many days apart."""
    session = current_session()
    workshop = queries.get_organized(session, workshop_id, asker())
    form = read_form(CopyForm())
    if not form.is_good:
        say(_("Use whole numbers: up to 366 days apart, up to 52 times."), kind="bad")
        return redirect(url_for("workspace.overview", workshop_id=workshop_id), 303)
    made = cloning.series(
        session,
        workshop,
        every_days=form.values["every_days"],
        times=form.values["times"],
        actor=asker().name,
        now=now(),
    )
    say(_("%(count)s drafts are made. Publish each when it is ready.", count=len(made)))
    return redirect(url_for("manage.list_own"), 303)
