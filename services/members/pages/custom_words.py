"""Custom fields on pages: their values in words and in forms, and why one can't be kept."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from services.members.actions.customising.filling import BadValues
from services.members.actions.customising.values import shown_value, text_of, value_of
from services.members.model import CustomField
from services.members.queries.custom_fields import contents_of
from shared.foundation.failures import Failure
from shared.web.forms import Form
from shared.web.pages import page_language

TYPES: Final[Mapping[str, Any]] = {
    "text": _("One line of text"),
    "long_text": _("Text of several lines"),
    "integer": _("Whole number"),
    "decimal": _("Number with decimals"),
    "date": _("Day"),
    "boolean": _("Yes or no"),
    "choice": _("One choice"),
    "choices": _("Several choices"),
    "url": _("Web address"),
    "email": _("Mail address"),
}
AUDIENCES: Final[Mapping[str, Any]] = {
    "managers": _("those who manage the organisation"),
    "everyone": _("everyone who sees the organisation"),
}
REASONS: Final = (
    _("Use a text."),
    _("Use %(most)s characters at most."),
    _("Use one line, without line breaks or control characters."),
    _("Use a whole number."),
    _("Use a number of 15 digits at most, such as 12.5."),
    _("Use %(least)s or more."),
    _("Use %(most)s or less."),
    _("Write the day as 2026-12-31."),
    _("Use %(earliest)s or a later day."),
    _("Use %(latest)s or an earlier day."),
    _("Use yes or no."),
    _("Choose of these: %(choices)s."),
    _("Use a web address, such as https://www.example.org."),
    _("Use a mail address, such as office@example.org."),
    _("A value is needed here."),
    _("%(label)s:"),
    _("No such field to fill in here. There are: %(names)s."),
)


def shown_custom(field: CustomField, content: list[Any]) -> str:
    """What an organisation has in the field, in the page's language."""
    value = value_of(field, content)
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return str(shown_value(field, value, page_language()))


def typed_custom(
    session: Session, fields: Mapping[str, CustomField], organisation_id: UUID
) -> dict[str, str]:
    """path → text in a form, of what the organisation has; a path for each of several choices."""
    contents = contents_of(session, [each.id for each in fields.values()], organisation_id)
    typed: dict[str, str] = {}
    for name, field in fields.items():
        content = contents.get(field.id)
        if content is None:
            continue
        if field.type == "choices":
            typed |= {f"custom.{name}.{key}": "on" for key in content}
        else:
            typed[f"custom.{name}"] = text_of(value_of(field, content))
    return typed


def refuse_custom(form: Form, failure: Failure) -> None:
    """Show the failure beside its fields, in the page's language."""
    if not isinstance(failure, BadValues):
        form.refuse(failure)
        return
    for name, (template, facts) in failure.reasons.items():
        form.faults[f"custom.{name}"] = gettext(template, **facts)
