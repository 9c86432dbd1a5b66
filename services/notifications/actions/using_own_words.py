"""Which mails have an organisation's own words; what can't be used is left aside and noted."""

from collections.abc import Collection, Mapping
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.notifications.actions.own_words import EDITABLE, PARTS, Texts, fault_in
from services.notifications.model import Template
from shared.database import is_among
from shared.foundation.logs import get_logger

OwnTexts = Mapping[tuple[UUID | None, str], Texts]
"""organisation, kind → the words of each language."""
KINDS: Final = frozenset(EDITABLE)
INCOMPLETE: Final = "The texts are incomplete."
log = get_logger()


def own_words_for(session: Session, wanted: Collection[tuple[UUID | None, str]]) -> OwnTexts:
    """The own words that are used, of these organisations and kinds, in one read."""
    asked = {(place, kind) for place, kind in wanted if place is not None and kind in KINDS}
    if not asked:
        return {}
    query = select(Template).where(
        is_among(session, Template.organisation_id, {place for place, _ in asked}),
        Template.is_used,
    )
    found = {(each.organisation_id, each.kind): each for each in session.scalars(query)}
    return {key: each.texts for key, each in found.items() if key in asked and _is_good(each)}


def _is_good(template: Template) -> bool:
    """What broke since it was saved is noted once, for the operator; the built-in words go out."""
    fault = next(filter(None, (_fault(template.kind, each) for each in _texts(template))), "")
    if not template.texts:
        fault = INCOMPLETE
    if fault != template.fault:
        template.fault = fault
        if fault:
            log.error("template broken", template=str(template.id), fault=fault)
    return not fault


def _texts(template: Template) -> list[object]:
    return list(template.texts.values())


def _fault(kind: str, text: object) -> str:
    if not isinstance(text, Mapping) or not all(isinstance(text.get(part), str) for part in PARTS):
        return INCOMPLETE
    return fault_in(kind, *(str(text[part]) for part in PARTS))
