"""Why somebody waits, as the page of their registration says it."""

from datetime import timedelta
from functools import partial

import pytest

from services.events.actions.grouping import Companion, Contact, people_of, register_group
from services.events.actions.scheduling import postpone
from services.events.app import create_app
from services.events.queries.waiting import reasons_to_wait
from services.events.settings import EventsSettings
from tests.events.builders import (
    IN_A_MONTH,
    NOW,
    a_nomination,
    a_workshop,
    an_organisation,
    comes,
    gives_seats,
)


@pytest.fixture
def reasons(session, now):
    """Of a registration, as English sentences."""

    def reasons(workshop, registration):
        found = reasons_to_wait(session, workshop, registration, now=now)
        return [str(each) for each in found]

    return reasons


def test_a_full_workshop_says_how_full(session, reasons):
    workshop = a_workshop(session, seats=1)
    first, second = (comes(session, workshop, name).registration for name in ("Ann", "Ben"))

    assert reasons(workshop, first) == []
    assert reasons(workshop, second) == ["1 of 1 seats are taken or promised."]


def test_seats_of_bodies_are_named_with_the_day_they_come_back(session, reasons):
    workshop, body_id = a_workshop(session, seats=3), an_organisation(session, kind="agency")
    release_at = IN_A_MONTH - timedelta(days=7)
    gives_seats(session, workshop, body_id, 2, release_at=release_at)
    comes(session, workshop, "Ann")
    waits = comes(session, workshop, "Ben").registration

    assert reasons(workshop, waits) == [
        "1 of 3 seats are taken or promised.",
        "Seats that are kept for member bodies: 2.",
        f"Those not used by {release_at.isoformat()} come to this line.",
    ]


def test_people_of_a_body_whose_seats_are_used_hear_so(session, reasons):
    workshop, body_id = a_workshop(session, seats=1), an_organisation(session, kind="agency")
    gives_seats(session, workshop, body_id, 1)
    a_nomination(session, workshop, body_id)
    waits = comes(session, workshop, "Ben", organisation_id=body_id).registration

    assert reasons(workshop, waits)[-1].startswith("Your organisation has used its seats")


def test_a_group_waits_for_a_seat_each(session, reasons, now):
    workshop = a_workshop(session, seats=2)
    register = partial(register_group, is_together=True, actor="guest", now=now)
    pair = [Companion(name="Ben"), Companion(name="Cho")]
    comes(session, workshop, "Ann")
    group, _ = register(session, workshop, Contact(name="Dee", email="dee@people.example"), pair)
    waits = people_of(session, group)[0]

    assert reasons(workshop, waits)[-1].startswith("Your group comes together")


def test_a_postponed_workshop_offers_nothing(session, reasons, now):
    workshop = a_workshop(session, seats=1, taken=1)
    waits = comes(session, workshop, "Ben").registration
    postpone(session, workshop, actor="organizer", now=now)

    assert reasons(workshop, waits) == ["No seats are offered while the workshop is postponed."]


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "1 of 1 seats are taken or promised."), ("zh-Hant", "1 個名額中，1 個已有人")],
)
def test_the_page_says_it_in_the_readers_language(database, language, words):
    with database.writing() as session:
        workshop = a_workshop(session, seats=1, taken=1)
        path = "/events/links/" + comes(session, workshop, "Ben").registration.link_token
    settings = EventsSettings(
        secret_key="s" * 32, broker_url="embedded:///nowhere", database_url=database.url
    )
    client = create_app(settings, database, clock=lambda: NOW).test_client()

    page = client.get(path, headers={"Accept-Language": language}).get_data(as_text=True)

    assert words in page
