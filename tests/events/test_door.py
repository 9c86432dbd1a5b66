"""Tickets and the door: codes that can't be forged, scans in any order, hours of attendance."""

import io
import re
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some
from pypdf import PdfReader
from sqlalchemy import select

from services.events.actions.door import new_list
from services.events.actions.scheduling import move_on
from services.events.app import create_app
from services.events.model import (
    CheckIn,
    CheckInList,
    Registration,
    Session,
    TicketKey,
    Workshop,
)
from services.events.model.link import link_token
from services.events.model.ticket import Signer, Ticket, read_code, short_code, short_end
from services.events.queries.attendance import attendances_of, hours_within, presence
from services.events.settings import EventsSettings
from shared.foundation.ids import new_id
from tests.events.builders import IN_A_MONTH, NOW, a_workshop, seats_of

API = "/events/api/v1"


@pytest.fixture
def client(database):
    settings = EventsSettings(
        secret_key="s" * 32, broker_url="embedded:///nowhere", database_url=database.url
    )
    return create_app(
        settings, database, clock=lambda: IN_A_MONTH + timedelta(hours=7)
    ).test_client()


@pytest.fixture
def early(database):
    """A client a month before, while registration is open."""
    settings = EventsSettings(
        secret_key="s" * 32, broker_url="embedded:///nowhere", database_url=database.url
    )
    return create_app(settings, database, clock=lambda: NOW).test_client()


@pytest.fixture
def door(database):
    """A workshop of six hours with one list: its id, the list's id and the door's header."""
    with database.writing() as session:
        workshop = a_workshop(session, seats=3)
        entered = new_list(
            session, workshop, {"titles": {"en": "Main"}, "session_id": None}, now=NOW
        )
        session.flush()
        return workshop.id, entered.id, {"Authorization": f"Bearer {entered.link_token}"}


def registers(early, workshop_id, name="Ann"):
    mailbox = name.lower() if name.isascii() else "wenxiong"
    body = {"name": name, "email": f"{mailbox}@people.example"}
    return early.post(f"{API}/workshops/{workshop_id}/registrations", json=body).json


def scan(client, door, code, *, at=0.0, way="in", scan_id=None):
    workshop_id, list_id, header = door
    body = {
        "code": code,
        "list_id": str(list_id),
        "direction": way,
        "scan_id": scan_id or str(new_id()),
        "scanned_at": (IN_A_MONTH + timedelta(hours=at)).isoformat(),
    }
    return client.post(f"{API}/workshops/{workshop_id}/check-ins", json=body, headers=header)


def test_the_answer_to_a_registration_has_its_ticket_and_a_second_asking_has_none(early, door):
    first, again = (registers(early, door[0]) for _ in range(2))

    assert first["ticket"].startswith("P1.")
    assert again["id"] == first["id"]
    assert "ticket" not in again


def test_who_waits_has_no_ticket(early, door):
    answers = [registers(early, door[0], name) for name in ("Ann", "Ben", "Cho", "Dan")]

    assert [("ticket" in answer, answer["state"]) for answer in answers] == [
        (True, "confirmed"),
        (True, "confirmed"),
        (True, "confirmed"),
        (False, "waiting"),
    ]


def test_a_ticket_is_verified_by_the_public_key_alone(client, early, door):
    made = registers(early, door[0])
    keys = client.get(f"{API}/ticket-keys").json["keys"]

    ticket = read_code(made["ticket"], {UUID(key["kid"]): key["x"] for key in keys})

    assert (str(ticket.registration_id), ticket.workshop_id) == (made["id"], door[0])


def test_a_changed_code_and_a_strangers_key_open_nothing(early, door, database):
    code = registers(early, door[0])["ticket"]
    with database.reading() as session:
        own = session.scalars(select(TicketKey)).one()
    changed = [
        code[:place] + ("A" if code[place] != "A" else "B") + code[place + 1 :]
        for place in range(3, 160, 7)
    ]

    assert not any(read_code(each, {own.id: own.public_key}) for each in changed)
    assert read_code(code, {new_id(): own.public_key}) is None
    assert read_code(code[:-9], {own.id: own.public_key}) is None


def test_the_first_scan_checks_in_and_a_second_says_in_already(client, early, door, database):
    made = registers(early, door[0])

    first, second = scan(client, door, made["ticket"]), scan(client, door, made["ticket"], at=1)

    assert (first.status_code, first.json["verdict"]) == (201, "accepted")
    assert (second.status_code, second.json["verdict"]) == (201, "repeated")
    assert first.json["registration"] == {
        "id": made["id"],
        "name": "Ann",
        "state": "attended",
        "organisation_id": None,
    }
    assert seats_at(database, door[0])["confirmed"] == 1


