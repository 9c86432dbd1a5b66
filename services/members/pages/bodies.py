"""An organisation's committees and working groups: their seats, and who sits there."""

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields, validate

from services.members.actions import seating
from services.members.model import Body, Organisation, Person, Seat
from services.members.model.body import BODY_KINDS, SEAT_ROLES
from services.members.pages.organisations import MANAGERS, get_own
from services.members.queries import bodies as queries
from services.members.queries import people
from services.members.queries.organisations import names_of, organisations_where
from services.members.queries.scopes import may_manage
from services.members.queries.sheets_of_bodies import bodies_sheet, seats_sheet
from shared.foundation.failures import Failure, NotFound
from shared.foundation.languages import in_language
from shared.web.context import current_session, now, this_day
from shared.web.exporting import file_format, send_sheet
from shared.web.fields import Texts
from shared.web.forms import Form, read_form
from shared.web.identity import asker, enter
from shared.web.pages import page_language, say, say_failure
from shared.web.paging import Key

blueprint = Blueprint("bodies", __name__, url_prefix="/members")
MOST_CHOICES: Final = 500
LONGEST_WORDS: Final = 100


class BodyForm(Schema):
    """A new committee or working group."""

    class Meta:
        unknown = RAISE

    kind = fields.String(required=True, validate=validate.OneOf(BODY_KINDS))
    names = Texts(required=True)


class SeatForm(Schema):
    """A new seat, and whose it is."""

    class Meta:
        unknown = RAISE

    role = fields.String(required=True, validate=validate.OneOf(SEAT_ROLES))
    organisation_id = fields.UUID(load_default=None)


class FillForm(Schema):
    """Who sits there, until when."""

    class Meta:
        unknown = RAISE

    person_id = fields.UUID(required=True)
    ends_on = fields.Date(load_default=None)


@blueprint.route("/organisations/<uuid:organisation_id>/bodies", methods=["GET", "POST"])
@enter(MANAGERS)
def listed(organisation_id: UUID) -> ResponseReturnValue:
    """The organisation's bodies, as a file too, and the form for one more."""
    session, organisation = current_session(), get_own(organisation_id)
    query, kind = queries.bodies_of(organisation.id), file_format(request.args)
    if kind is not None:
        return send_sheet(bodies_sheet(), query, [Key(Body.id)], kind=kind)
    form = Form(typed={"kind": "committee"})
    if request.method == "POST":
        form = read_form(BodyForm())
        if form.is_good:
            made = seating.found_body(
                session,
                organisation,
                form.values["kind"],
                form.values["names"],
                actor=asker().name,
                now=now(),
            )
            return redirect(url_for("bodies.show", body_id=made.id), 303)
    page = render_template(
        "bodies.html",
        organisation=organisation,
        bodies=list(session.scalars(query.order_by(Body.id))),
        form=form,
        kinds=[(kind, _(kind.replace("_", " "))) for kind in BODY_KINDS],
    )
    return page, 422 if form.faults else 200


def _page(body: Body, form: Form) -> ResponseReturnValue:
    session = current_session()
    words = request.args.get("q", "").strip()[:LONGEST_WORDS]
    named, called = _members(body.organisation_id, words), _candidates(words)
    # Words that no person has were meant for a member, and the other way about.
    members = named or _members(body.organisation_id, "")
    candidates = called or _candidates("")
    seats = list(session.scalars(queries.seats_of(body.id).order_by(Seat.id)))
    holders = queries.holders(session, [seat.id for seat in seats])
    known = people.named(session, [each.person_id for rows in holders.values() for each in rows])
    facts: dict[str, Any] = {
        "body": body,
        "organisation": session.get_one(Organisation, body.organisation_id),
        "seats": seats,
        "holders": holders,
        "people": known,
        "names": names_of(session, [seat.organisation_id for seat in seats]),
        "fillable": {seat.id for seat in seats if _may_fill(seat, body)},
        "is_managed": may_manage(session, asker(), body.organisation_id),
        "form": form,
        "roles": [(role, _role(role)) for role in SEAT_ROLES],
        "role_of": _role,
        "members": [("", "–"), *members],
        "candidates": [("", "–"), *candidates],
        "words": words,
        "is_nobody": bool(words) and not named and not called,
        "has_search": bool(words) or MOST_CHOICES in (len(members), len(candidates)),
    }
    return render_template("body.html", **facts), 422 if form.faults else 200


