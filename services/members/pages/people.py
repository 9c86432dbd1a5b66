"""People: the directory of those whom one may see, one person's page, and its form."""

from datetime import date, timedelta
from typing import Any, Final, cast
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema

from services.members.actions import forgetting, granting, introducing
from services.members.actions.erasing import receipt_path
from services.members.model import Affiliation, Appointment, Person, RoleGrant
from services.members.model.appointment import ROLES, SEAT
from services.members.model.zones import ZONES
from services.members.pages.counting import require_fresh
from services.members.pages.me import MeForm, economies
from services.members.pages.names import names_in, typed_names
from services.members.pages.organisations import MANAGERS
from services.members.pages.steps import history_facts
from services.members.queries import organisations, people
from services.members.queries.erasures import get_erasure_of
from services.members.queries.former import FORMER_DAYS
from services.members.queries.grants import grants_for
from services.members.queries.people_listed import Wanted, names_in_order, people_listed
from services.members.queries.scopes import may_manage
from services.members.queries.sheets import people_sheet
from services.members.settings import MembersSettings
from shared.foundation.economies import is_economy
from shared.foundation.failures import Failure, Forbidden
from shared.foundation.identities import Role
from shared.foundation.languages import LANGUAGES, nearest_language
from shared.web.context import current_session, now, service, this_day
from shared.web.exporting import file_format, send_sheet
from shared.web.fields import Email, Line, Prose
from shared.web.forms import Form, filled, read_form
from shared.web.identity import asker, enter, one_of
from shared.web.pages import say
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("people", __name__, url_prefix="/members/people")
READERS = one_of(Role.ORGANIZER, Role.FOCAL_POINT, Role.READER)
PAGE: Final = 30
FACTS: Final = (
    *("email", "phone", "economy", "time_zone", "titles", "sort_as"),
    *("gender", "accessibility_needs"),
)


class PersonForm(MeForm):
    """A person as those who look after them write it."""

    email = Email(load_default=None)
    gender = Line(longest=60, load_default=None)
    accessibility_needs = Prose(longest=2000, load_default=None)


class EraseForm(Schema):
    """The name once more, so that nobody is erased by a slip; and why."""

    class Meta:
        unknown = RAISE

    name = Line(required=True)
    reason = Line(load_default="")


def _filters() -> dict[str, str]:
    names = ("q", "economy", "role", "former")
    wanted = {name: request.args.get(name, "").strip()[:100] for name in names}
    return {
        "q": wanted["q"] if wanted["q"].isprintable() else "",
        "economy": wanted["economy"] if is_economy(wanted["economy"]) else "",
        "role": wanted["role"] if wanted["role"] in (*ROLES, SEAT) else "",
        "former": "on" if wanted["former"] else "",
    }


@blueprint.get("")
@enter(READERS)
def directory() -> ResponseReturnValue:
    """Everybody whom one may see, by name, with search in any script."""
    session, chosen = current_session(), _filters()
    wanted = Wanted(
        words=chosen["q"] or None,
        economy=chosen["economy"] or None,
        role=None if chosen["former"] else chosen["role"] or None,
        is_former=bool(chosen["former"]),
    )
    query = people_listed(session, asker(), wanted, today=this_day())
    names = names_in_order(session, asker(), wanted)
    keys, kind = [Key(names), Key(Person.id)], file_format(request.args)
    if kind is not None:
        return send_sheet(people_sheet(), query, keys, kind=kind)
    rows, following = page_of(session, query, keys, cursor=request.args.get("cursor"), limit=PAGE)
    return render_template(
        "people.html",
        people=rows,
        next=list_answer([], following)["next"],
        form=Form(typed=chosen),
        economies=economies(),
        whereabouts=[("", _("now")), ("on", _("until lately"))],
        roles=[("", "–"), *((role, _(role.replace("_", " "))) for role in (*ROLES, SEAT))],
    )


def _may(get: Any, person_id: UUID) -> bool:
    try:
        get(current_session(), person_id, asker(), today=this_day())
    except Forbidden:
        return False
    return True


