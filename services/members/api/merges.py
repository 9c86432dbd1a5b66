"""Merging two records of one person, and undoing it."""

from typing import Any, cast
from uuid import UUID

from services.members.actions import granting, merging
from services.members.actions.uniting_offices import count_united
from services.members.api.schemas.merges import MergeIn, MergeOut
from services.members.model import Merge, Person
from services.members.queries import merges as queries
from services.members.queries.people import get_managed_person, get_own_person
from services.members.settings import MembersSettings
from shared.foundation.failures import Invalid, NotFound
from shared.foundation.identities import Role
from shared.web.api import ActionSchema, Blueprint
from shared.web.context import current_session, now, service, this_day
from shared.web.etags import set_etag
from shared.web.exporting import ListArguments
from shared.web.identity import asker, enter, one_of
from shared.web.list_files import listed
from shared.web.paging import Key, list_answer, page_of, page_schema

blueprint = Blueprint("api_merges", __name__, url_prefix="/members/api/v1")
MANAGERS = one_of(Role.ORGANIZER, Role.FOCAL_POINT)


def _out(merge: Merge) -> dict[str, Any]:
    names = ("id", "version", "kept_id", "gone_id", "merged_at", "undone_at")
    plain: dict[str, Any] = {name: getattr(merge, name) for name in names}
    return plain | {
        "taken": sorted(merge.after),
        "moved_count": len(merge.moved),
        "united_count": count_united(merge.united),
    }


def _known_pair(person_id: UUID, other_id: UUID) -> tuple[Person, Person]:
    """Who is kept, and the other: one's own record of nobody else's, with no more power."""
    session, who, today = current_session(), asker(), this_day()
    kept = get_managed_person(session, person_id, who, today=today)
    try:
        gone = get_own_person(session, other_id, who, today=today)
    except NotFound as failure:
        raise Invalid.at("/other_id", "Nobody whom you see has this id.") from failure
    for each in (kept, gone):
        granting.require_over(session, who, each, now=now())
    return kept, gone


@blueprint.route("/people/<uuid:person_id>/merge", methods=["POST"])
@enter(MANAGERS)
@blueprint.arguments(MergeIn)
@blueprint.response(201, MergeOut)
def merge_person(body: dict[str, Any], person_id: UUID) -> dict[str, Any]:
    """Keep this record of the person, with the places, offices and grants of the other.

    The other has no account and no place that one doesn't manage. It can be undone.
    """
    kept, gone = _known_pair(person_id, body["other_id"])
    made = merging.merge_people(
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


@blueprint.route("/people/<uuid:person_id>/merges", methods=["GET"])
@enter(MANAGERS)
@blueprint.arguments(ListArguments, location="query")
@listed(blueprint, page_schema(MergeOut))
def list_merges(arguments: dict[str, Any], person_id: UUID) -> dict[str, Any]:
    """What one has merged into the person, and can undo."""
    session = current_session()
    get_managed_person(session, person_id, asker(), today=this_day())
    rows, cursor = page_of(
        session,
        queries.merges_into(person_id, asker()),
        [Key(Merge.id)],
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer([_out(row) for row in rows], cursor)


@blueprint.route("/merges/<uuid:merge_id>/undo", methods=["POST"])
@enter(MANAGERS)
@blueprint.arguments(ActionSchema)
@blueprint.response(200, MergeOut)
def undo_merge(body: dict[str, Any], merge_id: UUID) -> dict[str, Any]:
    """Two records again, each with what it had."""
    session, who = current_session(), asker()
    found = queries.get_merge(session, merge_id, who, today=this_day())
    merging.undo_merge(
        session,
        found,
        settings=cast(MembersSettings, service().settings),
        actor=who.name,
        now=now(),
        reason=body["reason"],
    )
    set_etag(found.version)
    return _out(found)
