"""The directory, one organisation's page, and the forms of those who manage it."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields
from sqlalchemy.orm import Session

from services.members.actions import enrolling
from services.members.actions.customising import filling
from services.members.model import Affiliation, Appointment, Identifier, Organisation
from services.members.model.appointment import ROLES, SEAT
from services.members.model.organisation import KINDS
from services.members.pages.custom_words import refuse_custom, shown_custom, typed_custom
from services.members.pages.me import economies
from services.members.pages.number_rows import (
    NumberRow,
    number_facts,
    numbers_in,
    refuse_numbers,
    scheme_name,
    typed_numbers,
)
from services.members.queries import custom_fields, gaps, memberships, people
from services.members.queries import organisations as queries
from services.members.queries.custom_filters import with_custom
from services.members.queries.grants import focal_points_by_grant
from services.members.queries.scopes import holds, may_manage, may_read
from services.members.queries.sheets import organisations_sheet
from shared.foundation.economies import is_economy
from shared.foundation.failures import Failure, NotFound
from shared.foundation.identities import Role
from shared.web.context import current_session, now, this_day
from shared.web.exporting import file_format, send_sheet
from shared.web.fields import Count, Economy, Email, Line, Phone, Prose, Rows, Texts, Web
from shared.web.forms import Form, filled, read_form
from shared.web.identity import SIGNED_IN, asker, enter, one_of
from shared.web.pages import local, page_language, say
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("organisations", __name__, url_prefix="/members/organisations")
MANAGERS = one_of(Role.ORGANIZER, Role.FOCAL_POINT)
PAGE = 30
EDITED = ("names", "economy", "sector", "staff_count", "email", "phone", "url", "address")


class OrganisationForm(Schema):
    """An organisation as those who manage it write it."""

    class Meta:
        unknown = RAISE

    names = Texts(required=True)
    economy = Economy(load_default=None)
    sector = Line(longest=200, load_default=None)
    staff_count = Count(0, 100_000_000, load_default=None)
    email = Email(load_default=None)
    phone = Phone(load_default=None)
    url = Web(load_default=None)
    address = Prose(longest=1000, load_default=None)
    identifiers = Rows(NumberRow)
    custom = fields.Dict(keys=fields.String(), values=fields.Raw(), load_default=dict)


def _filters() -> dict[str, str]:
    names = ("q", "kind", "economy", "field", "value")
    wanted = {name: request.args.get(name, "").strip()[:100] for name in names}
    wanted = {name: text if text.isprintable() else "" for name, text in wanted.items()}
    return wanted | {
        "kind": wanted["kind"] if wanted["kind"] in KINDS else "",
        "economy": wanted["economy"] if is_economy(wanted["economy"]) else "",
    }


@blueprint.get("")
@enter(SIGNED_IN)
def directory() -> ResponseReturnValue:
    """All organisations by name, with search; one's own first."""
    session, wanted = current_session(), _filters()
    cursor = request.args.get("cursor")
    query = queries.organisations_where(
        kind=wanted["kind"] or None,
        economy=wanted["economy"] or None,
        words=wanted["q"] or None,
    )
    custom = custom_fields.shown_fields(session, asker())
    if wanted["field"] and wanted["value"]:
        query = with_custom(session, query, [f"{wanted['field']}:{wanted['value']}"], asker())
    keys = [Key(Organisation.sort_key), Key(Organisation.id)]
    kind = file_format(request.args)
    if kind is not None:
        return send_sheet(
            organisations_sheet(asker(), custom, page_language()), query, keys, kind=kind
        )
    rows, following = page_of(session, query, keys, cursor=cursor, limit=PAGE)
    is_first = cursor is None and not any(wanted.values())
    own = queries.granted_organisations(asker()).order_by(Organisation.sort_key).limit(PAGE)
    return render_template(
        "organisations.html",
        organisations=rows,
        own=list(session.scalars(own)) if is_first else [],
        next=list_answer([], following)["next"],
        form=Form(typed=wanted),
        kinds=[("", "–"), *((kind, _(kind)) for kind in KINDS)],
        economies=economies(),
        custom=[("", "–"), *((str(each.id), local(each.labels).striptags()) for each in custom)],
    )


def _offices(session: Session, organisation_id: UUID) -> dict[str, Any]:
    today = this_day()
    offices: list[Appointment] = list(
        session.scalars(
            people.appointments_of(organisation_id)
            .where(Appointment.is_live_on(today))
            .order_by(Appointment.id)
            .limit(500)
        )
    )
    places: list[Affiliation] = list(
        session.scalars(
            people.affiliations_of(organisation_id)
            .where(Affiliation.is_live_on(today))
            .order_by(Affiliation.id)
            .limit(500)
        )
    )
    ids = {each.person_id for each in offices} | {each.person_id for each in places}
    offices.sort(key=lambda office: (*ROLES, SEAT).index(office.role))
    return {"offices": offices, "places": places, "people": people.named(session, ids)}


