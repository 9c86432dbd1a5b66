"""The programme: sessions, contributions and speakers of a workshop."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from marshmallow import Schema

from services.events.actions import programming
from services.events.api.schemas.programme import (
    ClashesOut,
    ContributionChangeIn,
    ContributionIn,
    ContributionOut,
    SessionChangeIn,
    SessionIn,
    SessionOut,
    SpeakerChangeIn,
    SpeakerIn,
    SpeakerOut,
)
from services.events.model import Contribution, Session, Speaker, Workshop
from services.events.queries.programme import clashes_of, get_part
from services.events.queries.workshops import get_organized, get_workshop, part_of
from shared.foundation.identities import Role
from shared.web.api import Blueprint
from shared.web.context import current_session
from shared.web.etags import require_match, set_etag
from shared.web.exporting import ListArguments
from shared.web.identity import ANYONE, asker, enter, one_of
from shared.web.list_files import listed
from shared.web.pages import page_language
from shared.web.paging import Key, list_answer, page_of, page_schema

blueprint = Blueprint("api_programme", __name__, url_prefix="/events/api/v1")


def _list(
    part: type[Any],
    keys: list[Key],
    add: Callable[..., Any],
    shape: tuple[type[Schema], type[Schema], type[Schema]],
) -> None:
    name = part.__tablename__
    path, (shape_in, shape_out, change_in) = f"/workshops/<uuid:workshop_id>/{name}", shape

    @enter(ANYONE)
    @blueprint.arguments(ListArguments, location="query")
    @listed(blueprint, page_schema(shape_out))
    def read(arguments: dict[str, Any], workshop_id: UUID) -> dict[str, Any]:
        session = current_session()
        workshop = get_workshop(session, workshop_id, asker())
        rows, cursor = page_of(
            session,
            part_of(part, workshop.id),
            keys,
            cursor=arguments.get("cursor"),
            limit=arguments["limit"],
        )
        return list_answer(rows, cursor)

    @enter(one_of(Role.ORGANIZER))
    @blueprint.arguments(shape_in)
    @blueprint.response(201, shape_out)
    def create(body: dict[str, Any], workshop_id: UUID) -> Any:
        session = current_session()
        workshop = get_organized(session, workshop_id, asker())
        return add(session, workshop, body)

    read.__name__, create.__name__ = f"list_{name}", f"add_{name}"
    read.__doc__ = f"The workshop's {name}."
    create.__doc__ = f"Add one to the workshop's {name}."
    blueprint.route(path, methods=["GET"])(read)
    blueprint.route(path, methods=["POST"])(create)
    _item(part, shape_out, change_in)


def _item(part: type[Any], shape_out: type[Schema], change_in: type[Schema]) -> None:
    name = part.__tablename__.removesuffix("s")
    # A person's sessions of being signed in have the plain name.
    id_name = {"session": "part_id"}.get(name, f"{name}_id")
    path = f"/{part.__tablename__}/<uuid:{id_name}>"

    @enter(ANYONE)
    @blueprint.response(200, shape_out)
    def read(**ids: UUID) -> Any:
        (part_id,) = ids.values()
        found, _ = get_part(current_session(), part, part_id, asker())
        set_etag(found.version)
        return found

    @enter(one_of(Role.ORGANIZER))
    @blueprint.arguments(change_in)
    @blueprint.response(200, shape_out)
    def change(body: dict[str, Any], **ids: UUID) -> Any:
        session = current_session()
        found, workshop = _organized(*ids.values())
        require_match(found.version)
        programming.change_part(session, workshop, found, body)
        set_etag(found.version)
        return found

    @enter(one_of(Role.ORGANIZER))
    @blueprint.response(204)
    def remove(**ids: UUID) -> None:
        found, _ = _organized(*ids.values())
        require_match(found.version)
        programming.remove_part(current_session(), found)

    def _organized(part_id: UUID) -> tuple[Any, Workshop]:
        found, workshop = get_part(current_session(), part, part_id, asker())
        return found, get_organized(current_session(), workshop.id, asker())

    for verb, method, view in (
        ("read", "GET", read),
        ("change", "PATCH", change),
        ("remove", "DELETE", remove),
    ):
        view.__name__ = f"{verb}_{name}"
        view.__doc__ = f"{verb.capitalize()} one of a workshop's {part.__tablename__}."
        blueprint.route(path, methods=[method])(view)


_list(
    Session,
    [Key(Session.starts_at), Key(Session.id)],
    programming.add_session,
    (SessionIn, SessionOut, SessionChangeIn),
)
_list(
    Contribution,
    [Key(Contribution.id)],
    programming.add_contribution,
    (ContributionIn, ContributionOut, ContributionChangeIn),
)
_list(Speaker, [Key(Speaker.id)], programming.add_speaker, (SpeakerIn, SpeakerOut, SpeakerChangeIn))


@blueprint.route("/workshops/<uuid:workshop_id>/clashes", methods=["GET"])
@enter(one_of(Role.ORGANIZER))
@blueprint.response(200, ClashesOut)
def list_clashes(workshop_id: UUID) -> dict[str, Any]:
    """Rooms and speakers that the programme needs in two sessions at once."""
    session = current_session()
    workshop = get_organized(session, workshop_id, asker())
    return {"items": clashes_of(session, workshop.id, language=page_language())}
