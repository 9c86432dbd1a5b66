"""Erasing a person leaves nothing of them in any database, and every service proves it."""

import json
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from services.events.timers import go_over_erasures as of_events
from services.members.actions.founding import make_account
from services.members.actions.hashing import hash_password
from services.members.model import Erasure
from services.members.reactions import go_over_erasures as of_members
from services.notifications.reactions import go_over_erasures as of_notifications
from shared.foundation.ids import new_id
from shared.foundation.names import PersonName
from shared.messaging.tables import kept_messages
from tests.events.builders import a_workshop
from tests.support.apps import NOW, Apps
from tests.support.databases import Templates

EMAIL, PASSWORD = "yuki.tanabe@office.example", "a sentence is best"
NAMES = ("Yuki Tanabe", "田邊雪")
TIMERS = {"members": of_members, "events": of_events, "notifications": of_notifications}
MEMBERS, EVENTS = "/members/api/v1", "/events/api/v1"


@pytest.fixture
def apps(tmp_path):
    made = Apps(Templates(tmp_path))
    made.start()
    yield made
    made.close()


def dumped(apps) -> dict[str, str]:
    """Service → all that its database holds, as text; what is escaped in JSON read back."""
    found = {}
    for name, database in apps.databases.items():
        with closing(sqlite3.connect(database.engine.url.database)) as connection:
            text = "\n".join(connection.iterdump())
        found[name] = text + text.encode().decode("unicode_escape", errors="replace")
    return found


def traces(apps, *texts) -> dict[str, list[str]]:
    """Service → the lines that hold one of the texts."""
    wanted = [text.casefold() for text in texts]
    return {
        name: [
            line[:300] for line in text.splitlines() if any(t in line.casefold() for t in wanted)
        ]
        for name, text in dumped(apps).items()
        if any(t in text.casefold() for t in wanted)
    }


def somebody(apps, email=EMAIL):
    """An account with two names; the headers to ask with, and the person's id."""
    names = [
        PersonName(kind="romanised", given="Yuki", family="Tanabe", order="given_first"),
        PersonName(kind="native", given="雪", family="田邊", order="family_first"),
    ]
    with apps.databases["members"].writing() as session:
        hashed = hash_password(PASSWORD)
        person = make_account(session, names, email, password_hash=hashed, actor="test", now=NOW)
        person_id = person.id
    return apps.sign_in(email, PASSWORD), person_id


def leaves_traces_everywhere(apps, operator, headers, person_id):
    """Registered with mails sent, imported, answered with a key, parked, told."""
    with apps.databases["events"].writing() as session:
        workshop_id = a_workshop(session, seats=5).id
    apps.settle()
    body = {"name": NAMES[0], "email": EMAIL, "answers": {}}
    key = {"Idempotency-Key": "k1"}
    path = f"{EVENTS}/workshops/{workshop_id}/registrations"
    assert apps.api.post(path, json=body, headers=headers | key).status_code == 201
    apps.api.patch(f"{MEMBERS}/me", json={"phone": "+886 3 582 0100"}, headers=headers)
    assert apps.mails_to(EMAIL)
    made = apps.api.post(
        f"{MEMBERS}/organisations",
        json={"names": {"en": "A body"}, "kind": "association"},
        headers=operator,
    ).json()
    sheet = f"name,email\n{NAMES[0]},{EMAIL}\nSomebody Else,else@other.example\n".encode()
    answer = apps.api.post(
        f"{MEMBERS}/imports",
        data={"kind": "people", "organisation_id": made["id"]},
        files={"file": ("people.csv", sheet, "text/csv")},
        headers=operator,
    )
    assert answer.status_code == 201, answer.text
    for database in apps.databases.values():
        parked(database, person_id)


def parked(database, person_id):
    for body in (f"not JSON: {EMAIL}", json.dumps({"data": {"email": EMAIL, "name": NAMES[1]}})):
        with database.writing() as session:
            values = {"id": new_id(), "type": "?", "source": "/events", "state": "parked"}
            values |= {"attempts": 1, "received_at": NOW, "error": f"bad: {EMAIL}", "body": body}
            session.execute(insert(kept_messages).values(**values))


def erase(apps, headers, person_id):
    answer = apps.api.post(f"{MEMBERS}/people/{person_id}/erase", json={}, headers=headers)
    assert answer.status_code == 200, answer.text
    for _ in range(2):
        pass_on(apps)
    return answer.json()


def pass_on(apps):
    """As settle(), with messages that stay parked."""
    while sum(apps._pass_on(teller) for teller in apps.databases):
        continue


def an_hour_later(apps):
    apps.clock.forward(minutes=61)
    for name, go_over in TIMERS.items():
        go_over(apps.databases[name], apps.clock())
    pass_on(apps)


