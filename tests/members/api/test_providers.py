"""Setting up an organisation's identity provider: who may, and what an operator must see first."""

import json

import pytest
from sqlalchemy import select

from services.members.model import IdentityProvider
from shared.messaging.tables import outbox

GOOD = {
    "issuer": "https://login.a.example",
    "client_id": "plenary",
    "client_secret": "between us",
    "mail_domains": ["a.example", "@Staff.A.example"],
}


@pytest.fixture
def keep(ask, world):
    def keep(who="focal.a", letter="a", **change):
        place = world[f"association_{letter}"]
        return ask(who, "PUT", f"/organisations/{place}/identity-provider", GOOD | change)

    return keep


@pytest.fixture
def path(world):
    return f"/organisations/{world['association_a']}/identity-provider"


def test_a_focal_point_proposes_and_an_operator_approves(ask, keep, path):
    made = keep()
    approved = ask("operator", "POST", f"{path}/approve", {})

    assert (made.status_code, made.json["approved_at"]) == (201, None)
    assert made.json["mail_domains"] == ["a.example", "staff.a.example"]
    assert made.json["redirect_uri"].startswith("http://127.0.0.1:8000/members/sign-in/with/")
    assert approved.json["approved_at"]
    assert ask("focal.a", "GET", path).json["approved_at"]


def notices(database):
    with database.reading() as session:
        query = select(outbox.c.envelope).where(outbox.c.type.endswith("provider_noticed.v1"))
        told = [json.loads(each)["data"] for each in session.scalars(query)]
    return [(each["notice"], each["person_ids"]) for each in told]


def test_an_organisation_is_told_when_an_operator_approves_and_removes(
    ask, keep, path, database, world
):
    keep()
    ask("operator", "POST", f"{path}/approve", {})
    ask("operator", "POST", f"{path}/approve", {})
    match = {"If-Match": ask("operator", "GET", path).headers["ETag"]}
    removed = ask("operator", "DELETE", path, headers=match)

    focal = [str(world["focal_a"])]
    assert removed.status_code == 204
    assert notices(database) == [("approved", focal), ("removed", focal)]


def test_whoever_removes_it_is_not_told_of_it(ask, keep, path, database):
    keep()
    ask(
        "focal.a", "DELETE", path, headers={"If-Match": ask("focal.a", "GET", path).headers["ETag"]}
    )

    assert notices(database) == []


def test_only_operators_approve(ask, keep, path):
    keep()

    for who in ("focal.a", "organizer", "attendee"):
        assert ask(who, "POST", f"{path}/approve", {}).status_code == 403


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "https://login.b.example"},
        {"client_id": "other"},
        {"mail_domains": ["a.example", "gmail.example"]},
    ],
    ids=str,
)
def test_what_was_approved_is_looked_at_anew_when_it_changes(ask, keep, path, change):
    keep()
    ask("operator", "POST", f"{path}/approve", {})

    assert keep(**change).json["approved_at"] is None


def test_a_new_client_secret_needs_no_new_approval(ask, keep, path):
    keep()
    ask("operator", "POST", f"{path}/approve", {})

    changed = keep(client_secret="another")

    assert changed.status_code == 200
    assert changed.json["approved_at"]


def test_the_client_secret_is_never_shown_and_is_kept_sealed(ask, keep, path, database):
    answers = [keep().text, ask("operator", "GET", path).text]

    assert [GOOD["client_secret"] in each for each in answers] == [False, False]
    with database.reading() as session:
        sealed = session.scalars(select(IdentityProvider.sealed_secret)).one()
    assert GOOD["client_secret"] not in sealed


def test_the_secret_stays_when_it_is_left_out_and_goes_with_another_issuer(keep):
    keep()

    assert keep(client_secret=None, client_id="new").json["has_client_secret"]
    moved = keep(client_secret=None, issuer="https://evil.example")
    assert not moved.json["has_client_secret"]


def test_two_providers_don_t_vouch_for_one_domain(ask, keep, path, world):
    keep()
    ask("operator", "POST", f"{path}/approve", {})
    proposed = keep("focal.b", "b", mail_domains=["b.example", "a.example"])
    other = f"/organisations/{world['association_b']}/identity-provider"

    answer = ask("operator", "POST", f"{other}/approve", {})

    assert proposed.status_code == 201
    assert (answer.status_code, answer.json["code"]) == (409, "domain_taken")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_another_association_s_provider_is_not_there(ask, keep, path, method):
    keep()

    assert ask("focal.b", method, path, GOOD if method == "PUT" else None).status_code == 404
    assert ask("focal.b", "GET", "/identity-providers").json["items"] == []


def test_an_operator_finds_what_waits(ask, keep, path):
    keep()
    waiting = ask("operator", "GET", "/identity-providers?is_approved=false").json["items"]
    approved = ask("operator", "GET", "/identity-providers?is_approved=true").json["items"]

    assert ([each["issuer"] for each in waiting], approved) == ([GOOD["issuer"]], [])


def test_a_removed_provider_is_gone(ask, keep, path):
    keep()

    assert ask("focal.a", "DELETE", path).status_code == 204
    assert ask("focal.a", "GET", path).status_code == 404


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"issuer": "http://login.a.example"}, "/issuer"),
        ({"issuer": "https://login.a.example?x=1"}, "/issuer"),
        ({"issuer": "https://me:word@login.a.example"}, "/issuer"),
        ({"issuer": "nonsense"}, "/issuer"),
        ({"issuer": "https://[::1"}, "/issuer"),
        ({"mail_domains": []}, "/mail_domains"),
        ({"mail_domains": ["a.example", "nonsense"]}, "/mail_domains/1"),
        ({"mail_domains": ["*.example"]}, "/mail_domains/0"),
        ({"client_id": ""}, "/client_id"),
        ({"approved_at": "2026-01-01T00:00:00Z"}, "/approved_at"),
    ],
    ids=str,
)
def test_what_is_wrong_in_a_provider_is_pointed_at(keep, change, pointer):
    answer = keep(**change)

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == pointer
