"""Announcements: written, looked at, approved, sent, and proved."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from services.notifications.actions import announcing, previewing
from services.notifications.actions.announcing import Draft
from services.notifications.api.schemas.announcements import (
    AnnouncementArguments,
    AnnouncementIn,
    AnnouncementOut,
    AnnouncementRecipientOut,
    ListedAnnouncementOut,
    PreviewOut,
    ProofOut,
    RecipientArguments,
)
from services.notifications.model import Announcement, AnnouncementRecipient
from services.notifications.queries import announcements as queries
from services.notifications.queries import proof
from services.notifications.queries.sheets import recipients_sheet
from shared.foundation.identities import Role
from shared.foundation.languages import Text
from shared.web.api import ActionSchema, Blueprint
from shared.web.context import current_session, now
from shared.web.etags import set_etag
from shared.web.exporting import file_format, list_response, send_sheet
from shared.web.identity import asker, enter, one_of, require_identity
from shared.web.list_files import listed
from shared.web.paging import Key, list_answer, page_of, page_schema

blueprint = Blueprint("api_announcements", __name__, url_prefix="/notifications/api/v1")
SPEAKERS = one_of(Role.ORGANIZER, Role.FOCAL_POINT)
ONE = "/announcements/<uuid:announcement_id>"


def _plain(found: Announcement) -> dict[str, Any]:
    names = (
        "id organisation_id category subject body audience channels send_at state author "
        "created_at approved_by approved_at finished_at"
    )
    return {name: getattr(found, name) for name in names.split()}


def _out(found: Announcement) -> dict[str, Any]:
    set_etag(found.version)
    return _plain(found) | {"counts": proof.counts_of(current_session(), found)}


def _to_change(announcement_id: UUID) -> Announcement:
    return queries.get_announcement(current_session(), announcement_id, asker(), to_change=True)


@blueprint.route("/announcements", methods=["GET"])
@enter(SPEAKERS)
@blueprint.arguments(AnnouncementArguments, location="query")
@listed(blueprint, page_schema(ListedAnnouncementOut))
def list_announcements(arguments: dict[str, Any]) -> dict[str, Any]:
    """Newest first."""
    wanted = {name: arguments.get(name) for name in ("organisation_id", "state")}
    rows, cursor = page_of(
        current_session(),
        queries.filtered(queries.announcements_for(asker()), **wanted),
        [Key(Announcement.id, descending=True)],
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer([_plain(row) for row in rows], cursor)


@blueprint.route("/announcements", methods=["POST"])
@enter(SPEAKERS)
@blueprint.arguments(AnnouncementIn)
@blueprint.response(201, AnnouncementOut)
def create_announcement(body: dict[str, Any]) -> dict[str, Any]:
    """Write one; nobody is told before it is approved."""
    session, who = current_session(), asker()
    queries.require_speaker(session, body["organisation_id"], who)
    queries.require_own_audience(session, body["audience"], who)
    return _out(announcing.announce(session, Draft(**body), author=who.name, now=now()))


@blueprint.route(ONE, methods=["GET"])
@enter(SPEAKERS)
@blueprint.response(200, AnnouncementOut)
def read_announcement(announcement_id: UUID) -> dict[str, Any]:
    """One, with how far it is."""
    return _out(queries.get_announcement(current_session(), announcement_id, asker()))


@blueprint.route(f"{ONE}/preview", methods=["POST"])
@enter(SPEAKERS)
@blueprint.arguments(ActionSchema)
@blueprint.response(200, PreviewOut)
def preview_announcement(_: dict[str, Any], announcement_id: UUID) -> dict[str, Any]:
    """Whom it would reach now, and how it reads. Changes nothing."""
    session = current_session()
    found = queries.get_announcement(session, announcement_id, asker())
    shown = previewing.preview(session, found, now=now())
    return {
        "eligible": shown.people,
        "associations": [
            {"association_id": id_, "people": people} for id_, people in shown.associations.items()
        ],
        "letters": [vars(each) | {"language": tag} for tag, each in shown.letters.items()],
    }


@blueprint.route(f"{ONE}/test", methods=["POST"])
@enter(SPEAKERS)
@blueprint.arguments(ActionSchema)
@blueprint.response(202, AnnouncementOut)
def mail_test(_: dict[str, Any], announcement_id: UUID) -> dict[str, Any]:
    """Mail it to oneself, in each of its languages."""
    session, me = current_session(), require_identity().person_id
    found = queries.get_announcement(session, announcement_id, asker())
    previewing.send_test(session, found, me, now=now())
    return _out(found)


def _step(verb: str, says: str, act: Callable[..., Any], status: int = 200) -> None:
    @enter(SPEAKERS)
    @blueprint.arguments(ActionSchema)
    @blueprint.response(status, AnnouncementOut)
    def step(body: dict[str, Any], announcement_id: UUID) -> dict[str, Any]:
        found = _to_change(announcement_id)
        act(current_session(), found, actor=asker().name, now=now(), **body)
        return _out(found)

    step.__name__ = act.__name__ + "_announcement"
    step.__doc__ = says
    blueprint.route(f"{ONE}/{verb}", methods=["POST"])(step)


_step("approve", "Send it now, or at its time.", announcing.approve, 202)
_step("cancel", "Send no more of it.", announcing.cancel)
_step("pause", "Send no more of it for now.", announcing.pause)
_step("resume", "Go on where it was paused.", announcing.resume, 202)
_step(
    "resend-failed",
    "Send it once more to those alone whom it failed for.",
    announcing.resend_failed,
    202,
)


@blueprint.route(f"{ONE}/proof", methods=["GET"])
@enter(SPEAKERS)
@blueprint.response(200, ProofOut)
def read_proof(announcement_id: UUID) -> dict[str, Any]:
    """What became of everybody, by association."""
    session = current_session()
    found = queries.get_announcement(session, announcement_id, asker())
    parts = proof.counts_by_association(session, found)
    names: dict[UUID, Text] = proof.names_of(session, parts)
    associations = [
        {"association_id": id_, "names": names.get(id_, {}) if id_ else {}, "counts": counts}
        for id_, counts in parts.items()
    ]
    return {"counts": proof.summed(parts.values()), "associations": associations}


@blueprint.route(f"{ONE}/recipients", methods=["GET"])
@enter(SPEAKERS)
@blueprint.arguments(RecipientArguments, location="query")
@list_response(blueprint, AnnouncementRecipientOut)
def list_recipients(arguments: dict[str, Any], announcement_id: UUID) -> ResponseReturnValue:
    """Everybody in it, or those with one outcome, and why."""
    session = current_session()
    found = queries.get_announcement(session, announcement_id, asker())
    query = proof.recipients_of(found, outcome=arguments.get("outcome"))
    keys, kind = [Key(AnnouncementRecipient.number)], file_format(arguments)
    if kind is not None:
        return send_sheet(recipients_sheet(found), query, keys, kind=kind)
    rows, cursor = page_of(
        session, query, keys, cursor=arguments.get("cursor"), limit=arguments["limit"]
    )
    return list_answer(proof.rows_of(session, found, rows), cursor)