def signed_in(apps):
    """The operator once more: tokens are short-lived."""
    body = {"email": "op@plenary.example", "password": PASSWORD}
    token = apps.api.post(f"{MEMBERS}/sign-in", json=body).json()["access_token"]
    return {"Authorization": f"Bearer {token}"}


def test_nothing_of_an_erased_person_is_left_in_any_database(apps):
    operator = apps.make_operator("op@plenary.example", "Op Erator", PASSWORD)
    headers, person_id = somebody(apps)
    leaves_traces_everywhere(apps, operator, headers, person_id)
    assert set(traces(apps, EMAIL, *NAMES)) == {"members", "events", "notifications"}

    erase(apps, headers, person_id)
    an_hour_later(apps)

    assert traces(apps, EMAIL, *NAMES) == {}
    assert "else@other.example" in dumped(apps)["members"]


def test_the_receipt_says_what_each_service_erased(apps):
    operator = apps.make_operator("op@plenary.example", "Op Erator", PASSWORD)
    headers, person_id = somebody(apps)
    leaves_traces_everywhere(apps, operator, headers, person_id)
    erased = erase(apps, headers, person_id)
    path = f"{MEMBERS}/erasures/{erased['erasure_id']}"

    at_first = apps.api.get(path, headers=operator).json()
    an_hour_later(apps)
    at_last = apps.api.get(path, headers=signed_in(apps)).json()

    assert (at_first["state"], at_first["hash"]) == ("running", None)
    assert (at_last["state"], at_last["is_intact"]) == ("finished", True)
    counts = {part["service"]: part["counts"] for part in at_last["parts"]}
    assert counts["events"]["registrations"] == 1
    assert counts["notifications"]["attendances"] == 1
    assert counts["members"]["import_rows"] == 1
    assert "Receipt 1" in apps.api.get(erased["receipt"]).text
    assert apps.api.get(f"{erased['receipt'][:-1]}x").status_code == 404


def test_a_receipt_that_was_changed_is_seen(apps):
    apps.make_operator("op@plenary.example", "Op Erator", PASSWORD)
    headers, person_id = somebody(apps)
    erased = erase(apps, headers, person_id)
    an_hour_later(apps)

    with apps.databases["members"].writing() as session:
        found = session.scalars(select(Erasure)).one()
        found.asked_at -= timedelta(days=1)

    path = f"{MEMBERS}/erasures/{erased['erasure_id']}"
    assert apps.api.get(path, headers=signed_in(apps)).json()["is_intact"] is False


def test_a_service_that_has_not_said_so_in_a_day_is_overdue(apps):
    apps.make_operator("op@plenary.example", "Op Erator", PASSWORD)
    headers, person_id = somebody(apps)
    apps.api.post(f"{MEMBERS}/people/{person_id}/erase", json={}, headers=headers)
    apps.clock.forward(hours=25)

    items = apps.api.get(f"{MEMBERS}/erasures?state=overdue", headers=signed_in(apps)).json()[
        "items"
    ]

    assert [item["person_id"] for item in items] == [str(person_id)]


def test_what_was_told_before_and_is_heard_after_is_forgotten_too(apps):
    headers, person_id = somebody(apps)
    with apps.databases["events"].writing() as session:
        workshop_id = a_workshop(session, seats=5).id
    apps.settle()
    body = {"name": NAMES[0], "email": EMAIL, "answers": {}}
    apps.api.post(f"{EVENTS}/workshops/{workshop_id}/registrations", json=body)

    apps.api.post(f"{MEMBERS}/people/{person_id}/erase", json={}, headers=headers)
    apps._pass_on("members")
    apps._pass_on("events")
    an_hour_later(apps)

    assert traces(apps, EMAIL, *NAMES) == {}


def test_somebody_else_at_a_shared_address_stays(apps):
    operator = apps.make_operator("op@plenary.example", "Op Erator", PASSWORD)
    with apps.databases["events"].writing() as session:
        workshop_id = a_workshop(session, seats=5).id
    ids = []
    for given in ("Ann", "Ben"):
        name = {"kind": "romanised", "given": given, "family": "Kao", "order": "given_first"}
        person = {"names": [name], "email": "office@shared.example"}
        ids.append(apps.api.post(f"{MEMBERS}/people", json=person, headers=operator).json()["id"])
        body = {"name": f"{given} Kao", "email": "office@shared.example", "answers": {}}
        apps.api.post(f"{EVENTS}/workshops/{workshop_id}/registrations", json=body)
    apps.settle()

    erase(apps, operator, ids[0])
    an_hour_later(apps)

    assert traces(apps, "Ann Kao") == {}
    assert "Ben Kao" in dumped(apps)["events"]
    assert "office@shared.example" in dumped(apps)["notifications"]
