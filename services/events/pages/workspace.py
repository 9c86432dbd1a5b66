"""An organizer's workspace of one workshop: its overview, its seats and its people."""

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from services.events.actions import registering
from services.events.actions.asking import questions_ever
from services.events.actions.inviting_again import people_to_invite
from services.events.model import (
    Allotment,
    Nomination,
    OrganisationCopy,
    Registration,
    RegistrationChange,
    Workshop,
)
from services.events.model.erased import is_erased
from services.events.model.form import label_of, shown_answer
from services.events.pages.answers_of import path_of_file
from services.events.pages.manage import ORGANIZER
from services.events.pages.people_wanted import NOMINATION_STATES, ROSTER_STATES, Wanted
from services.events.pages.start import deadline_strip, deadline_words
from services.events.queries import registrations as people_queries
from services.events.queries import reports, starting
from services.events.queries import workshops as queries
from services.events.queries.answer_files import with_files
from services.events.queries.calls import find_call
from services.events.queries.copies import economies_of, names_of, organisation_names
from shared.foundation.economies import economy_order
from shared.foundation.languages import in_language
from shared.web.context import current_session, now
from shared.web.forms import Form
from shared.web.identity import asker, enter
from shared.web.pages import economy, page_language
from shared.web.paging import Key, list_answer, page_of
from shared.web.pictures import line_chart

blueprint = Blueprint("workspace", __name__, url_prefix="/events/manage")
LATEST: Final = 5
NOMINEES: Final = 500
ON_PAGE: Final = 50


@blueprint.app_template_global("is_erased")
def is_of_nobody(row: Registration | Nomination) -> bool:
    """Whether nothing is known any more of whom it was of."""
    return is_erased(row.email)


@blueprint.app_template_global("name_shown")
def name_shown(row: Registration | Nomination) -> str:
    """The name; of an erased person, in the page's language, that they are."""
    return _("erased person") if is_of_nobody(row) else row.name


def bodies_to_choose() -> list[tuple[str, str]]:
    """(id, name) of organisations that seats can be given to, by name.

    With the economy where there are several: ministries have the same names in many.
    """
    kinds = ("association", "agency", "institute", "foundation")
    query = select(OrganisationCopy).where(OrganisationCopy.kind.in_(kinds))
    found, language = current_session().scalars(query).all(), page_language()
    named = {str(each.id): in_language(each.names, language) for each in found}
    if len({each.economy for each in found}) > 1:
        for each in found:
            named[str(each.id)] += f" ({economy(each.economy)})" if each.economy else ""
    return sorted(named.items(), key=lambda pair: pair[1])


@blueprint.get("/<uuid:workshop_id>")
@enter(ORGANIZER)
def overview(workshop_id: UUID) -> ResponseReturnValue:
    """One workshop at a glance: what needs somebody, its seats over time, who came in last."""
    session = current_session()
    workshop = queries.get_organized(session, workshop_id, asker())
    roster = people_queries.roster(session, workshop, asker())
    latest = session.scalars(roster.order_by(Registration.id.desc()).limit(LATEST)).all()
    sessions, talks, speakers = queries.programme_of(session, workshop.id)
    given = people_queries.allotments_of(session, workshop, asker())
    deadlines = starting.deadlines_of_one(session, workshop, now=now())
    days = reports.over_time(session, workshop)
    ids = [workshop.id]
    return render_template(
        "overview.html",
        workshop=workshop,
        host=organisation_names(session, workshop.host_id),
        ledger=queries.ledger_of(session, workshop.id),
        latest=registering.all_as_they_are(session, latest),
        names=names_of(session, {each.organisation_id for each in latest if each.organisation_id}),
        pending=starting.count_in(session, Registration, "pending", ids).get(workshop.id, 0),
        unanswered=starting.count_in(session, Nomination, "submitted", ids).get(workshop.id, 0),
        deadlines=deadlines,
        days=deadline_strip(deadlines, "/events/manage"),
        words=deadline_words(),
        sessions=sessions,
        adrift=[
            each for each in sessions if not each.is_within(workshop.starts_at, workshop.ends_at)
        ],
        talks=talks,
        speakers=speakers,
        has_call=find_call(session, workshop.id) is not None,
        to_invite=people_to_invite(session, workshop.id),
        has_allotments=session.scalars(given.limit(1)).first() is not None,
        chart=line_chart(days, ceiling=workshop.capacity) if len(days) > 1 else None,
        **_changes(workshop),
    )


