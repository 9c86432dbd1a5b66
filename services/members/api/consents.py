"""Consents: what organisations ask for and in which words; what people gave and took back."""

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from services.members.actions import consenting
from services.members.actions.recording import lock
from services.members.api.schemas.consents import (
    ConsentIn,
    ConsentOut,
    ConsentPurposeArguments,
    ConsentPurposeIn,
    ConsentPurposeOut,
    ConsentTextIn,
    ConsentTextOut,
    OwnConsentOut,
    QuestionsOut,
)
from services.members.model import Consent, ConsentPurpose, ConsentText, Person
from services.members.queries import consents as queries
from services.members.queries.custom_fields import get_definer
from services.members.queries.people import get_own_person
from services.members.queries.sheets_of_asking import consents_sheet
from shared.foundation.failures import Invalid, NotFound
from shared.foundation.identities import Role
from shared.web.api import ActionSchema, Blueprint
from shared.web.context import current_session, now, this_day
from shared.web.etags import set_etag
from shared.web.exporting import ListArguments, file_format, list_response, send_sheet
from shared.web.identity import SIGNED_IN, asker, enter, one_of, require_identity
from shared.web.list_files import listed
from shared.web.paging import Key, list_answer, page_of, page_schema

blueprint = Blueprint("api_consents", __name__, url_prefix="/members/api/v1")
MANAGERS = one_of(Role.ORGANIZER, Role.FOCAL_POINT)
PURPOSES = "/organisations/<uuid:organisation_id>/consent-purposes"
PURPOSE = "/consent-purposes/<uuid:purpose_id>"
WAY = "api"


def _me() -> Person:
    person_id = require_identity().person_id
    return get_own_person(current_session(), person_id, asker(), today=this_day())


