"""Oneself: person, grants, language, time zone."""

from typing import Any

from sqlalchemy.orm import Session

from services.members.actions import introducing
from services.members.api.schemas.access import MeIn, MeOut
from services.members.api.views import person_out, person_values
from services.members.model import Person
from services.members.queries.grants import live_grants
from shared.foundation.failures import Unauthenticated
from shared.web.api import Blueprint
from shared.web.context import current_session, now
from shared.web.etags import require_match, set_etag
from shared.web.identity import SIGNED_IN, asker, enter, require_identity

blueprint = Blueprint("api_me", __name__, url_prefix="/members/api/v1")


def _me(session: Session) -> Person:
    found = session.get(Person, require_identity().person_id)
    if found is None or found.erased_at is not None:
        raise Unauthenticated("This account is closed.")
    return found


def _out(session: Session, person: Person) -> dict[str, Any]:
    set_etag(person.version)
    return {
        "person": person_out(person),
        "email": require_identity().email,
        "locale": person.locale,
        "time_zone": person.time_zone,
        "grants": live_grants(session, person.id, now=now()),
    }


@blueprint.route("/me", methods=["GET"])
@enter(SIGNED_IN)
@blueprint.response(200, MeOut)
def read_me() -> dict[str, Any]:
    """Oneself, and what one may do."""
    session = current_session()
    return _out(session, _me(session))


@blueprint.route("/me", methods=["PATCH"])
@enter(SIGNED_IN)
@blueprint.arguments(MeIn)
@blueprint.response(200, MeOut)
def change_me(body: dict[str, Any]) -> dict[str, Any]:
    """Change one's own names, language, time zone and the like."""
    session = current_session()
    person = _me(session)
    introducing.lock_person(session, person)
    require_match(person.version)
    introducing.change_person(session, person, person_values(body), actor=asker().name, now=now())
    return _out(session, person)
