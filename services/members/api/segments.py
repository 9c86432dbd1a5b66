"""Segments: people or organisations of one's own, to be addressed together."""

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from services.members.actions import segmenting
from services.members.actions.recording import lock
from services.members.actions.segmenting import Wanted
from services.members.api.schemas.segments import (
    SegmentChangeIn,
    SegmentIn,
    SegmentMemberOut,
    SegmentOut,
)
from services.members.model import Segment, SegmentMember
from services.members.queries import segments as queries
from services.members.queries.organisations import get_organisation
from services.members.queries.people import require_managed
from services.members.queries.sheets_of_people import segment_sheet, segments_sheet
from shared.foundation.failures import Invalid
from shared.foundation.identities import Role
from shared.web.api import ActionSchema, Blueprint
from shared.web.context import current_session, now
from shared.web.etags import require_match, set_etag
from shared.web.exporting import ListArguments, file_format, list_response, send_sheet
from shared.web.identity import asker, enter, one_of
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("api_segments", __name__, url_prefix="/members/api/v1")
MANAGERS = one_of(Role.ORGANIZER, Role.FOCAL_POINT)
SEGMENTS = "/organisations/<uuid:organisation_id>/segments"
SEGMENT = "/segments/<uuid:segment_id>"


def _wanted(body: dict[str, Any], kind: str) -> Wanted | None:
    """Whom the body wants, or None where it doesn't say."""
    if "member_ids" in body:
        return Wanted(picked=body["member_ids"])
    if "filters" not in body:
        return None
    filters = body["filters"]
    if kind == "organisations" and "role" in filters:
        raise Invalid.at("/filters/role", "People hold offices; organisations hold none.")
    # As they are kept: plain values.
    return Wanted(filters={name: str(value) for name, value in filters.items()})


@blueprint.route(SEGMENTS, methods=["GET"])
@enter(MANAGERS)
@blueprint.arguments(ListArguments, location="query")
@list_response(blueprint, SegmentOut)
def list_segments(arguments: dict[str, Any], organisation_id: UUID) -> Any:
    """The segments of an organisation that one manages."""
    session = current_session()
    get_organisation(session, organisation_id)
    require_managed(session, organisation_id, asker())
    query = queries.segments_of(organisation_id)
    keys, kind = [Key(Segment.id)], file_format(arguments)
    if kind is not None:
        return send_sheet(segments_sheet(), query, keys, kind=kind)
    rows, cursor = page_of(
        session, query, keys, cursor=arguments.get("cursor"), limit=arguments["limit"]
    )
    return list_answer(rows, cursor)


@blueprint.route(SEGMENTS, methods=["POST"])
@enter(MANAGERS)
@blueprint.arguments(SegmentIn)
@blueprint.response(201, SegmentOut)
def create_segment(body: dict[str, Any], organisation_id: UUID) -> Segment:
    """Make one; it is evaluated at once, and again every quarter of an hour."""
    session, who = current_session(), asker()
    require_managed(session, organisation_id, who)
    made = segmenting.make_segment(
        session,
        get_organisation(session, organisation_id),
        body["kind"],
        body["names"],
        _wanted(body, body["kind"]) or Wanted(),
        actor=who.name,
        now=now(),
    )
    set_etag(made.version)
    return made


@blueprint.route(SEGMENT, methods=["GET"])
@enter(MANAGERS)
@blueprint.response(200, SegmentOut)
def read_segment(segment_id: UUID) -> Segment:
    """One segment."""
    found = queries.get_segment(current_session(), segment_id, asker())
    set_etag(found.version)
    return found


@blueprint.route(SEGMENT, methods=["PATCH"])
@enter(MANAGERS)
@blueprint.arguments(SegmentChangeIn)
@blueprint.response(200, SegmentOut)
def change_segment(body: dict[str, Any], segment_id: UUID) -> Segment:
    """Give it other names, filters or members."""
    session, who = current_session(), asker()
    found = queries.get_segment(session, segment_id, who)
    lock(session, found)
    require_match(found.version)
    segmenting.change_segment(
        session,
        found,
        names=body.get("names"),
        wanted=_wanted(body, found.kind),
        actor=who.name,
        now=now(),
    )
    set_etag(found.version)
    return found


@blueprint.route(SEGMENT, methods=["DELETE"])
@enter(MANAGERS)
@blueprint.response(204)
def remove_segment(segment_id: UUID) -> None:
    """Nobody can be addressed by it any more."""
    session, who = current_session(), asker()
    found = queries.get_segment(session, segment_id, who)
    lock(session, found)
    require_match(found.version)
    segmenting.remove_segment(session, found, actor=who.name, now=now())


@blueprint.route(f"{SEGMENT}/refresh", methods=["POST"])
@enter(MANAGERS)
@blueprint.arguments(ActionSchema)
@blueprint.response(200, SegmentOut)
def refresh_segment(body: dict[str, Any], segment_id: UUID) -> Segment:  # noqa: ARG001
    """Evaluate it now, and tell all who are in it anew."""
    session = current_session()
    found = queries.get_segment(session, segment_id, asker())
    lock(session, found)
    segmenting.evaluate(session, found, now=now(), anew=True)
    set_etag(found.version)
    return found


@blueprint.route(f"{SEGMENT}/members", methods=["GET"])
@enter(MANAGERS)
@blueprint.arguments(ListArguments, location="query")
@list_response(blueprint, SegmentMemberOut)
def list_segment_members(arguments: dict[str, Any], segment_id: UUID) -> ResponseReturnValue:
    """Who was in it when it was last evaluated, by id."""
    session = current_session()
    segment = queries.get_segment(session, segment_id, asker())
    query = queries.members_as_told(segment)
    keys, kind = [Key(SegmentMember.member_id)], file_format(arguments)
    if kind is not None:
        return send_sheet(segment_sheet(segment), query, keys, kind=kind)
    rows, cursor = page_of(
        session,
        query,
        keys,
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    names = queries.names_of_members(session, segment, [row.member_id for row in rows], "en")
    return list_answer(
        [{"id": row.member_id, "name": names[row.member_id]} for row in rows], cursor
    )