@blueprint.get("/<uuid:workshop_id>/seats")
@enter(ORGANIZER)
def seats(workshop_id: UUID) -> ResponseReturnValue:
    """The seats by what they are taken for, and who has been allotted some."""
    return seats_page(queries.get_organized(current_session(), workshop_id, asker()), Form())


def seats_page(workshop: Workshop, form: Form, status: int = 200) -> ResponseReturnValue:
    """The seats with the form to allot some, as it was typed."""
    session = current_session()
    given = people_queries.allotments_of(session, workshop, asker())
    allotments = list(session.scalars(given.order_by(Allotment.organisation_id)))
    economies = economies_of(session, {each.organisation_id for each in allotments})
    allotments.sort(key=lambda each: economy_order(economies.get(each.organisation_id, "")))
    page = render_template(
        "seats.html",
        workshop=workshop,
        host=organisation_names(session, workshop.host_id),
        ledger=queries.ledger_of(session, workshop.id),
        allotments=allotments,
        names=names_of(session, {each.organisation_id for each in allotments}),
        economies=economies if len({*economies.values()}) > 1 else {},
        bodies=bodies_to_choose(),
        form=form,
    )
    return page, status


@blueprint.get("/<uuid:workshop_id>/people")
@enter(ORGANIZER)
def people(workshop_id: UUID) -> ResponseReturnValue:
    """The roster and the nominations: all, those in one state, those who are called so."""
    session, wanted = current_session(), Wanted.of(request.args)
    workshop = queries.get_organized(session, workshop_id, asker())
    query = wanted.among(people_queries.roster(session, workshop, asker()), Registration)
    named = wanted.among(people_queries.nominations_of(session, workshop, asker()), Nomination)
    roster, cursor = page_of(
        session, query, [Key(Registration.id)], cursor=request.args.get("cursor"), limit=ON_PAGE
    )
    ordered = named.order_by(Nomination.organisation_id, Nomination.id).limit(NOMINEES)
    nominations = session.scalars(ordered).all()
    bodies: set[UUID] = {each.organisation_id for each in nominations}
    bodies |= {each.organisation_id for each in roster if each.organisation_id}
    return render_template(
        "people.html",
        workshop=workshop,
        host=organisation_names(session, workshop.host_id),
        roster=registering.all_as_they_are(session, roster),
        next=list_answer([], cursor)["next"],
        nominations=nominations,
        names=names_of(session, bodies),
        with_files=with_files(session, [each.id for each in roster]),
        wanted=wanted,
        states=[*ROSTER_STATES, *NOMINATION_STATES],
    )


def _changes(workshop: Workshop) -> dict[str, Any]:
    """What attendees want to change, with words for what it was and what it would be."""
    session, language = current_session(), page_language()
    waiting = people_queries.changes_of(workshop).order_by(RegistrationChange.id).limit(200)
    changes = list(session.scalars(waiting))
    ids = [each.registration_id for each in changes]
    query = select(Registration).where(Registration.id.in_(ids))
    asked = questions_ever(session, workshop) if changes else []
    asked = [each for each in asked if not each.get("counts_as")]

    def lines(change: RegistrationChange, row: Registration) -> list[tuple[str, Any, Any, str]]:
        """(what, before, after, path of a new file or "")."""
        plain = [
            (label, getattr(row, name), change.wanted[name], "")
            for name, label in (("name", _("Name")), ("locale", _("Language of mails")))
            if name in change.wanted
        ]
        answers = change.wanted.get("answers", row.answers)
        return plain + [
            (
                label_of(each, language),
                shown_answer(each, before, language),
                shown_answer(each, after, language),
                path_of_file(each, after),
            )
            for each in asked
            for before, after in [(row.answers.get(each["key"]), answers.get(each["key"]))]
            if before != after
        ]

    return {
        "changes": changes,
        "changed": {row.id: row for row in session.scalars(query)},
        "change_lines": lines,
    }
