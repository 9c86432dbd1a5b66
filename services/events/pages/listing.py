"""The front page, the list of workshops as cards and as a month, and the page of a host."""

from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from services.events.model import Workshop
from services.events.model.workshop import KINDS
from services.events.queries import listing as queries
from services.events.queries.copies import get_organisation, names_of
from services.events.queries.courses import has_courses
from services.events.queries.workshops import ledgers_of
from shared.foundation.clock import local_day
from shared.foundation.failures import NotFound
from shared.foundation.ids import find_id
from shared.foundation.languages import LANGUAGES, in_language
from shared.web.context import current_session, now, this_day
from shared.web.identity import ANYONE, asker, enter
from shared.web.kept_pages import same_for_guests
from shared.web.pages import LANGUAGE_NAMES, economy, page_language
from shared.web.paging import Key, list_answer, page_of
from shared.web.pictures import Mark, month

blueprint = Blueprint("listing", __name__, url_prefix="/events")
PAGE: Final = 24
ON_FRONT: Final = 6
HOSTS: Final = 8
FARTHEST_YEARS: Final = 100
MONTH_LENGTH: Final = len("2026-12")


@blueprint.get("/")
@enter(ANYONE)
@same_for_guests
def front() -> ResponseReturnValue:
    """What the site is for, the workshops that come next, and who holds them."""
    session = current_session()
    query = queries.listed(asker(), queries.Wanted())
    coming = queries.of_time(session, query, is_past=False, now=now())
    first = coming.order_by(Workshop.starts_at, Workshop.id).limit(ON_FRONT)
    found = session.scalars(first).all()
    return render_template(
        "front.html", hosts_shown=queries.hosts_of(session, asker(), limit=HOSTS), **_cards(found)
    )


def _cards(workshops: Any) -> dict[str, Any]:
    session = current_session()
    return {
        "workshops": workshops,
        "hosts": names_of(session, {each.host_id for each in workshops}),
        "ledgers": ledgers_of(session, [each.id for each in workshops]),
    }


@blueprint.get("/workshops")
@enter(ANYONE)
@same_for_guests
def list_workshops() -> ResponseReturnValue:
    """Workshops to come, soonest first; or those that were held, latest first; or a month."""
    session, is_past = current_session(), request.args.get("when") == "past"
    query, facts = _filtered()
    if request.args.get("view") == "month":
        return _month_page(query, facts)
    keys = [Key(Workshop.starts_at, is_past), Key(Workshop.id, is_past)]
    query = queries.of_time(session, query, is_past=is_past, now=now())
    rows, cursor = page_of(session, query, keys, cursor=request.args.get("cursor"), limit=PAGE)
    return render_template(
        "workshops.html",
        next=list_answer([], cursor)["next"],
        is_past=is_past,
        **_cards(rows),
        **facts,
    )


def _filtered() -> tuple[Any, dict[str, Any]]:
    """The query that the address asks for, and the choices of its form."""
    economies = queries.host_economies(current_session(), asker())
    offered = {"kind": KINDS, "economy": economies, "language": LANGUAGES}
    typed = {
        name: value
        for name, choices in offered.items()
        if (value := request.args.get(name, "")) in choices
    }
    host_id = _wanted_host()
    if host_id is not None:
        typed["host"] = str(host_id)
    facts = {
        "typed": typed,
        "choices": [
            ("kind", _("Kind"), [(each, _(each.replace("_", " "))) for each in KINDS]),
            ("economy", _("Economy"), [(each, economy(each)) for each in economies]),
            ("language", _("Language"), list(LANGUAGE_NAMES.items())),
        ],
    }
    return queries.listed(
        asker(),
        queries.Wanted(
            kind=typed.get("kind", ""),
            economy=typed.get("economy", ""),
            language=typed.get("language", ""),
            host_id=host_id,
        ),
    ), facts


def _wanted_host() -> UUID | None:
    """The host that the address names, as the public page of an organisation does."""
    return find_id(request.args.get("host", ""))


def _month_page(query: Any, facts: dict[str, Any]) -> ResponseReturnValue:
    first, language = _wanted_month(), page_language()
    marks: dict[date, list[Mark]] = {}
    for each in queries.of_month(current_session(), query, first):
        mark = Mark(title=in_language(each.titles, language), path=f"/events/workshops/{each.id}")
        marks.setdefault(local_day(each.starts_at, each.time_zone), []).append(mark)
    before = (first - timedelta(days=1)).replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    return render_template(
        "month.html",
        weeks=month(first.year, first.month, marks, today=this_day()),
        is_empty=not any(day.month == first.month for day in marks),
        first=first,
        before=before.isoformat()[:MONTH_LENGTH],
        after=after.isoformat()[:MONTH_LENGTH],
        **facts,
    )


def _wanted_month() -> date:
    """The first day of the month that the address names, or of this one."""
    this = this_day().replace(day=1)
    try:
        wanted = date.fromisoformat(f"{request.args.get('month', '')}-01").replace(day=1)
    except ValueError:
        return this
    return wanted if abs(wanted.year - this.year) <= FARTHEST_YEARS else this


@blueprint.get("/hosts/<uuid:host_id>")
@enter(ANYONE)
@same_for_guests
def show_host(host_id: UUID) -> ResponseReturnValue:
    """An organisation that holds workshops, those to come first."""
    session = current_session()
    host = get_organisation(session, host_id)
    query = queries.listed(asker(), queries.Wanted(host_id=host_id))
    to_come = queries.of_time(session, query, is_past=False, now=now())
    held = queries.of_time(session, query, is_past=True, now=now())
    latest = held.order_by(Workshop.starts_at.desc(), Workshop.id.desc()).limit(PAGE)
    coming = session.scalars(to_come.order_by(Workshop.starts_at, Workshop.id).limit(PAGE)).all()
    past = session.scalars(latest).all()
    if not coming and not past:
        raise NotFound("There is no such organisation.")
    return render_template(
        "host.html",
        host=host,
        coming=coming,
        past=past,
        has_courses=has_courses(session, host.id, asker()),
        **_cards([*coming, *past]),
    )
