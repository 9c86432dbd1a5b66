"""What the pages of courses say in the reader's language, and what their forms offer."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from flask_babel import gettext as _
from marshmallow import fields
from sqlalchemy import or_

from services.events.actions.failures import PrerequisitesLacking
from services.events.model import CapabilityCopy, Course, Trainer, Workshop
from services.events.model.course import ACTIVE
from services.events.queries import courses as queries
from shared.contracts.talent_words import JOB_KINDS, ROOTS, STAFF_LEVELS
from shared.foundation.failures import Failure
from shared.foundation.languages import LANGUAGES, Text, in_language
from shared.web.context import current_session
from shared.web.forms import Form
from shared.web.identity import asker
from shared.web.pages import page_language

WORDS: Final[Mapping[str, Mapping[str, Text]]] = {
    "staff_levels": STAFF_LEVELS,
    "job_kinds": JOB_KINDS,
    "roots": ROOTS,
}
MOST_CHOICES: Final = 500
Choice = tuple[str, str]


def ticks() -> fields.Dict:
    """Ticked boxes of a form, each named by the field and an id."""
    return fields.Dict(keys=fields.UUID(), values=fields.Raw(), load_default=dict)


def ticked(name: str, ids: Iterable[UUID]) -> dict[str, str]:
    """As the form has typed them."""
    return {f"{name}.{each}": "on" for each in ids}


def said(names: Mapping[str, str]) -> str:
    """In the page's language."""
    return in_language(names, page_language())


def choices(words: Mapping[str, Text]) -> list[Choice]:
    """Of given words."""
    return [(key, said(names)) for key, names in words.items()]


def course_choices(host_id: UUID | None = None, also: UUID | None = None) -> list[Choice]:
    """The asker's active courses, of one host or of all. also: a retired one beside them."""
    offered = or_(Course.state == ACTIVE, Course.id == also)
    query = queries.courses_run_by(asker()).where(offered)
    if host_id is not None:
        query = query.where(Course.host_id == host_id)
    found = current_session().scalars(query.order_by(Course.code, Course.id).limit(MOST_CHOICES))
    return [(str(each.id), f"{each.code} {said(each.names)}") for each in found]


def capability_choices() -> list[Choice]:
    """What holds now, by code."""
    found = current_session().scalars(queries.current_capabilities().limit(MOST_CHOICES))
    return [(str(each.id), capability_name(each)) for each in found]


def capability_name(capability: CapabilityCopy) -> str:
    """With its code."""
    return f"{capability.code} {said(capability.names)}"


def trainer_choices(trainers: Iterable[Trainer]) -> list[Choice]:
    """By name."""
    named = [(str(each.id), said(each.names)) for each in trainers]
    return sorted(named, key=lambda pair: pair[1])


def with_other_languages(found: Any, values: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """The values with the languages of these texts that forms don't show."""
    kept = {
        name: {tag: text for tag, text in getattr(found, name).items() if tag not in LANGUAGES}
        for name in names
    }
    return dict(values) | {name: others | dict(values[name]) for name, others in kept.items()}


def refuse(form: Form, failure: Failure) -> None:
    """As `Form.refuse`; who lacks which course is said in the reader's language."""
    if not isinstance(failure, PrerequisitesLacking):
        form.refuse(failure)
        return
    lines = [
        _(
            "%(name)s needs a certificate first: %(courses)s.",
            name=name,
            courses=" · ".join(said(each) for each in courses),
        )
        for name, courses in failure.lacking
    ]
    form.faults[""] = " ".join([*lines, _("The organizer can let people in without it.")])


def find_course(workshop: Workshop) -> dict[str, Any] | None:
    """`facts_of` the course that the workshop runs, if the asker may see it."""
    if workshop.course_id is None:
        return None
    query = queries.courses_for(asker()).where(Course.id == workshop.course_id)
    found = current_session().scalars(query).one_or_none()
    return facts_of(found) if found is not None else None


def facts_of(course: Course) -> dict[str, Any]:
    """What pages show of any course."""
    session = current_session()
    parts = queries.parts_of(session, [course.id])[course.id]
    known = queries.capabilities_of(session, parts.capability_ids)
    seen = queries.courses_for(asker()).where(Course.id.in_(parts.prerequisite_ids))
    return {
        "course": course,
        "taught": sorted(known.values(), key=lambda each: (each.root, each.code)),
        "prerequisites": list(session.scalars(seen.order_by(Course.code, Course.id))),
    }
