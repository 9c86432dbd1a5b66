"""Audiences on pages: chosen in a form, and said in words."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from services.notifications.model import OrganisationCopy, SegmentCopy, WorkshopCopy
from services.notifications.queries import places
from shared.foundation.failures import Invalid
from shared.foundation.ids import find_id
from shared.foundation.languages import in_language
from shared.web.pages import page_language

LIST: Final = r"(subtree|own|(segment|workshop):[0-9a-f-]{36})"
PARTS: Final[Mapping[str, Sequence[str]]] = {
    "": (),
    "seated": ("confirmed", "registered", "attended"),
    "waiting": ("waiting", "offered"),
    "unanswered": ("submitted",),
    "pending": ("pending",),
    "came": ("attended",),
}
"""Choice → states of registrations and nominations; none: all that hold."""
PART_NAMES: Final = {
    "": _l("everybody who has a seat or waits for one"),
    "seated": _l("those who have a seat"),
    "waiting": _l("those on the waiting list"),
    "unanswered": _l("nominees who have not confirmed"),
    "pending": _l("those whose registration is looked at"),
    "came": _l("those who came"),
}
Choices = list[tuple[str, str]]


def lists_of(session: Session, organisation: OrganisationCopy) -> Choices:
    """The lists that it may tell."""
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
    return lists


def audience_of(organisation_id: UUID, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the form's choices mean. Raises Invalid for a part of what is no workshop's list."""
    audience = _list_of(organisation_id, values["audience"], "/audience")
    if values["part"]:
        if "workshop_id" not in audience:
            raise Invalid.at("/part", "Only the list of a workshop has parts.")
        audience["states"] = list(PARTS[values["part"]])
    if values["left_out"]:
        audience["exclude"] = [_list_of(organisation_id, values["left_out"], "/left_out")]
    return audience


def _list_of(organisation_id: UUID, choice: str, pointer: str) -> dict[str, Any]:
    kind, _colon, found_id = choice.partition(":")
    if not found_id:
        return {"organisation_id": str(organisation_id), "subtree": kind == "subtree"}
    if find_id(found_id) is None:
        raise Invalid.at(pointer, "Choose one of the lists.")
    return {f"{kind}_id": found_id}


def choices_of(organisation_id: UUID, audience: Mapping[str, Any]) -> dict[str, str]:
    """The form's choices for it; none where these could not leave out whom it leaves out."""
    others, part = list(audience.get("exclude") or ()), _part_of(audience)
    left_out = _choice_of(organisation_id, others[0]) if others else ""
    if part is None or len(others) > 1 or (others and not left_out):
        return {"audience": ""}
    choice = _choice_of(organisation_id, audience)
    return {"audience": choice, "part": part, "left_out": left_out}


def _choice_of(organisation_id: UUID, listed: Mapping[str, Any]) -> str:
    for kind in ("workshop", "segment"):
        if f"{kind}_id" in listed:
            return f"{kind}:{listed[f'{kind}_id']}"
    if listed.get("organisation_id") != str(organisation_id):
        return ""
    return "subtree" if listed.get("subtree", True) else "own"


def _part_of(audience: Mapping[str, Any]) -> str | None:
    states = tuple(audience.get("states") or ())
    return next((name for name, known in PARTS.items() if tuple(known) == states), None)


def said(session: Session, audience: Mapping[str, Any]) -> tuple[str, list[str]]:
    """Who is told, and who is left out of it."""
    listed = _said_of(session, audience)
    if "workshop_id" in audience:
        part = _part_of(audience)
        shown = str(PART_NAMES[part]) if part is not None else ", ".join(audience["states"])
        listed = f"{listed} — {shown}"
    return listed, [_said_of(session, each) for each in audience.get("exclude") or ()]


def _said_of(session: Session, listed: Mapping[str, Any]) -> str:
    language = page_language()
    if "workshop_id" in listed:
        workshop = session.get(WorkshopCopy, UUID(str(listed["workshop_id"])))
        titles = workshop.titles if workshop is not None else {}
        return _("Workshop: %(name)s", name=in_language(titles, language))
    if "segment_id" in listed:
        segment = session.get(SegmentCopy, UUID(str(listed["segment_id"])))
        names = segment.names if segment is not None else {}
        return _("Segment: %(name)s", name=in_language(names, language))
    if "person_ids" in listed:
        return _("people who were chosen one by one")
    organisation = session.get(OrganisationCopy, UUID(str(listed["organisation_id"])))
    name = in_language(organisation.names if organisation is not None else {}, language)
    if listed.get("subtree", True):
        return _("%(name)s and all organisations below it", name=name)
    return _("the people of %(name)s itself", name=name)
