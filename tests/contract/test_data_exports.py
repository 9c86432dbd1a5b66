"""A person downloads all that is held about them, from every service; nobody else does."""

import csv
import io
import json
import zipfile

import pytest

from tests.contract.test_erasing import (
    EMAIL,
    EVENTS,
    MEMBERS,
    NAMES,
    PASSWORD,
    apps,  # noqa: F401
    somebody,
    traces,
)
from tests.events.builders import a_workshop


@pytest.fixture
def registered(apps):  # noqa: F811
    """Somebody with an account who has a seat and was mailed: (headers, person's id)."""
    headers, person_id = somebody(apps)
    with apps.databases["events"].writing() as session:
        workshop_id = a_workshop(session, seats=5).id
    apps.settle()
    body = {"name": NAMES[0], "email": EMAIL, "answers": {}}
    apps.api.post(f"{EVENTS}/workshops/{workshop_id}/registrations", json=body, headers=headers)
    apps.settle()
    return headers, person_id


def ask(apps, headers, person_id):  # noqa: F811
    return apps.api.post(f"{MEMBERS}/people/{person_id}/exports", json={}, headers=headers)


def test_the_file_has_what_every_service_holds(apps, registered):  # noqa: F811
    headers, person_id = registered
    made = ask(apps, headers, person_id)
    path = f"{MEMBERS}/people/{person_id}/exports/{made.json()['id']}"
    early = apps.api.get(f"{path}/file", headers=headers)
    apps.settle()

    answer = apps.api.get(f"{path}/file", headers=headers)

    assert (made.status_code, made.json()["state"]) == (202, "gathering")
    assert (early.status_code, early.json()["code"]) == (409, "not_ready")
    assert apps.api.get(path, headers=headers).json()["state"] == "ready"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        registrations = json.loads(archive.read("events/registrations.json"))
        rows = csv.DictReader(io.StringIO(archive.read("members/person.csv").decode("utf-8-sig")))
        names = archive.namelist()
    assert [each["email"] for each in registrations] == [EMAIL]
    assert "secret" not in registrations[0]
    assert [row["email"] for row in rows] == [EMAIL]
    assert {"notifications/deliveries.json", "notifications/inbox.csv"} <= set(names)


def test_the_person_is_mailed_when_it_is_ready(apps, registered):  # noqa: F811
    headers, person_id = registered
    ask(apps, headers, person_id)

    mails = apps.mails_to(EMAIL)

    assert [mail.subject for mail in mails][-1] == "Your data can be downloaded"


def test_asking_twice_while_it_is_gathered_is_once(apps, registered):  # noqa: F811
    headers, person_id = registered

    first, second = (ask(apps, headers, person_id).json()["id"] for _ in range(2))

    assert first == second


def test_another_person_can_neither_ask_nor_download(apps, registered):  # noqa: F811
    headers, person_id = registered
    export_id = ask(apps, headers, person_id).json()["id"]
    apps.settle()
    other, _ = somebody(apps, "other@office.example")

    path = f"{MEMBERS}/people/{person_id}/exports"
    assert ask(apps, other, person_id).status_code == 404
    assert apps.api.get(f"{path}/{export_id}/file", headers=other).status_code == 404


def test_an_expired_export_is_gone(apps, registered):  # noqa: F811
    headers, person_id = registered
    export_id = ask(apps, headers, person_id).json()["id"]
    apps.settle()
    apps.clock.forward(days=8)
    again = apps.sign_in(EMAIL, PASSWORD)

    answer = apps.api.get(f"{MEMBERS}/people/{person_id}/exports/{export_id}", headers=again)

    assert answer.status_code == 404


def test_what_was_gathered_is_erased_with_the_person(apps, registered):  # noqa: F811
    from tests.contract.test_erasing import an_hour_later, erase

    headers, person_id = registered
    ask(apps, headers, person_id)
    apps.settle()

    erase(apps, headers, person_id)
    an_hour_later(apps)

    assert traces(apps, EMAIL, *NAMES) == {}
