"""Merging two records of one organisation, undoing it, and finding what may be merged."""

import base64
from bisect import bisect_right
from typing import Any, cast
from uuid import UUID

from services.members.actions import uniting
from services.members.actions.granting import require_united_powers
from services.members.actions.uniting_offices import count_united
from services.members.api.schemas.organisation_merges import (
    DuplicatesArguments,
    DuplicatesOut,
    OrganisationMergeIn,
    OrganisationMergeOut,
)
from services.members.model import Organisation, OrganisationMerge
from services.members.queries import organisation_merges as queries
from services.members.queries.organisations import get_managed, names_of
from services.members.settings import MembersSettings
from shared.foundation.failures import Forbidden, Invalid, NotFound
from shared.foundation.identities import Role
from shared.web.api import ActionSchema, Blueprint
from shared.web.context import current_session, now, service
from shared.web.etags import set_etag
from shared.web.exporting import ListArguments
from shared.web.identity import asker, enter, one_of
from shared.web.list_files import listed
from shared.web.paging import Key, list_answer, page_of, page_schema

blueprint = Blueprint("api_organisation_merges", __name__, url_prefix="/members/api/v1")
MANAGERS = one_of(Role.ORGANIZER, Role.FOCAL_POINT)


def _out(merge: OrganisationMerge) -> dict[str, Any]:
    names = ("id", "version", "kept_id", "gone_id", "merged_at", "undone_at")
    plain: dict[str, Any] = {name: getattr(merge, name) for name in names}
    return plain | {
        "taken": sorted(merge.after),
        "moved_count": len(merge.moved),
        "rested_count": len(merge.collapsed),
        "united_count": count_united(merge.united),
    }


def _pair(organisation_id: UUID, other_id: UUID) -> tuple[Organisation, Organisation]:
    """What is kept, and the other: all of whose hosts one manages, with no more power in it."""
    session, who = current_session(), asker()
    kept = get_managed(session, organisation_id, who)
    try:
        gone = queries.get_whole(session, other_id, who)
    except (NotFound, Forbidden) as failure:
        raise Invalid.at("/other_id", failure.detail) from failure
    require_united_powers(session, who, kept, gone, now=now())
    return kept, gone


@blueprint.route("/organisations/<uuid:organisation_id>/merge", methods=["POST"])
@enter(MANAGERS)
@blueprint.arguments(OrganisationMergeIn)
@blueprint.response(201, OrganisationMergeOut)
def merge_organisation(body: dict[str, Any], organisation_id: UUID) -> dict[str, Any]:
    """Keep this record, with all that the other had: members, people, numbers, seats.

    One manages all that the other belongs to. It can be undone.
    """
    kept, gone = _pair(organisation_id, body["other_id"])
    made = uniting.merge_organisations(
        current_session(),
        kept,
        gone,
        body["take"],
        actor=asker().name,
        now=now(),
        reason=body["reason"],
    )
    set_etag(made.version)
    return _out(made)


@blueprint.route("/organisations/<uuid:organisation_id>/merges", methods=["GET"])
@enter(MANAGERS)
@blueprint.arguments(ListArguments, location="query")
@listed(blueprint, page_schema(OrganisationMergeOut))
def list_organisation_merges(arguments: dict[str, Any], organisation_id: UUID) -> dict[str, Any]:
    """What one has merged into it, and can undo."""
    session, who = current_session(), asker()
    found = get_managed(session, organisation_id, who)
    rows, cursor = page_of(
        session,
        queries.organisation_merges_into(found.id, who),
        [Key(OrganisationMerge.id)],
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer([_out(row) for row in rows], cursor)


@blueprint.route("/organisation-merges/<uuid:organisation_merge_id>/undo", methods=["POST"])
@enter(MANAGERS)
@blueprint.arguments(ActionSchema)
@blueprint.response(200, OrganisationMergeOut)
def undo_organisation_merge(body: dict[str, Any], organisation_merge_id: UUID) -> dict[str, Any]:
    """Two records again, each with what it had."""
    session, who = current_session(), asker()
    found = queries.get_organisation_merge(session, organisation_merge_id, who)
    uniting.undo_organisation_merge(
        session,
        found,
        settings=cast(MembersSettings, service().settings),
        actor=who.name,
        now=now(),
        reason=body["reason"],
    )
    set_etag(found.version)
    return _out(found)


def _after(cursor: str | None) -> tuple[str, str]:
    if cursor is None:
        return ("", "")
    try:
        same, by = base64.urlsafe_b64decode(cursor.encode()).decode().split("\n")
    except ValueError as error:
        raise Invalid(
            "This cursor is not one of ours; start without it.", code="bad_cursor"
        ) from error
    return same, by


@blueprint.route("/organisation-duplicates", methods=["GET"])
@enter(MANAGERS)
@blueprint.arguments(DuplicatesArguments, location="query")
@listed(blueprint, page_schema(DuplicatesOut))
def list_organisation_duplicates(arguments: dict[str, Any]) -> dict[str, Any]:
    """What one manages that may be recorded twice: by its name without legal form, or a number."""
    session, limit = current_session(), arguments["limit"]
    groups = queries.duplicates_for(session, asker())
    start = bisect_right(
        groups, _after(arguments.get("cursor")), key=lambda each: (each.same, each.by)
    )
    page = groups[start : start + limit]
    names = names_of(session, {id_ for each in page for id_ in each.ids})
    items = [
        {
            "by": each.by,
            "same": each.same,
            "organisations": [{"id": id_, "names": names[id_]} for id_ in each.ids],
        }
        for each in page
    ]
    has_more = len(groups) > start + limit
    last = f"{page[-1].same}\n{page[-1].by}" if page and has_more else None
    return list_answer(items, base64.urlsafe_b64encode(last.encode()).decode() if last else None)
