"""People: those of one's organisations, and oneself."""

from typing import Any, cast
from uuid import UUID

from flask.typing import ResponseReturnValue

from services.members.actions import forgetting, granting, introducing
from services.members.actions.erasing import receipt_path
from services.members.api.counting import require_fresh
from services.members.api.schemas.people import (
    ErasedOut,
    ExportOut,
    PeopleArguments,
    PersonChangeIn,
    PersonIn,
    PersonOut,
)
from services.members.api.views import person_out, person_values
from services.members.model import Person
from services.members.queries import people as queries
from services.members.queries.erasures import get_erasure_of
from services.members.queries.exports import export_of
from services.members.queries.people_listed import Wanted, names_in_order, people_listed
from services.members.queries.sheets import people_sheet
from services.members.settings import MembersSettings
from shared.foundation.identities import Role
from shared.web.api import ActionSchema, Blueprint
from shared.web.context import current_session, now, service, this_day
from shared.web.etags import require_match, set_etag
from shared.web.exporting import file_format, list_response, send_sheet
from shared.web.identity import IN_PERSON, SIGNED_IN, asker, enter, one_of
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("api_people", __name__, url_prefix="/members/api/v1")


def _get(get: Any, person_id: UUID) -> Person:
    found: Person = get(current_session(), person_id, asker(), today=this_day())
    return found


@blueprint.route("/people", methods=["GET"])
@enter(SIGNED_IN)
@blueprint.arguments(PeopleArguments, location="query")
@list_response(blueprint, PersonOut)
def list_people(arguments: dict[str, Any]) -> ResponseReturnValue:
    """The people of one's organisations, and oneself."""
    session = current_session()
    is_descending = arguments["sort"].startswith("-")
    wanted = Wanted(
        words=arguments.get("q"),
        email=arguments.get("email"),
        economy=arguments.get("economy"),
        organisation_id=arguments.get("organisation_id"),
        role=arguments.get("role"),
        is_former=arguments["former"],
    )
    query = people_listed(session, asker(), wanted, today=this_day(), is_descending=is_descending)
    names = names_in_order(session, asker(), wanted, is_descending=is_descending)
    keys = [Key(names, is_descending), Key(Person.id, is_descending)]
    kind = file_format(arguments)
    if kind is not None:
        return send_sheet(people_sheet(), query, keys, kind=kind)
    rows, cursor = page_of(
        current_session(), query, keys, cursor=arguments.get("cursor"), limit=arguments["limit"]
    )
    return list_answer([person_out(row) for row in rows], cursor)


@blueprint.route("/people", methods=["POST"])
@enter(one_of(Role.ORGANIZER, Role.FOCAL_POINT))
@blueprint.arguments(PersonIn)
@blueprint.response(201, PersonOut)
def create_person(body: dict[str, Any]) -> dict[str, Any]:
    """Record a person. Until they have a place, whoever recorded them sees them."""
    who = asker()
    made = introducing.record_person(
        current_session(),
        person_values(body),
        registered_by=who.person_id,
        actor=who.name,
        now=now(),
    )
    set_etag(made.version)
    return person_out(made)


@blueprint.route("/people/<uuid:person_id>", methods=["GET"])
@enter(SIGNED_IN)
@blueprint.response(200, PersonOut)
def read_person(person_id: UUID) -> dict[str, Any]:
    """One person."""
    found = _get(queries.get_person, person_id)
    set_etag(found.version)
    return person_out(found)


@blueprint.route("/people/<uuid:person_id>", methods=["PATCH"])
@enter(SIGNED_IN)
@blueprint.arguments(PersonChangeIn)
@blueprint.response(200, PersonOut)
def change_person(body: dict[str, Any], person_id: UUID) -> dict[str, Any]:
    """Change some fields. What somebody signs in with stays as it is."""
    session = current_session()
    found = _get(queries.get_managed_person, person_id)
    introducing.lock_person(session, found)
    require_match(found.version)
    if "email" in body:
        granting.require_address(session, asker(), found, body["email"], now=now())
    introducing.change_person(session, found, person_values(body), actor=asker().name, now=now())
    set_etag(found.version)
    return person_out(found)


@blueprint.route("/people/<uuid:person_id>/erase", methods=["POST"])
@enter(IN_PERSON)
@blueprint.arguments(ActionSchema)
@blueprint.response(200, ErasedOut)
def erase_person(body: dict[str, Any], person_id: UUID) -> dict[str, Any]:
    """Forget the person, here and in every service. It can't be undone.

    `receipt` leads to what each service has erased; keep it, as there is no account any more.
    """
    found = _get(queries.get_own_person, person_id)
    require_fresh(is_to_erase=True)
    if found.id != asker().person_id:
        granting.require_over(current_session(), asker(), found, now=now())
    settings = cast(MembersSettings, service().settings)
    forgetting.erase_person(
        current_session(),
        found,
        settings=settings,
        actor=asker().name,
        now=now(),
        reason=body["reason"],
    )
    erasure = get_erasure_of(current_session(), found.id)
    return person_out(found) | {
        "erasure_id": erasure.id,
        "receipt": settings.public_url + receipt_path(settings.secret_key, erasure.id),
    }


@blueprint.route("/people/<uuid:person_id>/export", methods=["GET"])
@enter(SIGNED_IN)
@blueprint.response(200, ExportOut)
def export_person(person_id: UUID) -> dict[str, Any]:
    """All that members keeps about the person, for themselves."""
    return export_of(current_session(), _get(queries.get_own_person, person_id))