@blueprint.route(PURPOSES, methods=["GET"])
@enter(SIGNED_IN)
@blueprint.arguments(ConsentPurposeArguments, location="query")
@listed(blueprint, page_schema(ConsentPurposeOut))
def list_consent_purposes(arguments: dict[str, Any], organisation_id: UUID) -> dict[str, Any]:
    """What the organisation asks people's consent for: open to all whom it may ask."""
    rows, cursor = page_of(
        current_session(),
        queries.purposes_at(
            current_session(), organisation_id, with_archived=arguments["with_archived"]
        ),
        [Key(ConsentPurpose.id)],
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer(rows, cursor)


@blueprint.route(PURPOSES, methods=["POST"])
@enter(MANAGERS)
@blueprint.arguments(ConsentPurposeIn)
@blueprint.response(201, ConsentPurposeOut)
def create_consent_purpose(body: dict[str, Any], organisation_id: UUID) -> ConsentPurpose:
    """Ask for consent to this from now on."""
    session, who = current_session(), asker()
    owner = get_definer(session, organisation_id, who)
    made = consenting.ask_for(session, owner, body, actor=who.name, now=now())
    set_etag(made.version)
    return made


@blueprint.route(PURPOSE, methods=["GET"])
@enter(SIGNED_IN)
@blueprint.response(200, ConsentPurposeOut)
def read_consent_purpose(purpose_id: UUID) -> ConsentPurpose:
    """One purpose."""
    found = queries.get_purpose(current_session(), purpose_id)
    set_etag(found.version)
    return found


@blueprint.route(f"{PURPOSE}/texts", methods=["GET"])
@enter(SIGNED_IN)
@blueprint.arguments(ListArguments, location="query")
@listed(blueprint, page_schema(ConsentTextOut))
def list_consent_texts(arguments: dict[str, Any], purpose_id: UUID) -> dict[str, Any]:
    """All versions of its words, the oldest first."""
    session = current_session()
    found = queries.get_purpose(session, purpose_id)
    rows, cursor = page_of(
        session,
        queries.texts_of(found.id),
        [Key(ConsentText.number)],
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer(rows, cursor)


@blueprint.route(f"{PURPOSE}/texts", methods=["POST"])
@enter(MANAGERS)
@blueprint.arguments(ConsentTextIn)
@blueprint.response(201, ConsentTextOut)
def publish_consent_text(body: dict[str, Any], purpose_id: UUID) -> ConsentText:
    """Ask in these words from now on; the same words again are the same version."""
    session, who = current_session(), asker()
    found = queries.get_own_purpose(session, purpose_id, who)
    lock(session, found)
    return consenting.publish_text(session, found, body, actor=who.name, now=now())


@blueprint.route(f"{PURPOSE}/archive", methods=["POST"])
@enter(MANAGERS)
@blueprint.arguments(ActionSchema)
@blueprint.response(200, ConsentPurposeOut)
def archive_consent_purpose(body: dict[str, Any], purpose_id: UUID) -> ConsentPurpose:
    """Nobody is asked any more; what was given holds until it is withdrawn."""
    session, who = current_session(), asker()
    found = queries.get_own_purpose(session, purpose_id, who)
    lock(session, found)
    options = {"actor": who.name, "now": now(), "reason": body["reason"]}
    consenting.archive_purpose(session, found, **options)
    set_etag(found.version)
    return found


@blueprint.route(f"{PURPOSE}/consents", methods=["GET"])
@enter(MANAGERS)
@blueprint.arguments(ListArguments, location="query")
@list_response(blueprint, ConsentOut)
def list_consents(arguments: dict[str, Any], purpose_id: UUID) -> ResponseReturnValue:
    """Who gave it and who took it back, for those who ask."""
    session = current_session()
    found = queries.get_own_purpose(session, purpose_id, asker())
    query, keys, kind = queries.consents_to(found.id), [Key(Consent.id)], file_format(arguments)
    if kind is not None:
        return send_sheet(consents_sheet(asker(), now=now()), query, keys, kind=kind)
    rows, cursor = page_of(
        session,
        query,
        keys,
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer(rows, cursor)


@blueprint.route("/me/consents", methods=["GET"])
@enter(SIGNED_IN)
@blueprint.response(200, QuestionsOut)
def list_own_questions() -> dict[str, Any]:
    """What one is asked by the organisations above one's places, and what one gave."""
    me = _me()
    return {"items": queries.questions_for(current_session(), me.id, today=this_day())}


@blueprint.route("/me/consents/history", methods=["GET"])
@enter(SIGNED_IN)
@blueprint.arguments(ListArguments, location="query")
@listed(blueprint, page_schema(OwnConsentOut))
def list_own_consents(arguments: dict[str, Any]) -> dict[str, Any]:
    """All that one gave, taken back or not, newest first."""
    rows, cursor = page_of(
        current_session(),
        queries.consents_of(_me().id),
        [Key(Consent.id, descending=True)],
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer(rows, cursor)


@blueprint.route("/me/consents", methods=["POST"])
@enter(SIGNED_IN)
@blueprint.arguments(ConsentIn)
@blueprint.response(201, OwnConsentOut)
@blueprint.alt_response(200, schema=OwnConsentOut)
def give_consent(body: dict[str, Any]) -> Any:
    """Consent to these very words; 200 where one has already."""
    session = current_session()
    try:
        purpose = queries.get_purpose(session, body["purpose_id"])
    except NotFound as failure:
        raise Invalid.at("/purpose_id", failure.detail) from failure
    made, is_new = consenting.give(
        session,
        _me(),
        purpose,
        text_hash=body["text_hash"],
        language=body["language"],
        way=WAY,
        actor=asker().name,
        now=now(),
    )
    set_etag(made.version)
    return made if is_new else (made, 200)


@blueprint.route("/me/consents/<uuid:consent_id>/withdraw", methods=["POST"])
@enter(SIGNED_IN)
@blueprint.arguments(ActionSchema)
@blueprint.response(200, OwnConsentOut)
def withdraw_consent(body: dict[str, Any], consent_id: UUID) -> Consent:
    """Take it back, at any time, without a reason."""
    session = current_session()
    found = queries.get_own_consent(session, consent_id, _me().id)
    consenting.withdraw(
        session, found, way=WAY, actor=asker().name, now=now(), reason=body["reason"]
    )
    set_etag(found.version)
    return found