@blueprint.get("/<uuid:organisation_id>")
@enter(SIGNED_IN)
def show(organisation_id: UUID) -> ResponseReturnValue:
    """What is public of it; for those who manage it, its people and contact data too."""
    session, who = current_session(), asker()
    found = queries.get_organisation(session, organisation_id)
    members, cursor = page_of(
        session,
        queries.organisations_where(member_of=found.id),
        [Key(Organisation.sort_key), Key(Organisation.id)],
        cursor=request.args.get("cursor"),
        limit=PAGE,
    )
    is_open = may_read(session, who, found.id)
    is_managed = may_manage(session, who, found.id)
    belongs = list(session.scalars(memberships.of_member(found.id))) if is_managed else []
    facts: dict[str, Any] = {
        "organisation": found,
        "belongs": belongs,
        "names": queries.names_of(session, {each.host_id for each in belongs}),
        "types": memberships.types_named(session, belongs),
        "hosts": queries.hosts_of(session, found.id),
        "members": members,
        "has_gap": gaps.has_gap(session, found, who),
        "next": list_answer([], cursor)["next"],
        "is_open": is_open,
        "is_managed": is_managed,
        "identifiers": queries.identifiers_of(session, [found.id])[found.id],
        "custom": custom_fields.visible_values(session, [found.id], who).get(found.id, []),
        "shown_custom": shown_custom,
        "scheme_name": scheme_name,
        "may_define": holds(session, who, Role.FOCAL_POINT, found.id, subtree=True),
    }
    if is_open:
        facts |= _offices(session, found.id)
        acting = focal_points_by_grant(session, found.id, now=now()) if is_managed else set()
        acting -= {each.person_id for each in facts["offices"]}
        facts["acting"] = sorted(people.named(session, acting).values(), key=attrgetter("sort_key"))
    return render_template("organisation.html", **facts)


def get_own(organisation_id: UUID) -> Organisation:
    """The organisation, if the asker manages it. Raises NotFound."""
    session = current_session()
    if not may_manage(session, asker(), organisation_id):
        raise NotFound("There is no such organisation among yours.")
    return queries.get_organisation(session, organisation_id)


@blueprint.route("/<uuid:organisation_id>/edit", methods=["GET", "POST"])
@enter(MANAGERS)
def edit(organisation_id: UUID) -> ResponseReturnValue:
    """Change its names and how to reach it."""
    session, found = current_session(), get_own(organisation_id)
    custom = custom_fields.named(custom_fields.fields_to_fill(session, found, asker()))
    form = Form(typed=filled({name: getattr(found, name) for name in EDITED}))
    known = queries.identifiers_of(session, [found.id])[found.id]
    form.typed |= typed_custom(session, custom, found.id) | typed_numbers(known)
    if request.method == "POST":
        form = read_form(OrganisationForm())
        try:
            if form.is_good:
                enrolling.lock_organisation(session, found)
                form.require_current(found.version)
                # A language that the form doesn't show stays as it is.
                form.values["names"] = _merged(found.names, form.values["names"])
                form.values["custom"] = filling.read_texts(form.values["custom"], custom)
                changes = form.values | _numbers(form, known)
                enrolling.change_organisation(
                    session, found, changes, actor=asker().name, now=now()
                )
                say(_("Saved."))
                return redirect(url_for("organisations.show", organisation_id=found.id), 303)
        except Failure as failure:
            refuse(form, failure)
    page = render_template(
        "organisation_form.html",
        organisation=found,
        host=None,
        form=form,
        economies=economies(),
        custom=[("", custom)],
        **number_facts(form),
    )
    return page, 422 if form.faults else 200


def _merged(before: Any, typed: dict[str, str]) -> dict[str, str]:
    others = {tag: name for tag, name in before.items() if tag not in ("en", "zh-Hant")}
    return others | typed


def _numbers(form: Form, known: Sequence[Identifier]) -> dict[str, Any]:
    """The identifiers as they shall be: a form without rows of them leaves them alone."""
    wanted = numbers_in(form.values["identifiers"])
    before = [{"scheme": each.scheme, "value": each.value} for each in known]
    has_rows = any(path.startswith("identifiers.") for path in form.typed)
    return {"identifiers": wanted if has_rows else before}


def refuse(form: Form, failure: Failure) -> None:
    """Show the failure beside its fields; what is wrong with a number, beside its row."""
    if not refuse_numbers(form, failure):
        refuse_custom(form, failure)
