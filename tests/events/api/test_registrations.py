"""Registering by HTTP: the same on SQLite, step by step, and on PostgreSQL, in one statement."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from services.events.actions.scheduling import change_workshop, close
from services.events.model import Transition, Workshop
from shared.contracts.events import RegistrationQueued
from shared.contracts.message import from_envelope
from shared.foundation.ids import new_id
from shared.messaging.tables import outbox
from tests.events.builders import NOW, a_draft, a_workshop, an_organisation, comes, seats_of
from tests.events.course_builders import a_course, a_run


def path_of(workshop_id):
    return f"/events/api/v1/workshops/{workshop_id}/registrations"


def guest(name="Ann", **facts):
    return {"name": name, "email": f"{name.lower()}@people.example"} | facts


def told(database):
    with database.reading() as session:
        kinds = session.scalars(select(outbox.c.type).order_by(outbox.c.number)).all()
    return [kind.split(".")[2] for kind in kinds if "registration" in kind]


def test_a_guest_has_a_seat_then_places_in_line(client, make, database):
    workshop_id = make(seats=1)

    answers = [
        client.post(path_of(workshop_id), json=guest(name)) for name in ("Ann", "Ben", "Cho")
    ]

    assert [answer.status_code for answer in answers] == [201, 201, 201]
    found = [(answer.json["state"], answer.json.get("place")) for answer in answers]
    assert found == [("confirmed", None), ("waiting", 1), ("waiting", 2)]
    assert told(database) == [
        "registration_confirmed",
        "registration_queued",
        "registration_queued",
    ]
    with database.reading() as session:
        workshop = session.get_one(Workshop, workshop_id)
        assert seats_of(session, workshop) == {"confirmed": 1, "waiting": 2}
        history = select(Transition.after).where(Transition.subject == "registrations")
        assert sorted(session.scalars(history)) == ["confirmed", "waiting", "waiting"]


def test_the_told_message_carries_the_place(client, make, database):
    workshop_id = make(seats=1)
    for name in ("Ann", "Ben"):
        client.post(path_of(workshop_id), json=guest(name))

    with database.reading() as session:
        queued = select(outbox.c.envelope).where(outbox.c.type.contains("queued"))
        told = from_envelope(json.loads(session.scalars(queued).one()))

    assert isinstance(told.message, RegistrationQueued)
    assert told.message.registration.place == 1
    assert told.message.registration.state == "waiting"
    assert told.message.registration.name == "Ben"


def test_a_replayed_answer_from_the_line_is_the_first_to_the_letter(client, make):
    workshop_id = make(seats=1)
    client.post(path_of(workshop_id), json=guest("Ann"))
    key = {"Idempotency-Key": "ben-1"}

    first, second = (
        client.post(path_of(workshop_id), json=guest("Ben"), headers=key) for _ in range(2)
    )

    assert first.get_json()["place"] == 1
    assert (first.status_code, first.data) == (second.status_code, second.data)


def test_asking_twice_answers_the_first_with_200(client, make):
    workshop_id = make(seats=3)
    first = client.post(path_of(workshop_id), json=guest("Ann"))

    second = client.post(path_of(workshop_id), json=guest("ANN", email="Ann@people.example"))

    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json["id"] == first.json["id"]


def test_an_idempotency_key_answers_as_before(client, make, database):
    workshop_id, headers = make(seats=1), {"Idempotency-Key": "one"}
    client.post(path_of(workshop_id), json=guest("Ann"))
    first = client.post(path_of(workshop_id), json=guest("Ben"), headers=headers)

    second = client.post(path_of(workshop_id), json=guest("Ben"), headers=headers)

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json == first.json
    assert second.json["place"] == 1
    assert second.headers["ETag"] == first.headers["ETag"]
    assert len(told(database)) == 2


def test_an_idempotency_key_with_another_body_is_refused(client, make):
    workshop_id, headers = make(), {"Idempotency-Key": "one"}
    client.post(path_of(workshop_id), json=guest("Ann"), headers=headers)

    refused = client.post(path_of(workshop_id), json=guest("Ben"), headers=headers)

    assert (refused.status_code, refused.json["code"]) == (422, "idempotency_key_reused")


def test_the_same_key_at_the_same_moment_has_one_effect(client, make, database):
    workshop_id = make(seats=5)

    def post(_):
        client = test_app.test_client()
        return client.post(
            path_of(workshop_id), json=guest("Ann"), headers={"Idempotency-Key": "one"}
        )

    test_app = client.application
    with ThreadPoolExecutor(8) as hands:
        answers = list(hands.map(post, range(16)))

    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.json["id"] for answer in answers if answer.status_code == 201}) == 1
    assert told(database) == ["registration_confirmed"]


def test_a_closed_workshop_says_so(client, make, database):
    workshop_id = make()
    with database.writing() as session:
        close(session, session.get_one(Workshop, workshop_id), actor="test", now=NOW)

    refused = client.post(path_of(workshop_id), json=guest())

    assert (refused.status_code, refused.json["code"]) == (409, "registration_closed")


def test_a_draft_does_not_exist_for_a_guest(client, make):
    assert client.post(path_of(make(a_draft)), json=guest()).status_code == 404
    assert client.post(path_of(new_id()), json=guest()).status_code == 404


def test_a_workshop_for_members_takes_no_guest(client, make):
    assert client.post(path_of(make(visibility="members")), json=guest()).status_code == 404


@pytest.mark.parametrize("link", ["link_x", "link_r_AAAA", "that of another workshop"])
def test_no_made_up_link_opens_a_workshop_for_members(client, database, make, link):
    workshop_id = make(visibility="members")
    if link.startswith("that"):
        with database.writing() as session:
            link = comes(session, a_workshop(session), "Mallory").registration.link_token
    bearer = {"Authorization": f"Bearer {link}"}
    path = path_of(workshop_id)

    assert client.post(path, json=guest(), headers=bearer).status_code == 404
    for seen in (path.removesuffix("/registrations"), f"/events/workshops/{workshop_id}"):
        assert client.get(seen, headers=bearer).status_code == 404


def test_the_link_of_a_registration_opens_its_workshop_for_members(client, database):
    with database.writing() as session:
        workshop = a_workshop(session, visibility="members")
        link = comes(session, workshop, "Ann").registration.link_token
        path = path_of(workshop.id).removesuffix("/registrations")

    bearer = {"Authorization": f"Bearer {link}"}

    assert client.get(path, headers=bearer).status_code == 200


def test_a_workshop_by_approval_answers_pending(client, make):
    answer = client.post(path_of(make(mode="approval", seats=1)), json=guest())

    assert answer.json["state"] == "pending"


def test_an_organisation_must_be_known(client, make, database):
    workshop_id = make()
    with database.writing() as session:
        body_id = str(an_organisation(session))

    good = client.post(path_of(workshop_id), json=guest("Ann", organisation_id=body_id))
    bad = client.post(path_of(workshop_id), json=guest("Ben", organisation_id=str(new_id())))

    assert good.json["organisation_id"] == body_id
    assert bad.status_code == 422
    assert bad.json["errors"][0]["pointer"] == "/organisation_id"


def test_a_workshop_without_a_limit_takes_everyone(client, make):
    workshop_id = make(seats=None)

    states = {
        client.post(path_of(workshop_id), json=guest(f"G{number}")).json["state"]
        for number in range(5)
    }

    assert states == {"confirmed"}


def test_answers_and_names_in_any_script_come_back(client, make):
    facts = guest('林美 "place":-1', email="lin@people.example", answers={"素食": "是"})

    answer = client.post(path_of(make()), json=facts)

    assert answer.json["name"] == facts["name"]
    assert answer.json["answers"] == {"素食": "是"}


def test_a_hundred_clients_on_the_last_seats_by_http(client, make, database):
    workshop_id, test_app = make(seats=10), client.application

    def post(number):
        return test_app.test_client().post(path_of(workshop_id), json=guest(f"G{number}"))

    with ThreadPoolExecutor(12) as hands:
        answers = list(hands.map(post, range(100)))

    states = [answer.json["state"] for answer in answers]
    assert (states.count("confirmed"), states.count("waiting")) == (10, 90)
    places = sorted(answer.json["place"] for answer in answers if "place" in answer.json)
    assert places == list(range(1, 91))


def test_a_larger_capacity_is_seen_at_once(client, make, database):
    workshop_id = make(seats=1)
    client.post(path_of(workshop_id), json=guest("Ann"))
    with database.writing() as session:
        workshop = session.get_one(Workshop, workshop_id)
        change_workshop(session, workshop, {"capacity": 2}, actor="test", now=NOW)

    assert client.post(path_of(workshop_id), json=guest("Ben")).json["state"] == "confirmed"


def test_a_run_whose_course_requires_another_refuses_who_lacks_it(client, database, make):
    with database.writing() as session:
        first = a_course(session)
        rules = {"prerequisite_ids": [first.id], "prerequisites_are": "required"}
        run_id = a_run(session, a_course(session, "CI-102", host_id=first.host_id, **rules)).id
        advised = {"prerequisite_ids": [first.id], "prerequisites_are": "advised"}
        free_id = a_run(session, a_course(session, "CI-103", host_id=first.host_id, **advised)).id

    refused, let_in = (client.post(path_of(each), json=guest()) for each in (run_id, free_id))

    assert (refused.status_code, refused.json["code"]) == (409, "prerequisites_lacking")
    assert (let_in.status_code, let_in.json["state"]) == (201, "confirmed")
    with database.reading() as session:
        assert seats_of(session, session.get_one(Workshop, run_id)) == {}
