"""The form of a new announcement: its fields, and the choices that it offers."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields, validate
from sqlalchemy.orm import Session

from services.notifications.actions.announcing import Draft
from services.notifications.actions.lettering import FOR_ALL, FOR_ROSTERS
from services.notifications.model import OrganisationCopy
from services.notifications.model.choices import CATEGORIES, CHANNELS
from services.notifications.pages.words import CATEGORY_NAMES
from services.notifications.queries import places
from shared.foundation.failures import Invalid
from shared.foundation.ids import find_id
from shared.foundation.languages import in_language
from shared.web.fields import Texts
from shared.web.forms import Form, read_form
from shared.web.pages import page_language, reader_zone

LIST: Final = r"(subtree|own|(segment|workshop):[0-9a-f-]{36})"


class AnnouncementForm(Schema):
    """As the API has it, its audience as one choice."""

    class Meta:
        unknown = RAISE

    category = fields.String(required=True, validate=validate.OneOf(CATEGORIES))
    subject = Texts(required=True)
    body = Texts(required=True, is_prose=True, longest=20_000)
    audience = fields.String(required=True, validate=validate.Regexp(f"^{LIST}$"))
    send_at = fields.NaiveDateTime(load_default=None)
    mail = fields.Boolean(load_default=False)
    inbox = fields.Boolean(load_default=False)
    push = fields.Boolean(load_default=False)
    chat = fields.Boolean(load_default=False)
    sms = fields.Boolean(load_default=False)


def read_draft() -> Form:
    """What was posted; by one channel at least, and a subject for each text."""
    form = read_form(AnnouncementForm())
    if not form.is_good:
        return form
    if not any(form.values[name] for name in CHANNELS):
        form.faults["mail"] = _("Choose one channel at least.")
    for tag in form.values["body"]:
        if tag not in form.values["subject"]:
            form.faults[f"subject.{tag}"] = _("Write the subject in this language too.")
    return form


def draft_of(organisation_id: UUID, values: Mapping[str, Any]) -> Draft:
    """The draft that the form means. Times are the writer's own."""
    kind, _colon, found_id = values["audience"].partition(":")
    audience: dict[str, Any] = {f"{kind}_id": found_id}
    if not found_id:
        audience = {"organisation_id": str(organisation_id), "subtree": kind == "subtree"}
    elif find_id(found_id) is None:
        raise Invalid.at("/audience", "Choose one of the lists.")
    send_at: datetime | None = values["send_at"]
    if send_at is not None:
        zone = ZoneInfo(reader_zone())
        send_at = send_at.replace(tzinfo=zone).astimezone(UTC)
    return Draft(
        organisation_id=organisation_id,
        category=values["category"],
        subject=values["subject"],
        body=values["body"],
        audience=audience,
        channels=[name for name in CHANNELS if values[name]],
        send_at=send_at,
    )


def choices_of(session: Session, organisation: OrganisationCopy) -> dict[str, Any]:
    """Lists to tell, categories, and what a text may name."""
    language = page_language()
    lists = [
        ("subtree", _("All of the organisation and of those below it")),
        ("own", _("The organisation's own people")),
    ]
    for segment in places.segments_of(session, organisation):
        name = in_language(segment.names, language)
        lists.append((f"segment:{segment.id}", _("Segment: %(name)s", name=name)))
    for workshop in places.workshops_of(session, organisation):
        name = in_language(workshop.titles, language)
        lists.append((f"workshop:{workshop.id}", _("Workshop: %(name)s", name=name)))
    return {
        "lists": lists,
        "categories": CATEGORY_NAMES.items(),
        "channels": CHANNELS,
        "for_all": FOR_ALL,
        "for_rosters": FOR_ROSTERS,
    }