def _show(person: Person, form: Form, status: int = 200) -> ResponseReturnValue:
    session, who = current_session(), asker()
    works: list[Affiliation] = list(session.scalars(people.affiliations_seen(person.id, who)))
    serves: list[Appointment] = list(session.scalars(people.appointments_seen(person.id, who)))
    grants: list[RoleGrant] = list(
        session.scalars(grants_for(who).where(RoleGrant.person_id == person.id))
    )
    places = {each.organisation_id for each in works} | {each.organisation_id for each in serves}
    places |= {each.organisation_id for each in grants if each.organisation_id}
    is_managed = _may(people.get_managed_person, person.id)
    facts: dict[str, Any] = {
        "person": person,
        "works": works,
        "serves": serves,
        "grants": grants,
        "names": organisations.names_of(session, places),
        "managed": {each for each in places if may_manage(session, who, each)},
        "is_managed": is_managed,
        "may_erase": person.id != who.person_id and _may(people.get_own_person, person.id),
        "today": this_day(),
        "seen_until": _seen_until(person, works, serves) if not grants else None,
        "form": form,
        **(history_facts(person) if is_managed else {}),
    }
    return render_template("person.html", **facts), status


def _seen_until(person: Person, works: list[Affiliation], serves: list[Appointment]) -> date | None:
    """The last day on which the reader sees somebody who has left; None where nobody has."""
    today = this_day()
    places: list[Affiliation | Appointment] = [*works, *serves]
    ends = [each.ends_on for each in places if each.ends_on]
    is_here = any(each.ended_at is None and (each.ends_on or today) >= today for each in places)
    if is_here or not ends or person.id == asker().person_id or asker().has(Role.OPERATOR):
        return None
    return max(ends) + timedelta(days=FORMER_DAYS)


@blueprint.get("/<uuid:person_id>")
@enter(READERS)
def show(person_id: UUID) -> ResponseReturnValue:
    """Names, how to reach them, where they work and what they hold, now and before."""
    found = people.get_person(current_session(), person_id, asker(), today=this_day())
    return _show(found, Form())


@blueprint.route("/<uuid:person_id>/edit", methods=["GET", "POST"])
@enter(MANAGERS)
def edit(person_id: UUID) -> ResponseReturnValue:
    """Mend names and how to reach them."""
    session = current_session()
    found = people.get_managed_person(session, person_id, asker(), today=this_day())
    form = Form(typed=_typed(found))
    if request.method == "POST":
        form = read_form(PersonForm())
        try:
            if form.is_good:
                _change(found, form)
                say(_("Saved."))
                return redirect(url_for("people.show", person_id=found.id), 303)
        except Failure as failure:
            form.refuse(failure)
    zones = sorted({*ZONES.values(), "UTC", found.time_zone})
    page = render_template(
        "person_form.html",
        person=found,
        form=form,
        zones=[(zone, zone.replace("_", " ")) for zone in zones],
        economies=economies(),
    )
    return page, 422 if form.faults else 200


def _typed(person: Person) -> dict[str, str]:
    plain = filled({name: getattr(person, name) for name in FACTS})
    return plain | {"locale": nearest_language(person.locale)} | typed_names(person.person_names)


def _change(person: Person, form: Form) -> None:
    session, who = current_session(), asker()
    introducing.lock_person(session, person)
    form.require_current(person.version)
    changes = {name: form.values[name] for name in (*FACTS, "locale")}
    if person.has_account:
        # The form doesn't show it: what somebody signs in with changes with the account alone.
        changes["email"] = person.email
    granting.require_address(session, who, person, changes["email"], now=now())
    others = {tag: text for tag, text in person.titles.items() if tag not in LANGUAGES}
    changes["titles"] = others | form.values["titles"]
    changes["names"] = names_in(
        form.values, person.person_names, missing=_("Write the person's name.")
    )
    introducing.change_person(session, person, changes, actor=who.name, now=now())


@blueprint.post("/<uuid:person_id>/erase")
@enter(MANAGERS)
def erase(person_id: UUID) -> ResponseReturnValue:
    """Erase somebody who asked the office for it, everywhere, and go on to the receipt."""
    session, who = current_session(), asker()
    person = people.get_own_person(session, person_id, who, today=this_day())
    require_fresh(f"/members/people/{person.id}", is_to_erase=True)
    form = read_form(EraseForm())
    if form.is_good and form.values["name"] not in {each.full for each in person.person_names}:
        form.faults["name"] = _("This is not the person's name.")
    if not form.is_good:
        return _show(person, form, 422)
    settings = cast(MembersSettings, service().settings)
    try:
        granting.require_over(session, who, person, now=now())
        forgetting.erase_person(
            session,
            person,
            settings=settings,
            actor=who.name,
            now=now(),
            reason=form.values["reason"],
        )
    except Failure as failure:
        form.refuse(failure)
        return _show(person, form, 409)
    erasure = get_erasure_of(session, person.id)
    return redirect(receipt_path(settings.secret_key, erasure.id), 303)
