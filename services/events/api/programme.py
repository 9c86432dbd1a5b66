"""The programme: sessions, contributions and speakers of a workshop."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from marshmallow import Schema

from services.events.actions import programming
from services.events.api.schemas.programme import (
    ContributionIn,
    ContributionOut,
    SessionIn,
    SessionOut,
    SpeakerIn,
    SpeakerOut,
)
from services.events.model import Contribution, Session, Speaker
from services.events.queries.workshops import get_organized, get_workshop, part_of
from shared.foundation.identities import Role
from shared.web.api import Blueprint
from shared.web.context import current_session
from shared.web.identity import ANYONE, asker, enter, one_of
from shared.web.paging import Key, PageArguments, list_answer, page_of, page_schema

blueprint = Blueprint("api_programme", __name__, url_prefix="/events/api/v1")


def _list(
    part: type[Any],
    keys: list[Key],
    add: Callable[..., Any],
    shape: tuple[type[Schema], type[Schema]],
) -> None:
    name = part.__tablename__
    path, (shape_in, shape_out) = f"/workshops/<uuid:workshop_id>/{name}", shape

    @enter(ANYONE)
    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, page_schema(shape_out))
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


_list(
    Session,
    [Key(Session.starts_at), Key(Session.id)],
    programming.add_session,
    (SessionIn, SessionOut),
)
_list(
    Contribution,
    [Key(Contribution.id)],
    programming.add_contribution,
    (ContributionIn, ContributionOut),
)
_list(Speaker, [Key(Speaker.id)], programming.add_speaker, (SpeakerIn, SpeakerOut))
