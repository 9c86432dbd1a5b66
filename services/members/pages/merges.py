"""Merging two records of one person: side by side, which value stays, and undoing it."""

from typing import Any, cast
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from services.members.actions import granting, merging
from services.members.model import Affiliation, Appointment, Merge, Person
from services.members.pages.organisations import MANAGERS
from services.members.queries import merges as queries
from services.members.queries.organisations import names_of
from services.members.queries.people import (
    affiliations_seen,
    appointments_seen,
    get_managed_person,
    get_own_person,
    named,
    people_for,
)
from services.members.settings import MembersSettings
from shared.foundation.failures import Failure
from shared.foundation.ids import find_id
from shared.foundation.languages import in_language
from shared.web.context import current_session, now, service, this_day
from shared.web.identity import asker, enter
from shared.web.pages import page_language, say, say_failure

blueprint = Blueprint("merges", __name__, url_prefix="/members")
MOST_FOUND = 20
FIELDS = {
    "names": lazy_gettext("Name"),
    "email": lazy_gettext("Mail address"),
    "phone": lazy_gettext("Telephone"),
    "economy": lazy_gettext("Economy"),
    "locale": lazy_gettext("Language"),
    "time_zone": lazy_gettext("Time zone"),
    "titles": lazy_gettext("Title"),
    "sort_as": lazy_gettext("Sort under"),
    "gender": lazy_gettext("Gender"),
    "accessibility_needs": lazy_gettext("Accessibility needs"),
}

MOVING = (("works", lazy_gettext("Works at")), ("serves", lazy_gettext("Offices")))


def _shown(person: Person) -> dict[str, str]:
    """field → its value as one text."""
    found = {name: str(getattr(person, name) or "") for name in FIELDS}
    found["names"] = " · ".join(name.full for name in person.person_names)
    found["titles"] = " · ".join(person.titles.values())
    return found | _held(person)


def _held(person: Person) -> dict[str, str]:
    """What moves by itself: where they work, and the offices they hold, as far as one sees it."""
    session, who, today = current_session(), asker(), this_day()
    works: list[Affiliation] = list(
        session.scalars(affiliations_seen(person.id, who).where(Affiliation.is_live_on(today)))
    )
    serves: list[Appointment] = list(
        session.scalars(appointments_seen(person.id, who).where(Appointment.is_live_on(today)))
    )
    places = {each.organisation_id for each in works}
    names = names_of(session, places | {each.organisation_id for each in serves})

    def place(thing: Affiliation | Appointment) -> str:
        return in_language(names.get(thing.organisation_id), page_language())

    offices = [f"{_(each.role.replace('_', ' '))}: {place(each)}" for each in serves]
    return {"works": " · ".join(map(place, works)), "serves": " · ".join(offices)}


def _kept(person_id: UUID) -> Person:
    return get_managed_person(current_session(), person_id, asker(), today=this_day())


def _other(person_id: str) -> Person | None:
    """The record that was chosen. Raises NotFound and Forbidden as `get_own_person`."""
    chosen = find_id(person_id)
    if chosen is None:
        return None
    return get_own_person(current_session(), chosen, asker(), today=this_day())


def _found(kept: Person, words: str) -> list[Person]:
    """Whom the asker sees under these words, but the kept."""
    if not words or not words.isprintable():
        return []
    query = people_for(asker(), today=this_day(), words=words[:100])
    query = query.where(Person.id != kept.id).order_by(Person.sort_key, Person.id)
    return list(current_session().scalars(query.limit(MOST_FOUND)))


@blueprint.get("/people/<uuid:person_id>/merge")
@enter(MANAGERS)
def show(person_id: UUID) -> ResponseReturnValue:
    """Find the other record; then both side by side; and what was merged before."""
    session, kept = current_session(), _kept(person_id)
    words = request.args.get("q", "").strip() or kept.name_in(page_language())
    other = None
    try:
        other = _other(request.args.get("other", ""))
    except Failure as failure:
        say_failure(failure)
    merges = list(session.scalars(queries.merges_into(kept.id, asker()).order_by(Merge.id)))
    facts: dict[str, Any] = {
        "kept": kept,
        "other": other,
        "words": words,
        "found": [] if other else _found(kept, words),
        "fields": FIELDS,
        "moving": MOVING,
        "kept_shown": _shown(kept),
        "other_shown": _shown(other) if other else {},
        "merges": merges,
        "people": named(session, [merge.gone_id for merge in merges]),
    }
    return render_template("merge.html", **facts)


@blueprint.post("/people/<uuid:person_id>/merge")
@enter(MANAGERS)
def merge(person_id: UUID) -> ResponseReturnValue:
    """Keep this record, with what was chosen of the other."""
    session, who, kept = current_session(), asker(), _kept(person_id)
    take = [name for name in FIELDS if request.form.get(f"take.{name}") == "other"]
    try:
        other = _other(request.form.get("other_id", ""))
        if other is not None:
            for each in (kept, other):
                granting.require_over(session, who, each, now=now())
            merging.merge_people(session, kept, other, take, actor=who.name, now=now())
            say(_("They are one record now. You can undo it here."))
    except Failure as failure:
        say_failure(failure)
    return redirect(url_for("merges.show", person_id=kept.id), 303)


@blueprint.post("/merges/<uuid:merge_id>/undo")
@enter(MANAGERS)
def undo(merge_id: UUID) -> ResponseReturnValue:
    """Two records again."""
    session, who = current_session(), asker()
    found = queries.get_merge(session, merge_id, who, today=this_day())
    settings = cast(MembersSettings, service().settings)
    try:
        merging.undo_merge(session, found, settings=settings, actor=who.name, now=now())
    except Failure as failure:
        say_failure(failure)
    else:
        say(_("They are two records again."))
    return redirect(url_for("merges.show", person_id=found.kept_id), 303)
