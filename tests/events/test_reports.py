"""Delegations, participants and the balance: counted once, and nobody read out."""

import io
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as some
from pypdf import PdfReader

from services.events.actions.confirming import confirm
from services.events.app import create_app
from services.events.model import OrganisationCopy
from services.events.model.form import without_counted
from services.events.queries.papers import participants_pdf
from services.events.queries.reports import (
    by_answer,
    by_body,
    by_economy,
    delegations_of,
    list_of_participants,
    over_time,
)
from services.events.queries.sheets import roster_sheet
from services.events.queries.tickets import Occasion
from services.events.settings import EventsSettings
from shared.foundation.ids import new_id
from shared.foundation.small_cells import SMALLEST_SHOWN, hide_small
from tests.events.builders import NOW, a_nomination, a_workshop, comes, gives_seats

API = "/events/api/v1"
GENDER = {
    "key": "gender",
    "kind": "choice",
    "labels": {"en": "Gender"},
    "hints": {},
    "options": [{"value": each, "labels": {}} for each in ("woman", "man", "other")],
    "is_required": False,
    "shown_if": None,
    "counts_as": "gender",
}


def a_body(session, name, economy):
    made = OrganisationCopy(
        id=new_id(), version=1, names={"en": name}, kind="agency", economy=economy
    )
    session.add(made)
    session.flush()
    return made.id


def sends(session, workshop, body, name, *, role="member"):
    named = a_nomination(session, workshop, body, name, role=role)
    return confirm(session, named, actor="test", now=NOW)


def test_delegations_come_in_apecs_order_with_their_head_first(session):
    workshop = a_workshop(session, seats=20)
    peru, korea = a_body(session, "Ministry", "PE"), a_body(session, "Agency", "KR")
    for body in (peru, korea):
        gives_seats(session, workshop, body, 3)
    sends(session, workshop, peru, "Ana")
    sends(session, workshop, korea, "Ara")
    sends(session, workshop, korea, "Zed", role="head")
    comes(session, workshop, "Guest")
    session.flush()

    found = delegations_of(session, workshop)

    assert [(each.economy, [one.registration.name for one in each.people]) for each in found] == [
        ("KR", ["Zed", "Ara"]),
        ("PE", ["Ana"]),
    ]
    assert found[0].counts == {"delegate": 2}


def test_everyone_with_a_seat_is_counted_once_by_the_body_that_named_them(session):
    workshop = a_workshop(session, seats=20)
    korea, japan = a_body(session, "Agency", "KR"), a_body(session, "IGES", "JP")
    gives_seats(session, workshop, korea, 3)
    sends(session, workshop, korea, "Lee")
    comes(session, workshop, "Sato", organisation_id=japan)
    comes(session, workshop, "Alone")
    session.flush()

    economies = {each.key: each.count for each in by_economy(session, workshop)}
    bodies = {each.names["en"]: each.count for each in by_body(session, workshop)}

    assert economies == {"JP": 1, "KR": 1, "": 1}
    assert bodies == {"Agency": 1, "IGES": 1, "On their own": 1}
    names = [each.registration.name for each in list_of_participants(session, workshop)]
    assert names == ["Sato", "Lee", "Alone"]


def test_registrations_over_time_are_by_days_at_the_venue(session):
    workshop = a_workshop(session)
    late = comes(session, workshop, "Late").registration
    late.created_at = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)  # the next day in Taipei
    comes(session, workshop, "Ann")
    session.flush()

    days = [(str(day), count) for day, count in over_time(session, workshop)]

    assert days == [("2026-03-02", 1), ("2026-03-03", 2)]


CELLS = some.dictionaries(some.text("abcdef", min_size=1, max_size=2), some.integers(0, 30))


@given(CELLS)
def test_no_small_cell_is_shown_and_none_can_be_computed_from_the_total(cells):
    shown = hide_small(cells)

    hidden = {cell: cells[cell] for cell, count in shown.items() if count is None}
    assert not any(0 < count < SMALLEST_SHOWN for count in shown.values() if count is not None)
    if hidden:
        others = [count for cell, count in cells.items() if cell not in hidden and count]
        is_protected = len(hidden) > 1 and sum(hidden.values()) >= SMALLEST_SHOWN
        assert is_protected or not others


@given(CELLS)
def test_a_table_of_large_cells_is_shown_as_it_is(cells):
    large = {cell: count + SMALLEST_SHOWN for cell, count in cells.items()}

    assert hide_small(large) == large


def test_answers_of_the_balance_are_shown_in_totals_alone(session):
    workshop = a_workshop(session, form=[GENDER])
    for number in range(13):
        said = "woman" if number < 6 else "man" if number < 12 else "other"
        comes(session, workshop, f"P{number}", answers={"gender": said})
    session.flush()

    shares = {each.key: each.count for each in by_answer(session, workshop, GENDER)}

    assert shares["other"] is None
    assert [shares["woman"], shares["man"]].count(None) == 1
    assert shares[""] == 0


def test_nobody_but_their_person_sees_an_answer_of_the_balance(database):
    settings = EventsSettings(
        secret_key="s" * 32, broker_url="embedded:///nowhere", database_url=database.url
    )
    client = create_app(settings, database, clock=lambda: NOW).test_client()
    with database.writing() as session:
        workshop = a_workshop(session, form=[GENDER])
        found = comes(session, workshop, "Ann", answers={"gender": "woman"}).registration
        path = f"{API}/registrations/{found.id}"
        link = {"Authorization": f"Bearer {found.link_token}"}

    assert client.get(path, headers=link).json["answers"] == {"gender": "woman"}
    assert without_counted([GENDER], {"gender": "woman", "meal": "any"}) == {"meal": "any"}
    assert "Gender" not in roster_sheet([GENDER], language="en").headings


def test_the_list_to_print_has_every_name_in_its_script(session):
    workshop = a_workshop(session, seats=90)
    body = a_body(session, "Workforce Development Agency 勞動部", "TW")
    for number in range(60):
        comes(session, workshop, f"陳世昌 {number}", organisation_id=body)
    session.flush()
    occasion = Occasion(
        title="綠色人才", host="WDA", when="2024-09-05", where="Taipei", language="zh-Hant"
    )

    pdf = participants_pdf(
        occasion,
        list_of_participants(session, workshop),
        {body: {"en": "WDA", "zh-Hant": "勞動部勞動力發展署"}},
        title="與會者名單",
        translate=lambda text: text,
    )

    pages = PdfReader(io.BytesIO(pdf)).pages
    text = "".join(page.extract_text() for page in pages)
    assert len(pages) > 1
    assert text.count("陳世昌") == 60
    assert "中華臺北" in text
