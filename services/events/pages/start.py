"""The page one comes in by: what waits for an organizer, a focal point, an attendee."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from services.events.actions.registering import as_it_is
from services.events.model import Workshop
from services.events.queries import registrations as people
from services.events.queries import starting as queries
from services.events.queries.calls import count_to_review
from services.events.queries.copies import names_of
from services.events.queries.workshops import ledgers_of
from shared.foundation.clock import local_day
from shared.foundation.identities import Identity, Role
from shared.foundation.languages import in_language
from shared.web.context import current_session, now
from shared.web.identity import ANYONE, asker, enter, find_identity
from shared.web.pages import page_language
from shared.web.pictures import Day, Mark, strip

blueprint = Blueprint("start", __name__, url_prefix="/events")
HOLDERS: Final = {
    "organizer": (Role.ORGANIZER, Role.OPERATOR),
    "association": (Role.FOCAL_POINT,),
}
LIVE: Final = ("confirmed", "pending", "waiting", "offered", "attended")


@blueprint.get("/start")
@enter(ANYONE)
def show() -> ResponseReturnValue:
    """What waits, for the role that is asked for, or the first that the person has."""
    identity = find_identity()
    if identity is None:
        return redirect(url_for("listing.front"), 303)
    roles = _roles(identity)
    wanted = request.args.get("as", roles[0])
    role = wanted if wanted in roles else roles[0]
    return render_template("start.html", role=role, roles=roles, **PARTS[role](identity))


def _roles(identity: Identity) -> list[str]:
    held = [name for name, roles in HOLDERS.items() if identity.has(*roles)]
    return [*held, "attendee"]


def deadline_words() -> dict[str, str]:
    """What each kind of deadline is called."""
    return {
        "nominate_by": _("Last day to nominate"),
        "confirm_by": _("Nominees answer until"),
        "substitute_by": _("Last day for substitutes"),
        "closes_at": _("Registration closes"),
        "starts_at": _("The workshop begins"),
        "release_at": _("Unused seats return"),
    }


def deadline_strip(deadlines: Sequence[queries.Deadline], prefix: str) -> list[Day]:
    """The next three weeks with their deadlines, each leading to its workshop."""
    words, language = deadline_words(), page_language()
    marks: dict[date, list[Mark]] = {}
    zone = deadlines[0].workshop.time_zone if deadlines else "UTC"
    for each in deadlines:
        title = f"{words[each.kind]}: {in_language(each.workshop.titles, language)}"
        mark = Mark(
            title=title, path=f"{prefix}/{each.workshop.id}", is_due=each.kind != "starts_at"
        )
        marks.setdefault(local_day(each.at, each.workshop.time_zone), []).append(mark)
    return strip(local_day(now(), zone), marks)


def _for_organizer(_identity: Identity) -> dict[str, Any]:
    session = current_session()
    found = queries.organizer_start(session, asker(), now=now())
    return {
        "found": found,
        "days": deadline_strip(found.deadlines, "/events/manage"),
        "words": deadline_words(),
        "ledgers": ledgers_of(session, [each.id for each in found.workshops]),
        "hosts": names_of(session, {each.host_id for each in found.workshops}),
    }


def _for_body(identity: Identity) -> dict[str, Any]:
    session = current_session()
    allotments = people.allotments_for(session, asker(), now=now())
    found = queries.body_start(session, asker(), allotments, now=now())
    own = {each.organisation_id for each in identity.places(Role.FOCAL_POINT)}
    bodies = {each for each in own if each} | {each.organisation_id for each in allotments}
    return {
        "found": found,
        "days": deadline_strip(found.deadlines, "/events/workshops"),
        "words": deadline_words(),
        "names": names_of(session, bodies),
    }


def _for_attendee(identity: Identity) -> dict[str, Any]:
    session, me = current_session(), identity.person_id
    nominations = people.own_nominations(session, me)
    registrations = [each for each in people.own_registrations(session, me) if each.state in LIVE]
    ids = {each.workshop_id for each in registrations}
    ids |= {each.workshop_id for each in nominations}
    workshops = {each: session.get_one(Workshop, each) for each in ids}
    to_come = [each for each in registrations if workshops[each.workshop_id].ends_at >= now()]
    ordered = sorted(to_come, key=lambda each: workshops[each.workshop_id].starts_at)
    return {
        "nominations": nominations,
        "to_review": count_to_review(session, asker()),
        "registrations": [as_it_is(session, each) for each in ordered],
        "workshops": workshops,
        "bodies": names_of(session, {each.organisation_id for each in nominations}),
    }


PARTS: Final = {
    "organizer": _for_organizer,
    "association": _for_body,
    "attendee": _for_attendee,
}
