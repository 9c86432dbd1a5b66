"""The organizer's files of a workshop: adding and taking away, on the page of the programme."""

from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields, validate

from services.events.actions import sharing
from services.events.model.material import SHOWN_TO
from services.events.pages.manage import ORGANIZER
from services.events.pages.programme import show_programme
from services.events.queries import programme as queries
from services.events.queries.workshops import get_organized
from shared.foundation.failures import Failure, Invalid
from shared.web.context import current_session, now
from shared.web.fields import Line
from shared.web.files import file_store
from shared.web.forms import read_form
from shared.web.identity import asker, enter
from shared.web.pages import page_language, say
from shared.web.uploads import filename_of, takes_files

blueprint = Blueprint("materials", __name__, url_prefix="/events/manage")
takes_files(blueprint, "add_material")


class MaterialForm(Schema):
    """What a file is, for whom, and where it belongs."""

    class Meta:
        unknown = RAISE

    title = Line(load_default="")
    shown_to = fields.String(load_default="everyone", validate=validate.OneOf(SHOWN_TO))
    session_id = fields.UUID(load_default=None)


@blueprint.post("/<uuid:workshop_id>/materials")
@enter(ORGANIZER)
def add_material(workshop_id: UUID) -> ResponseReturnValue:
    """Add a file."""
    session = current_session()
    workshop = get_organized(session, workshop_id, asker())
    form, file = read_form(MaterialForm()), request.files.get("file")
    try:
        if file is None or not file.filename:
            raise Invalid.at("/file", _("Choose a file."))
        if form.is_good:
            title = form.values.pop("title")
            values = form.values | {"titles": {page_language(): title} if title else {}}
            sharing.add_material(
                session,
                workshop,
                sharing.Upload(filename_of(file), file.read()),
                values,
                store=file_store(),
                actor=asker().name,
                now=now(),
            )
            say(_("The file is kept."))
            path = url_for("programme.overview", workshop_id=workshop_id)
            return redirect(path + "#materials", 303)
    except Failure as failure:
        form.refuse(failure)
    return show_programme(workshop, form, 422)


@blueprint.post("/materials/<uuid:material_id>/remove")
@enter(ORGANIZER)
def remove_material(material_id: UUID) -> ResponseReturnValue:
    """Take a file away."""
    session = current_session()
    found, workshop = queries.get_material(session, material_id, asker())
    get_organized(session, workshop.id, asker())
    session.delete(found)
    say(_("Removed."))
    path = url_for("programme.overview", workshop_id=workshop.id)
    return redirect(path + "#materials", 303)
