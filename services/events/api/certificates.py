"""Issuing certificates: the rule, test scores, who has earned one, and issuing to them."""

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from services.events.actions import certifying, scoring
from services.events.api.schemas.certificates import (
    CertificateArguments,
    CertificatePage,
    CertificateRuleIn,
    CertificateRuleOut,
    CertificateRunOut,
    StandingArguments,
    StandingOut,
    TestScoresIn,
    TestScoresOut,
)
from services.events.api.views import certificate_out, standing_out
from services.events.model import (
    Certificate,
    CertificateRule,
    CertificateRun,
    Registration,
    Workshop,
)
from services.events.queries import certificates as queries
from services.events.queries.attendance import those_with_a_seat
from services.events.queries.copies import names_of
from services.events.queries.sheets import standings_sheet
from services.events.queries.workshops import get_organized
from shared.foundation.failures import NotFound
from shared.foundation.identities import Role
from shared.web.api import Blueprint
from shared.web.context import current_session, now, service
from shared.web.etags import require_match, set_etag
from shared.web.exporting import file_format, list_response, send_sheet
from shared.web.identity import asker, enter, one_of
from shared.web.list_files import listed
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("api_certificates", __name__, url_prefix="/events/api/v1")
RULE = "/workshops/<uuid:workshop_id>/certificate-rule"
ALL = "/workshops/<uuid:workshop_id>/certificates"


def _rule_out(workshop: Workshop, rule: CertificateRule) -> dict[str, Any]:
    session = current_session()
    issuers = queries.issuers_of(session, workshop.id)
    names = names_of(session, {each.organisation_id for each in issuers})
    return vars(rule) | {
        "needed_hours": queries.needed_hours(session, workshop, rule),
        "scheduled_hours": queries.scheduled_hours(session, workshop),
        "issuers": [
            {
                "organisation_id": each.organisation_id,
                "names": names.get(each.organisation_id, {}),
                "seal_id": each.seal_id,
            }
            for each in issuers
        ],
    }


@blueprint.route(RULE, methods=["GET"])
@enter(one_of(Role.ORGANIZER))
@blueprint.response(200, CertificateRuleOut)
def read_rule(workshop_id: UUID) -> dict[str, Any]:
    """What must be done for a certificate of the workshop, and what it says."""
    session = current_session()
    workshop = get_organized(session, workshop_id, asker())
    rule = queries.get_rule(session, workshop)
    set_etag(rule.version)
    return _rule_out(workshop, rule)


@blueprint.route(RULE, methods=["PUT"])
@enter(one_of(Role.ORGANIZER))
@blueprint.arguments(CertificateRuleIn)
@blueprint.response(200, CertificateRuleOut)
@blueprint.alt_response(201, schema=CertificateRuleOut, description="The workshop's first")
def set_rule(body: dict[str, Any], workshop_id: UUID) -> Any:
    """Set the rule; what was issued already stays as it is."""
    session = current_session()
    workshop = get_organized(session, workshop_id, asker())
    before = queries.find_rule(session, workshop.id)
    require_match(before.version if before else 0)
    rule = certifying.set_rule(session, workshop, body, actor=asker().name, now=now())
    set_etag(rule.version)
    return _rule_out(workshop, rule), 200 if before else 201


@blueprint.route("/workshops/<uuid:workshop_id>/test-scores", methods=["POST"])
@enter(one_of(Role.ORGANIZER))
@blueprint.arguments(TestScoresIn)
@blueprint.response(200, TestScoresOut)
def set_scores(body: dict[str, Any], workshop_id: UUID) -> dict[str, Any]:
    """Enter the scores of several people, all or none."""
    session = current_session()
    workshop = get_organized(session, workshop_id, asker())
    ids = [each["registration_id"] for each in body["scores"]]
    scoring.require_seated(session, workshop, ids, at="/scores")
    scores = {each["registration_id"]: each["score"] for each in body["scores"]}
    scoring.enter_scores(session, scores, actor=asker().name, now=now())
    return {"items": body["scores"]}


@blueprint.route("/workshops/<uuid:workshop_id>/certificate-standings", methods=["GET"])
@enter(one_of(Role.ORGANIZER))
@blueprint.arguments(StandingArguments, location="query")
@list_response(blueprint, StandingOut)
def list_standings(arguments: dict[str, Any], workshop_id: UUID) -> ResponseReturnValue:
    """Who has earned a certificate by the rule, and what the others lack."""
    session = current_session()
    workshop = get_organized(session, workshop_id, asker())
    rule = queries.get_rule(session, workshop)
    query, keys = those_with_a_seat(workshop), [Key(Registration.id)]
    kind = file_format(arguments)
    if kind is not None:
        return send_sheet(standings_sheet(workshop.id, now=now()), query, keys, kind=kind)
    rows, cursor = page_of(
        session, query, keys, cursor=arguments.get("cursor"), limit=arguments["limit"]
    )
    found = queries.standings_of(session, workshop, rule, rows, now=now())
    return list_answer([standing_out(each) for each in found], cursor)


@blueprint.route(ALL, methods=["POST"])
@enter(one_of(Role.ORGANIZER))
@blueprint.response(201, CertificateRunOut)
@blueprint.alt_response(200, schema=CertificateRunOut, description="Nobody new has earned one")
@blueprint.alt_response(202, schema=CertificateRunOut, description="It goes on afterwards")
def issue_certificates(workshop_id: UUID) -> Any:
    """Issue to all who have earned one by the rule and have none yet."""
    session = current_session()
    workshop = get_organized(session, workshop_id, asker())
    run = certifying.issue(session, workshop, actor=asker().name, now=now())
    if run.state == "running":
        return run, 202
    return run, 201 if run.issued else 200


@blueprint.route("/workshops/<uuid:workshop_id>/certificate-run", methods=["GET"])
@enter(one_of(Role.ORGANIZER))
@blueprint.response(200, CertificateRunOut)
def read_run(workshop_id: UUID) -> CertificateRun:
    """How far the latest issuing is."""
    session = current_session()
    workshop = get_organized(session, workshop_id, asker())
    found = queries.latest_run(session, workshop.id)
    if found is None:
        raise NotFound("No certificates of this workshop were issued yet.")
    set_etag(found.version)
    return found


@blueprint.route(ALL, methods=["GET"])
@enter(one_of(Role.ORGANIZER))
@blueprint.arguments(CertificateArguments, location="query")
@listed(blueprint, CertificatePage)
def list_certificates(arguments: dict[str, Any], workshop_id: UUID) -> dict[str, Any]:
    """The workshop's certificates."""
    session = current_session()
    workshop = get_organized(session, workshop_id, asker())
    query = queries.certificates_of(workshop.id).where(Certificate.state != "erased")
    if arguments.get("state"):
        query = query.where(Certificate.state == arguments["state"])
    rows, cursor = page_of(
        session,
        query,
        [Key(Certificate.id)],
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    root = service().settings.public_url
    return list_answer([certificate_out(session, row, root=root) for row in rows], cursor)
