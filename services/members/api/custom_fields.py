"""Custom fields: what an organisation asks of those below it, by their kind."""

from typing import Any
from uuid import UUID

from services.members.actions.customising import defining
from services.members.actions.customising.values import value_of
from services.members.actions.recording import lock
from services.members.api.schemas.custom_fields import (
    CustomFieldArguments,
    CustomFieldChangeIn,
    CustomFieldIn,
    CustomFieldOut,
    FilledListOut,
)
from services.members.model import CustomField
from services.members.queries import custom_fields as queries
from services.members.queries.organisations import get_managed
from services.members.queries.sheets_of_asking import custom_fields_sheet
from shared.foundation.identities import Role
from shared.web.api import ActionSchema, Blueprint
from shared.web.context import current_session, now
from shared.web.etags import require_match, set_etag
from shared.web.exporting import file_format, list_response, send_sheet
from shared.web.identity import asker, enter, one_of
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("api_custom_fields", __name__, url_prefix="/members/api/v1")
MANAGERS = one_of(Role.ORGANIZER, Role.FOCAL_POINT)
FIELDS = "/organisations/<uuid:organisation_id>/custom-fields"
FIELD = "/custom-fields/<uuid:field_id>"


def _plain(body: dict[str, Any]) -> dict[str, Any]:
    """Days as they are kept."""
    if "limits" in body:
        ends = {name: body["limits"].get(name) for name in ("earliest", "latest")}
        body["limits"] |= {name: end.isoformat() for name, end in ends.items() if end}
    return body


def _locked(field_id: UUID) -> CustomField:
    session = current_session()
    found = queries.get_field(session, field_id, asker())
    lock(session, found)
    return found


@blueprint.route(FIELDS, methods=["GET"])
@enter(MANAGERS)
@blueprint.arguments(CustomFieldArguments, location="query")
@list_response(blueprint, CustomFieldOut)
def list_custom_fields(arguments: dict[str, Any], organisation_id: UUID) -> Any:
    """What the organisation asks of those below it and of itself."""
    session = current_session()
    found = queries.get_definer(session, organisation_id, asker())
    query = queries.fields_of(found.id, with_archived=arguments["with_archived"])
    keys, kind = [Key(CustomField.position), Key(CustomField.id)], file_format(arguments)
    if kind is not None:
        return send_sheet(custom_fields_sheet(), query, keys, kind=kind)
    rows, cursor = page_of(
        session, query, keys, cursor=arguments.get("cursor"), limit=arguments["limit"]
    )
    return list_answer(rows, cursor)


@blueprint.route(FIELDS, methods=["POST"])
@enter(MANAGERS)
@blueprint.arguments(CustomFieldIn)
@blueprint.response(201, CustomFieldOut)
def create_custom_field(body: dict[str, Any], organisation_id: UUID) -> CustomField:
    """Ask this of organisations of a kind from now on."""
    session, who = current_session(), asker()
    owner = queries.get_definer(session, organisation_id, who)
    made = defining.define_field(session, owner, _plain(body), actor=who.name, now=now())
    set_etag(made.version)
    return made


@blueprint.route(FIELD, methods=["GET"])
@enter(MANAGERS)
@blueprint.response(200, CustomFieldOut)
def read_custom_field(field_id: UUID) -> CustomField:
    """One field."""
    found = queries.get_field(current_session(), field_id, asker())
    set_etag(found.version)
    return found


@blueprint.route(FIELD, methods=["PATCH"])
@enter(MANAGERS)
@blueprint.arguments(CustomFieldChangeIn(partial=("labels",)))
@blueprint.response(200, CustomFieldOut)
def change_custom_field(body: dict[str, Any], field_id: UUID) -> CustomField:
    """Change some parts; 409 where a value would not fit any more."""
    found = _locked(field_id)
    require_match(found.version)
    defining.change_field(current_session(), found, _plain(body), actor=asker().name, now=now())
    set_etag(found.version)
    return found


def _act(verb: str, act_on: Any, meaning: str) -> None:
    @enter(MANAGERS)
    @blueprint.arguments(ActionSchema)
    @blueprint.response(200, CustomFieldOut)
    def act(body: dict[str, Any], field_id: UUID) -> CustomField:
        found = _locked(field_id)
        options = {"actor": asker().name, "now": now(), "reason": body["reason"]}
        act_on(current_session(), found, **options)
        set_etag(found.version)
        return found

    act.__name__ = f"{verb}_custom_field"
    act.__doc__ = meaning
    blueprint.route(f"{FIELD}/{verb}", methods=["POST"])(act)


_act("archive", defining.archive_field, "Nobody fills it in any more; its values stay.")
_act("restore", defining.restore_field, "It is filled in again, with the values that it had.")


@blueprint.route("/organisations/<uuid:organisation_id>/custom", methods=["GET"])
@enter(MANAGERS)
@blueprint.response(200, FilledListOut)
def list_fields_to_fill(organisation_id: UUID) -> dict[str, Any]:
    """What one fills in for the organisation, each field with its present value."""
    session, who = current_session(), asker()
    found = get_managed(session, organisation_id, who)
    fields = queries.named(queries.fields_to_fill(session, found, who))
    contents = queries.contents_of(session, [each.id for each in fields.values()], found.id)
    items = []
    for name, field in fields.items():
        content = contents.get(field.id)
        value = None if content is None else value_of(field, content)
        items.append({"name": name, "field": field, "value": value})
    return {"items": items}
