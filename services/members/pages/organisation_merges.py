"""Records of organisations that may be one: found, side by side, merged, and two again."""

from typing import Any, cast
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from services.members.actions import uniting
from services.members.actions.granting import require_united_powers
from services.members.model import Organisation, OrganisationMerge
from services.members.pages.number_rows import scheme_name
from services.members.pages.organisations import MANAGERS
from services.members.queries import organisation_merges as queries
from services.members.queries.organisations import (
    get_managed,
    hosts_of,
    identifiers_of,
    organisations_where,
)
from services.members.queries.scopes import managed
from services.members.settings import MembersSettings
from shared.foundation.failures import Failure
from shared.foundation.ids import find_id
from shared.foundation.languages import in_language
from shared.web.context import current_session, now, service
from shared.web.identity import asker, enter
from shared.web.pages import page_language, say, say_failure

blueprint = Blueprint("organisation_merges", __name__, url_prefix="/members")
MOST_FOUND = 20
MOST_GROUPS = 60
FIELDS = {
    "names": lazy_gettext("Name of the organisation"),
    "economy": lazy_gettext("Economy"),
    "sector": lazy_gettext("Sector"),
    "staff_count": lazy_gettext("Staff"),
    "email": lazy_gettext("Mail address"),
    "phone": lazy_gettext("Telephone"),
    "url": lazy_gettext("Web"),
    "address": lazy_gettext("Address"),
}


def _shown(organisation: Organisation) -> dict[str, str]:
    """field → its value as one text."""
    found = {
        name: "" if getattr(organisation, name) is None else str(getattr(organisation, name))
        for name in FIELDS
    }
    found["names"] = " · ".join(organisation.names.values())
    return found


def _beside(organisation: Organisation) -> dict[str, str]:
    """What moves by itself, to be compared: its numbers and what it belongs to."""
    session = current_session()
    known = identifiers_of(session, [organisation.id])[organisation.id]
    hosts = hosts_of(session, organisation.id)
    return {
        "kind": _(organisation.kind),
        "identifiers": " · ".join(f"{scheme_name(each.scheme)} {each.value}" for each in known),
        "hosts": " · ".join(in_language(each.names, page_language()) for each in hosts),
    }


def _other(text: str) -> Organisation | None:
    """The record that was chosen. Raises NotFound and Forbidden as `get_whole`."""
    chosen = find_id(text)
    if chosen is None:
        return None
    return queries.get_whole(current_session(), chosen, asker())


def _found(kept: Organisation, words: str) -> list[Organisation]:
    """What the asker manages under these words, but the kept."""
    if not words or not words.isprintable():
        return []
    query = organisations_where(words=words[:100]).where(
        Organisation.id != kept.id, managed(Organisation.id, asker())
    )
    query = query.order_by(Organisation.sort_key, Organisation.id)
    return list(current_session().scalars(query.limit(MOST_FOUND)))


@blueprint.get("/duplicates")
@enter(MANAGERS)
def duplicates() -> ResponseReturnValue:
    """Groups of organisations that have a name or a number in common."""
    session = current_session()
    groups = queries.duplicates_for(session, asker())
    shown = groups[:MOST_GROUPS]
    ids = [id_ for each in shown for id_ in each.ids]
    return render_template(
        "duplicates.html",
        groups=shown,
        more=len(groups) - len(shown),
        organisations=queries.organisations_by_id(session, ids),
    )


@blueprint.get("/organisations/<uuid:organisation_id>/merge")
@enter(MANAGERS)
def show(organisation_id: UUID) -> ResponseReturnValue:
    """Find the other record; then both side by side; and what was merged before."""
    session, who = current_session(), asker()
    kept = get_managed(session, organisation_id, who)
    words = request.args.get("q", "").strip() or in_language(kept.names, page_language())
    other = None
    try:
        other = _other(request.args.get("other", ""))
    except Failure as failure:
        say_failure(failure)
    if other is not None and other.id == kept.id:
        other = None
    query = queries.organisation_merges_into(kept.id, who).order_by(OrganisationMerge.id)
    merges = list(session.scalars(query))
    facts: dict[str, Any] = {
        "kept": kept,
        "other": other,
        "words": words,
        "found": [] if other else _found(kept, words),
        "fields": FIELDS,
        "kept_shown": _shown(kept) | _beside(kept),
        "other_shown": _shown(other) | _beside(other) if other else {},
        "merges": merges,
        "organisations": queries.organisations_by_id(session, [each.gone_id for each in merges]),
    }
    return render_template("organisation_merge.html", **facts)


@blueprint.post("/organisations/<uuid:organisation_id>/merge")
@enter(MANAGERS)
def merge(organisation_id: UUID) -> ResponseReturnValue:
    """Keep this record, with what was chosen of the other."""
    session, who = current_session(), asker()
    kept = get_managed(session, organisation_id, who)
    take = [name for name in FIELDS if request.form.get(f"take.{name}") == "other"]
    try:
        other = _other(request.form.get("other_id", ""))
        if other is not None:
            require_united_powers(session, who, kept, other, now=now())
            uniting.merge_organisations(session, kept, other, take, actor=who.name, now=now())
            say(_("They are one record now. You can undo it here."))
    except Failure as failure:
        say_failure(failure)
    return redirect(url_for("organisation_merges.show", organisation_id=organisation_id), 303)


@blueprint.post("/organisation-merges/<uuid:organisation_merge_id>/undo")
@enter(MANAGERS)
def undo(organisation_merge_id: UUID) -> ResponseReturnValue:
    """Two records again."""
    session, who = current_session(), asker()
    found = queries.get_organisation_merge(session, organisation_merge_id, who)
    kept_id, settings = found.kept_id, cast(MembersSettings, service().settings)
    try:
        uniting.undo_organisation_merge(
            session, found, settings=settings, actor=who.name, now=now()
        )
    except Failure as failure:
        say_failure(failure)
    else:
        say(_("They are two records again."))
    return redirect(url_for("organisation_merges.show", organisation_id=kept_id), 303)
