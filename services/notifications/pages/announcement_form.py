"""The form of a new announcement: its fields, and the choices that it offers."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields, validate
from sqlalchemy.orm import Session

from services.notifications.actions.announcing import Draft
from services.notifications.actions.lettering import FOR_ALL, FOR_ROSTERS
from services.notifications.model import Announcement, OrganisationCopy
from services.notifications.model.choices import CATEGORIES, CHANNELS
from services.notifications.pages import audiences
from services.notifications.pages.words import CATEGORY_NAMES
from shared.web.fields import Texts
from shared.web.forms import Form, read_form
from shared.web.pages import reader_zone


class AnnouncementForm(Schema):
    """As the API has it, its audience as one choice."""

    class Meta:
        unknown = RAISE

    category = fields.String(required=True, validate=validate.OneOf(CATEGORIES))
    subject = Texts(required=True)
    body = Texts(required=True, is_prose=True, longest=20_000)
    audience = fields.String(required=True, validate=validate.Regexp(f"^{audiences.LIST}$"))
    part = fields.String(load_default="", validate=validate.OneOf(audiences.PARTS))
    left_out = fields.String(load_default="", validate=validate.Regexp(f"^({audiences.LIST})?$"))
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
    send_at: datetime | None = values["send_at"]
    if send_at is not None:
        zone = ZoneInfo(reader_zone())
        send_at = send_at.replace(tzinfo=zone).astimezone(UTC)
    return Draft(
        organisation_id=organisation_id,
        category=values["category"],
        subject=values["subject"],
        body=values["body"],
        audience=audiences.audience_of(organisation_id, values),
        channels=[name for name in CHANNELS if values[name]],
        send_at=send_at,
    )


def copy_of(announcement: Announcement) -> Form:
    """The form as that announcement was written, to be sent once more or to others."""
    typed = {"category": announcement.category}
    typed |= {f"subject.{tag}": text for tag, text in announcement.subject.items()}
    typed |= {f"body.{tag}": text for tag, text in announcement.body.items()}
    typed |= dict.fromkeys(announcement.channels, "true")
    typed |= audiences.choices_of(announcement.organisation_id, announcement.audience)
    return Form(typed=typed)


def choices_of(session: Session, organisation: OrganisationCopy, form: Form) -> dict[str, Any]:
    """Lists to tell, categories, and what a text may name."""
    lists = audiences.lists_of(session, organisation)
    nobody = ("", "–")
    has_none = form.typed.get("audience", "subtree") not in dict(lists)
    return {
        "lists": [nobody, *lists] if has_none else lists,
        "excluded": [nobody, *lists],
        "parts_of_rosters": audiences.PART_NAMES.items(),
        "categories": CATEGORY_NAMES.items(),
        "channels": CHANNELS,
        "for_all": FOR_ALL,
        "for_rosters": FOR_ROSTERS,
    }
