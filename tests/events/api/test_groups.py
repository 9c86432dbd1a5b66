"""A group by HTTP: registered by a guest, answered for by its contact's link."""

import re
from uuid import UUID

import pytest

from services.events.actions.registering import cancel_registration
from services.events.model import Registration, RegistrationGroup
from tests.events.builders import NOW, a_workshop

API = "/events/api/v1"
PEOPLE = [{"name": "Ann"}, {"name": "Bo", "email": "bo@people.example"}]


@pytest.fixture
def workshop_id(database):
    """Four seats, two of them taken."""
    with database.writing() as session:
        return a_workshop(session, seats=4, taken=2).id


def asks(client, workshop_id, people=PEOPLE, **facts):
    body = {"contact": {"name": "Lee", "email": "lee@office.example"}, "people": people} | facts
    return client.post(f"{API}/workshops/{workshop_id}/group-registrations", json=body)


def bearer(database, group_id):
    with database.reading() as session:
        token = session.get_one(RegistrationGroup, UUID(group_id)).link_token
    return {"Authorization": f"Bearer {token}"}


def test_a_group_is_answered_with_the_state_of_each_and_asking_twice_is_one(client, workshop_id):
    first, second = (asks(client, workshop_id) for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 200)
    assert [each["state"] for each in first.json["registrations"]] == ["confirmed"] * 2
    assert first.json["registrations"][0]["email"] == "lee@office.example"
    assert second.json["id"] == first.json["id"]
    assert "ticket" not in str(first.json)


def test_newcomers_may_have_the_seat_that_a_waiting_group_can_not_use(client, workshop_id):
    group = asks(client, workshop_id, [*PEOPLE, {"name": "Cy"}])
    guest = {"name": "Dee", "email": "dee@people.example"}
    one = client.post(f"{API}/workshops/{workshop_id}/registrations", json=guest)

    assert [each.get("place") for each in group.json["registrations"]] == [1, 2, 3]
    assert one.json["state"] == "confirmed"


def test_the_contact_s_link_opens_the_group_and_nobody_else_s_does(client, database, workshop_id):
    group_id = asks(client, workshop_id).json["id"]
    other_id = asks(client, workshop_id, [{"name": "Eve"}, {"name": "Fay"}]).json["id"]
    path, own = f"{API}/group-registrations/{group_id}", bearer(database, group_id)

    assert client.get(path, headers=own).status_code == 200
    assert client.get(path, headers=bearer(database, other_id)).status_code == 404
    assert client.post(f"{path}/accept", json={}, headers=own).status_code == 200
    cancelled = client.post(f"{path}/cancel", json={"reason": "ill"}, headers=own)

    assert {each["state"] for each in cancelled.json["registrations"]} == {"cancelled"}
    assert client.get(path, headers=own).json["offer_expires_at"] is None
    refused = client.post(f"{path}/decline", json={}, headers=own)
    assert (refused.status_code, refused.json["code"]) == (409, "offer_gone")


def posts(client, path, **fields):
    page = client.get(path).text
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)[1]
    return client.post(path, data={"csrf_token": token} | fields)


def test_the_form_takes_a_person_a_line_and_leads_to_the_group_s_page(client, workshop_id):
    path = f"/events/workshops/{workshop_id}/register-group"
    contact = {"name": "Lee", "email": "lee@office.example", "locale": "en"}

    wrong = posts(client, path, people="Ann\nBo <nowhere>", **contact)
    alone = posts(client, path, people="Ann", **contact)
    twice = posts(client, path, people="Ann\nann", **contact)
    assert [each.status_code for each in (wrong, alone, twice)] == [409] * 3
    assert "Bo &lt;nowhere&gt;" in wrong.text
    assert "2 to 50" in alone.text
    assert "ann: This person is listed twice." in twice.text

    sent = posts(client, path, people="Ann\n林美\tmei@people.example\n", **contact)
    page = client.get(sent.location)

    assert sent.status_code == 303
    assert page.text.count("mei@people.example") == 1
    one = re.search(r'action="(/events/groups/[^"]+/people/[^"]+/cancel)"', page.text)[1]
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page.text)[1]
    after = client.post(one, data={"csrf_token": token}, follow_redirects=True)
    assert "Ann is cancelled." in after.text


def test_the_contact_takes_the_held_seats_on_the_group_s_page(client, database, workshop_id):
    group_id = asks(client, workshop_id, [*PEOPLE, {"name": "Cy"}]).json["id"]
    with database.writing() as session:
        early = session.query(Registration).filter_by(name="Early 0").one()
        cancel_registration(session, early, actor="link", now=NOW)
    token = bearer(database, group_id)["Authorization"].removeprefix("Bearer ")
    path = f"/events/groups/{token}"

    page = client.get(path).text
    assert "Take the seats" in page
    csrf = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)[1]
    taken = client.post(f"{path}/accept", data={"csrf_token": csrf}, follow_redirects=True)

    assert "The seats are yours." in taken.text
    assert taken.text.count('/cancel"') == 4
