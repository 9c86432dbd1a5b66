"""Parts that the site's start page shows of members: our organisation and its first steps."""

from typing import Final

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from services.members.model import Organisation
from services.members.queries.beginnings import beginnings_of
from services.members.queries.gaps import newest_totals
from shared.foundation.identities import Role
from shared.web.context import current_session, this_day
from shared.web.identity import asker, enter, one_of, require_identity

blueprint = Blueprint("fragments", __name__, url_prefix="/members/fragments")
MOST: Final = 5


@blueprint.get("/talent")
@enter(one_of(Role.ORGANIZER, Role.FOCAL_POINT))
def talent() -> ResponseReturnValue:
    """The newest inventory of the talent gap of each alliance that one may read."""
    return render_template("talent_fragment.html", found=newest_totals(current_session(), asker()))


@blueprint.get("/our-organisation")
@enter(one_of(Role.FOCAL_POINT))
def our_organisation() -> ResponseReturnValue:
    """The organisations that one is a focal point of: their numbers, and what to set up next."""
    session = current_session()
    ids = [each.organisation_id for each in require_identity().places(Role.FOCAL_POINT)]
    wanted = [session.get(Organisation, each) for each in ids[:MOST] if each]
    found = [each for each in wanted if each is not None and each.merged_into is None]
    beginnings = beginnings_of(session, found, today=this_day())
    return render_template("our_organisation.html", beginnings=beginnings)
