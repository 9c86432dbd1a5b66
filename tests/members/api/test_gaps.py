"""The talent gap by API: taken by the alliance, read by associations for themselves."""

import csv
import io

import pytest

from shared.foundation.identities import Role
from tests.members.actions.test_taking_inventory import World
from tests.members.builders import PASSWORD, a_grant, an_account


@pytest.fixture
def world(database):
    with database.writing() as session:
        made = World(session)
        made.answers(0)
        made.answers(1, heads=2)
        places = {"organizer": made.alliance, "a": made.bodies[0], "b": made.bodies[1]}
        places["company"] = made.companies[0][0]
        for name, place in places.items():
            role = Role.ORGANIZER if name == "organizer" else Role.FOCAL_POINT
            person = an_account(session, f"{name}@one.example", family=name)
            a_grant(session, person, role, place, subtree=True)
        return {name: str(each.id) for name, each in places.items()}


@pytest.fixture
def ask(client, sign_in):
    def ask(who, method, path, body=None, **headers):
        signed = sign_in(f"{who}@one.example", PASSWORD)
        address = f"/members/api/v1{path}"
        return client.open(address, method=method, json=body, headers=signed | headers)

    return ask


@pytest.fixture
def taken(ask, world):
    made = ask("organizer", "POST", "/gap-snapshots", {"organisation_id": world["organizer"]})
    assert made.status_code == 201, made.text
    return made.json


def test_a_repeated_request_takes_inventory_once(ask, world):
    body, key = {"organisation_id": world["organizer"]}, {"Idempotency-Key": "once"}

    first, second = (ask("organizer", "POST", "/gap-snapshots", body, **key) for _ in range(2))

    assert first.json == second.json
    assert len(ask("organizer", "GET", "/gap-snapshots").json["items"]) == 1


def test_only_those_who_manage_the_alliance_take_inventory(ask, world):
    refused = ask("a", "POST", "/gap-snapshots", {"organisation_id": world["organizer"]})

    assert refused.status_code == 403


def test_an_association_sees_the_whole_and_itself(ask, world, taken):
    path = f"/gap-snapshots/{taken['id']}/cells"

    whole = ask("b", "GET", f"{path}?by=").json["items"]
    own = ask("b", "GET", f"{path}?by=association").json["items"]
    other = ask("b", "GET", f"{path}?by=capability&association_id={world['a']}").json["items"]

    assert [each["gap"] for each in whole] == [72]
    assert [(each["association_id"], each["demand"]) for each in own] == [(world["b"], 24)]
    assert other == []
    assert len(ask("organizer", "GET", f"{path}?by=association").json["items"]) == 2


def test_who_is_outside_the_alliances_bodies_sees_no_snapshot(ask, taken):
    assert ask("company", "GET", f"/gap-snapshots/{taken['id']}").status_code == 404
    assert ask("company", "GET", "/gap-snapshots").json["items"] == []


@pytest.mark.parametrize(
    ("query", "pointer"),
    [("by=sector,quarter", "/by"), ("by=nothing", "/by"), ("quarter=2026Q5", "/quarter")],
)
def test_a_view_that_is_not_published_is_refused_with_its_place(ask, taken, query, pointer):
    refused = ask("organizer", "GET", f"/gap-snapshots/{taken['id']}/cells?{query}")

    assert refused.status_code == 422
    assert [each["pointer"] for each in refused.json["errors"]] == [pointer]


def test_cells_come_page_by_page_and_as_a_file(ask, taken):
    path = f"/gap-snapshots/{taken['id']}/cells?by=association,capability"

    first = ask("organizer", "GET", f"{path}&limit=3").json
    rest = ask("organizer", "GET", first["next"].removeprefix("/members/api/v1")).json
    file = ask("organizer", "GET", f"{path}&format=csv").text.lstrip("\ufeff")

    rows = list(csv.DictReader(io.StringIO(file)))
    assert len(first["items"]) + len(rest["items"]) == len(rows) == 4
    assert sorted((row["Capability"], row["Gap"]) for row in rows) == [
        *(("TE-01", "12"), ("TE-01", "24"), ("TE-02", "12"), ("TE-02", "24"))
    ]


def test_where_there_is_no_framework_there_is_no_gap_to_take(ask, world):
    refused = ask("a", "POST", "/gap-snapshots", {"organisation_id": world["a"]})

    assert (refused.status_code, refused.json["code"]) == (409, "conflict")