def _may_fill(seat: Seat, body: Body) -> bool:
    places = {seat.organisation_id or body.organisation_id, body.organisation_id}
    return any(may_manage(current_session(), asker(), place) for place in places)


def _role(role: str) -> str:
    """The seat's word; a member of a committee has another one than that of a delegation."""
    return _("ordinary member") if role == "member" else _(role.replace("_", " "))


def _members(organisation_id: UUID, words: str) -> list[tuple[Any, str]]:
    """The organisation's members under these words, as many as a list can show."""
    query = organisations_where(member_of=organisation_id, words=words or None)
    found = current_session().scalars(query.order_by(Organisation.sort_key).limit(MOST_CHOICES))
    return [(each.id, in_language(each.names, page_language())) for each in found]


def _candidates(words: str) -> list[tuple[Any, str]]:
    """The people whom the asker may see under these words, as many as a list can show."""
    query = people.people_for(asker(), today=this_day(), words=words or None)
    found = current_session().scalars(query.order_by(Person.sort_key).limit(MOST_CHOICES))
    return [(each.id, each.name_in(page_language())) for each in found]


def _get(body_id: UUID) -> Body:
    """The body, for those who manage it or fill one of its seats. Raises NotFound."""
    session = current_session()
    body = queries.get_body(session, body_id)
    seats = session.scalars(queries.seats_of(body.id))
    places = {body.organisation_id, *(seat.organisation_id for seat in seats)}
    if not any(may_manage(session, asker(), place) for place in places if place):
        raise NotFound("There is no such committee or working group among yours.")
    return body


@blueprint.route("/bodies/<uuid:body_id>", methods=["GET", "POST"])
@enter(MANAGERS)
def show(body_id: UUID) -> ResponseReturnValue:
    """Its seats, who sits there, as a file too, and the form for one more seat."""
    session, body, kind = current_session(), _get(body_id), file_format(request.args)
    if kind is not None:
        sheet = seats_sheet(body, asker(), today=this_day())
        return send_sheet(sheet, queries.seats_of(body.id), [Key(Seat.id)], kind=kind)
    form = Form(typed={"role": "member"})
    if request.method == "POST":
        found = queries.get_managed_body(session, body_id, asker())
        form = read_form(SeatForm())
        try:
            if form.is_good:
                place = form.values["organisation_id"]
                if place is not None and session.get(Organisation, place) is None:
                    raise NotFound(_("Choose an organisation from the list."))
                role = form.values["role"]
                seating.add_seat(session, found, role, place, actor=asker().name, now=now())
                say(_("The seat is added."))
                return redirect(url_for("bodies.show", body_id=body.id), 303)
        except Failure as failure:
            form.refuse(failure)
    return _page(body, form)


@blueprint.post("/seats/<uuid:seat_id>/fill")
@enter(MANAGERS)
def fill(seat_id: UUID) -> ResponseReturnValue:
    """Name who sits there."""
    session, who = current_session(), asker()
    seat = queries.get_own_seat(session, seat_id, who)
    form = read_form(FillForm())
    try:
        if not form.is_good:
            raise NotFound(_("Choose a person and, if you like, a last day."))
        today = this_day()
        person = people.get_managed_person(session, form.values["person_id"], who, today=today)
        seating.fill_seat(
            session,
            seat,
            person,
            starts_on=today,
            ends_on=form.values["ends_on"],
            actor=who.name,
            now=now(),
        )
    except Failure as failure:
        say_failure(failure)
    else:
        say(_("The seat is filled."))
    return redirect(url_for("bodies.show", body_id=seat.body_id), 303)


@blueprint.post("/seats/<uuid:seat_id>/remove")
@enter(MANAGERS)
def remove(seat_id: UUID) -> ResponseReturnValue:
    """Take the seat away."""
    session, who = current_session(), asker()
    seat = queries.get_managed_seat(session, seat_id, who)
    seating.remove_seat(session, seat, actor=who.name, now=now())
    say(_("The seat is removed."))
    return redirect(url_for("bodies.show", body_id=seat.body_id), 303)


@blueprint.post("/bodies/<uuid:body_id>/dissolve")
@enter(MANAGERS)
def dissolve(body_id: UUID) -> ResponseReturnValue:
    """End it with its seats."""
    session, who = current_session(), asker()
    body = queries.get_managed_body(session, body_id, who)
    seating.dissolve_body(session, body, actor=who.name, now=now())
    say(_("It is dissolved."))
    return redirect(url_for("bodies.listed", organisation_id=body.organisation_id), 303)
