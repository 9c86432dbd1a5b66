"""One's own page: names, language, time zone, grants, and where one is signed in."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from services.members.actions import introducing, signing_in
from services.members.model import Person
from services.members.model.zones import ZONES
from services.members.pages.agents import agent_name
from services.members.pages.cookies import clear_cookies, session_secret, set_cookies, settings
from services.members.pages.names import WithNames, names_in, typed_names
from services.members.queries.accounts import live_sessions
from services.members.queries.grants import live_grants
from services.members.queries.organisations import names_of
from shared.foundation.economies import APEC
from shared.foundation.failures import Failure, Unauthenticated
from shared.foundation.languages import LANGUAGES, in_language, nearest_language
from shared.web.context import current_session, now
from shared.web.fields import Economy, LanguageTag, Line, Phone, Texts, TimeZone
from shared.web.forms import Form, filled, read_form
from shared.web.identity import IN_PERSON, SIGNED_IN, asker, enter, require_identity
from shared.web.pages import page_language, say

blueprint = Blueprint("me", __name__, url_prefix="/members/me")


class MeForm(WithNames):
    """What one says of oneself."""

    titles = Texts(longest=60, load_default=dict)
    sort_as = Line(longest=200, load_default=None)
    phone = Phone(load_default=None)
    economy = Economy(load_default=None)
    locale = LanguageTag(required=True)
    time_zone = TimeZone(required=True)


def economies() -> list[tuple[str, str]]:
    """APEC's economies in the page's language, for a choice; the first is none."""
    language = page_language()
    return [("", "–"), *((code, in_language(names, language)) for code, names in APEC.items())]


def _me(session: Session) -> Person:
    found = session.get(Person, require_identity().person_id)
    if found is None or found.erased_at is not None:
        raise Unauthenticated("This account is closed.")
    return found


def _typed(person: Person) -> dict[str, str]:
    names = ("phone", "economy", "time_zone", "titles", "sort_as")
    plain = filled({name: getattr(person, name) for name in names})
    locale = nearest_language(person.locale)
    return plain | {"locale": locale} | typed_names(person.person_names)


def _show(person: Person, form: Form, status: int = 200) -> ResponseReturnValue:
    session = current_session()
    grants = live_grants(session, person.id, now=now())
    zones = sorted({*ZONES.values(), "UTC", person.time_zone})
    facts: dict[str, Any] = {
        "person": person,
        "form": form,
        "grants": grants,
        "names": names_of(session, [grant.organisation_id for grant in grants]),
        "agent_name": agent_name,
        "sessions": live_sessions(session, person.id, now=now()),
        "this_session": require_identity().session_id,
        "zones": [(zone, zone.replace("_", " ")) for zone in zones],
        "economies": economies(),
    }
    return render_template("me.html", **facts), status


@blueprint.route("", methods=["GET", "POST"])
@enter(SIGNED_IN)
def show() -> ResponseReturnValue:
    """Oneself, and the form to change it."""
    session = current_session()
    person = _me(session)
    if request.method == "GET":
        return _show(person, Form(typed=_typed(person)))
    form = read_form(MeForm())
    try:
        if form.is_good:
            return _change(session, person, form)
    except Failure as failure:
        form.refuse(failure)
    return _show(person, form, 422)


def _change(session: Session, person: Person, form: Form) -> ResponseReturnValue:
    introducing.lock_person(session, person)
    form.require_current(person.version)
    names = ("phone", "economy", "locale", "time_zone", "sort_as")
    changes = {name: form.values[name] for name in names}
    # A language that the form doesn't show stays as it is.
    others = {tag: text for tag, text in person.titles.items() if tag not in LANGUAGES}
    changes["titles"] = others | form.values["titles"]
    changes["names"] = names_in(form.values, person.person_names, missing=_("Write your name."))
    introducing.change_person(session, person, changes, actor=asker().name, now=now())
    say(_("Saved."))
    response = redirect(url_for("me.show"), 303)
    opened = signing_in.find_session(session, session_secret(), now=now())
    if opened is not None:
        # The token carries name, language and time zone.
        set_cookies(response, signing_in.renew(session, opened, settings=settings(), now=now()))
    return response


@blueprint.post("/sessions/<uuid:session_id>/end")
@enter(IN_PERSON)
def end_session(session_id: UUID) -> ResponseReturnValue:
    """Sign out of one of one's sessions."""
    session = current_session()
    opened = signing_in.get_own_session(session, session_id, require_identity().person_id)
    signing_in.sign_out(session, opened, settings=settings(), now=now())
    say(_("That session is signed out."))
    return redirect(url_for("me.show") + "#sessions", 303)


@blueprint.post("/sign-out-everywhere")
@enter(IN_PERSON)
def sign_out_everywhere() -> ResponseReturnValue:
    """End all sessions, this one too."""
    person_id = require_identity().person_id
    signing_in.sign_out_everywhere(current_session(), person_id, settings=settings(), now=now())
    say(_("You are signed out everywhere."))
    response = redirect(url_for("signing_in.show"), 303)
    clear_cookies(response)
    return response