def test_the_same_scan_sent_twice_is_one(client, early, door, database):
    code = registers(early, door[0])["ticket"]

    answers = [scan(client, door, code, scan_id="phone-1/7") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json == answers[1].json | {"registration": answers[0].json["registration"]}
    with database.reading() as session:
        assert len(session.scalars(select(CheckIn)).all()) == 1


def test_the_typed_code_does_as_well_with_lookalikes_and_without_its_dash(client, early, door):
    made = registers(early, door[0])
    typed = short_code(UUID(made["id"])).replace("-", "").replace("O", "0").lower()

    assert scan(client, door, typed).json["verdict"] == "accepted"


@given(some.binary(min_size=5, max_size=5))
def test_a_short_code_means_the_end_of_its_id(end):
    made = UUID(bytes=b"\x00" * 11 + end)

    assert short_end(short_code(made)) == end.hex()


@pytest.mark.parametrize(
    "code", ["nonsense", "P1.", "P1.AAAA", "ABCD-EFGH", "P1." + "A" * 160, "ü"]
)
def test_a_code_that_is_no_ticket_is_refused_and_kept(code, client, door, database):
    refused = scan(client, door, code)

    assert (refused.status_code, refused.json["code"]) == (409, "ticket_refused")
    with database.reading() as session:
        assert [each.verdict for each in session.scalars(select(CheckIn))] == ["refused"]


def test_a_cancelled_registration_and_another_workshops_ticket_are_refused(
    client, early, door, database
):
    made = registers(early, door[0])
    with database.writing() as session:
        session.get(Registration, UUID(made["id"])).state = "cancelled"
        other = a_workshop(session).id
    elsewhere = registers(early, other)

    answers = [scan(client, door, each["ticket"]) for each in (made, elsewhere)]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert "cancelled" in answers[0].json["detail"]
    assert "another workshop" in answers[1].json["detail"]


def test_a_doors_link_opens_its_own_list_alone(client, early, door, database):
    code = registers(early, door[0])["ticket"]
    with database.writing() as session:
        other = a_workshop(session)
        entered = new_list(session, other, {"titles": {"en": "B"}, "session_id": None}, now=NOW)
        session.flush()
        stranger = {"Authorization": f"Bearer {entered.link_token}"}
        forged = {"Authorization": f"Bearer {link_token('door', door[1], 'x' * 22)}"}

    assert scan(client, (door[0], door[1], stranger), code).status_code == 404
    assert scan(client, (door[0], door[1], forged), code).status_code == 404
    assert client.get(f"{API}/door", headers=forged).status_code == 404
    assert scan(client, (door[0], door[1], {}), code).status_code == 401


def test_scans_made_offline_may_come_late_and_in_any_order(client, early, door, database):
    workshop_id, _, header = door
    code = registers(early, workshop_id)["ticket"]
    moments = [(0, "in"), (2, "out"), (3, "in"), (5, "out")]
    scans = [
        {
            "code": code,
            "scan_id": str(number),
            "direction": way,
            "scanned_at": (IN_A_MONTH + timedelta(hours=at)).isoformat(),
        }
        for number, (at, way) in enumerate(moments)
    ]

    path = f"{API}/workshops/{workshop_id}/scans"
    sent = client.post(path, json={"scans": scans[::-1]}, headers=header)

    assert sent.status_code == 200
    assert [each["scan_id"] for each in sent.json["items"]] == ["3", "2", "1", "0"]
    assert hours_of(database, workshop_id) == [4.0]


def hours_of(database, workshop_id):
    with database.reading() as session:
        workshop = session.get_one(Workshop, workshop_id)
        people = list(session.scalars(select(Registration)))
        now = IN_A_MONTH + timedelta(hours=9)
        return [each.hours for each in attendances_of(session, workshop, people, now=now)]


MINUTES = some.integers(min_value=0, max_value=600)
SCANS = some.lists(some.tuples(MINUTES, some.sampled_from(["in", "out"])), max_size=12)


def as_scans(minutes):
    return [(IN_A_MONTH + timedelta(minutes=each), way) for each, way in minutes]


@given(SCANS, some.randoms())
def test_attendance_does_not_depend_on_the_order_in_which_scans_come(scans, shuffler):
    until, shuffled = IN_A_MONTH + timedelta(hours=10), list(scans)
    shuffler.shuffle(shuffled)

    assert presence(as_scans(scans), until=until) == presence(as_scans(shuffled), until=until)


@given(SCANS)
def test_spans_of_presence_are_in_order_and_end_by_the_end(scans):
    until = IN_A_MONTH + timedelta(hours=10)

    spans = presence(as_scans(scans), until=until)

    edges = [moment for span in spans for moment in span]
    assert edges == sorted(edges)
    assert all(moment <= until for moment in edges)


@given(SCANS, SCANS)
def test_an_hour_at_two_doors_counts_once(one, other):
    until = IN_A_MONTH + timedelta(hours=10)
    spans = presence(as_scans(one), until=until) + presence(as_scans(other), until=until)
    bound = [(IN_A_MONTH, IN_A_MONTH + timedelta(hours=6))]

    assert 0 <= hours_within(spans, bound) <= 6.0
    assert hours_within(spans, bound) == hours_within(spans * 2, bound)


def test_hours_count_over_the_session_that_the_list_belongs_to(client, early, door, database):
    workshop_id, list_id, _ = door
    code = registers(early, workshop_id)["ticket"]
    with database.writing() as session:
        part = Session(
            id=new_id(),
            workshop_id=workshop_id,
            titles={"en": "Morning"},
            starts_at=IN_A_MONTH + timedelta(hours=1),
            ends_at=IN_A_MONTH + timedelta(hours=3),
        )
        session.add(part)
        session.flush()
        session.get_one(CheckInList, list_id).session_id = part.id

    scan(client, door, code, at=0)

    assert hours_of(database, workshop_id) == [2.0]


def walks_in(client, door, name, scan_id=None, *, at=0):
    workshop_id, list_id, header = door
    body = {
        "name": name,
        "email": f"{name.lower()}@people.example",
        "list_id": str(list_id),
        "scan_id": scan_id or str(new_id()),
        "scanned_at": (IN_A_MONTH + timedelta(hours=at)).isoformat(),
    }
    return client.post(f"{API}/workshops/{workshop_id}/walk-ins", json=body, headers=header)


def test_walk_ins_have_the_seats_that_are_left_and_no_more(client, door, database):
    answers = [walks_in(client, door, name) for name in ("Ann", "Ben", "Cho", "Dan")]

    assert [answer.status_code for answer in answers] == [201, 201, 201, 409]
    assert [answer.json.get("state") for answer in answers[:3]] == ["attended"] * 3
    assert answers[3].json["code"] == "not_enough_seats"
    assert seats_at(database, door[0])["confirmed"] == 3


def seats_at(database, workshop_id):
    with database.reading() as session:
        return seats_of(session, session.get_one(Workshop, workshop_id))


def test_a_walk_in_who_is_registered_is_checked_in_as_that(client, early, door):
    made = registers(early, door[0])

    came = walks_in(client, door, "Ann", scan_id="a")
    again = walks_in(client, door, "Ann", scan_id="a")

    assert (came.status_code, came.json["id"], came.json["state"]) == (200, made["id"], "attended")
    assert again.json["id"] == made["id"]


def test_after_the_end_those_not_checked_in_have_missed_it_and_a_late_scan_mends_that(
    client, early, door, database
):
    codes = [registers(early, door[0], name)["ticket"] for name in ("Ann", "Ben")]
    scan(client, door, codes[0])
    with database.writing() as session:
        move_on(session, door[0], now=IN_A_MONTH + timedelta(hours=7))

    assert states_of(database) == {"Ann": "attended", "Ben": "no_show"}
    scan(client, door, codes[1], at=0.5)
    assert states_of(database) == {"Ann": "attended", "Ben": "attended"}


def test_a_walk_in_that_is_reported_after_the_end_still_counts(client, door, database):
    with database.writing() as session:
        move_on(session, door[0], now=IN_A_MONTH + timedelta(hours=7))

    came, late = walks_in(client, door, "Ann"), walks_in(client, door, "Ben", at=100)

    assert (came.status_code, came.json["state"]) == (201, "attended")
    assert (late.status_code, late.json["code"]) == (409, "wrong_state")
    assert states_of(database) == {"Ann": "attended"}


def states_of(database):
    with database.reading() as session:
        return {each.name: each.state for each in session.scalars(select(Registration))}


def test_the_phone_gets_all_that_it_needs_to_work_alone(client, early, door):
    made = registers(early, door[0])

    got = client.get(f"{API}/door", headers=door[2]).json

    assert [each["registration_id"] for each in got["people"]] == [made["id"]]
    assert "email" not in got["people"][0]
    assert got["keys"][0]["crv"] == "Ed25519"


def test_a_ticket_in_chinese_is_a_pdf_with_its_fonts_embedded(client, early, door, database):
    made = registers(early, door[0], "劉文雄")
    with database.reading() as session:
        link = session.get(Registration, UUID(made["id"])).link_token
    header = {"Authorization": f"Bearer {link}"}
    path = f"{API}/registrations/{made['id']}/ticket"

    pdf, svg, plain = (client.get(path + end, headers=header) for end in (".pdf", ".svg", ""))

    page = PdfReader(io.BytesIO(pdf.data)).pages[0]
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    described = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in fonts]
    assert "劉文雄" in re.sub(r"\s", "", page.extract_text())
    assert all("/FontFile2" in each.get_object() for each in described)
    assert svg.data.startswith(b"<svg")
    assert plain.json["code"] == made["ticket"]


def test_the_key_that_signs_is_made_once_and_by_the_migration(database):
    with database.reading() as session:
        keys = session.scalars(select(TicketKey)).all()

    assert len(keys) == 1
    assert Signer(keys[0]).sign(Ticket(new_id(), new_id())).isascii()
