"""The people of one organisation, and referrals, as files."""

from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from services.members.model import Person, Referral
from services.members.queries import people as queries
from services.members.queries.referrals import referrals_for
from services.members.queries.sheets import people_sheet
from services.members.queries.sheets_of_helping import referrals_sheet
from shared.web.context import current_session, this_day
from shared.web.exporting import file_format, send_sheet
from shared.web.identity import SIGNED_IN, asker, enter
from shared.web.paging import Key

blueprint = Blueprint("exports", __name__, url_prefix="/members")


@blueprint.get("/organisations/<uuid:organisation_id>/people")
@enter(SIGNED_IN)
def of_organisation(organisation_id: UUID) -> ResponseReturnValue:
    """Who works for the organisation or holds an office of it today."""
    queries.require_readable(current_session(), organisation_id, asker())
    query = queries.people_at(organisation_id, today=this_day())
    keys = [Key(Person.sort_key), Key(Person.id)]
    return send_sheet(people_sheet(), query, keys, kind=file_format(request.args) or "csv")


@blueprint.get("/referrals")
@enter(SIGNED_IN)
def of_referrals() -> ResponseReturnValue:
    """Of one's own needs, of those that one helps with, and to one's own expertise."""
    who, keys = asker(), [Key(Referral.id, descending=True)]
    kind = file_format(request.args) or "csv"
    return send_sheet(referrals_sheet(who), referrals_for(who), keys, kind=kind)
