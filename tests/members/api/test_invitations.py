"""Invitations by the API: who may, who sees them, and what a stranger learns."""

import pytest
from sqlalchemy import select

from shared.contracts.members import InvitationSent
from shared.messaging.tables import outbox

NAMES = [{"kind": "romanised", "given": "Ann", "family": "Wu"}]


@pytest.fixture
def invite(ask, world):
    def invite(who="focal.a", **body):
        place = {"organisation_id": str(world["association_a"])}
        return ask(who, "POST", "/invitations", {"email": "new@x.example"} | place | body)

    return invite


def mailed_token(database):
    with database.reading() as session:
        query = select(outbox.c.envelope).where(outbox.c.type == InvitationSent.type)
        envelope = session.scalars(query.order_by(outbox.c.number.desc())).first()
    return envelope.partition("/members/invitations/")[2].partition('"')[0]


def test_a_focal_point_invites_and_the_invited_is_signed_in(ask, invite, database):
    made = invite(role="reader")
    body = {"token": mailed_token(database), "names": NAMES, "password": "a long sentence here"}

    answer = ask(None, "POST", "/invitations/accept", body)

    assert (made.status_code, made.json["state"]) == (201, "open")
    assert answer.status_code == 200, answer.text
    headers = {"Authorization": f"Bearer {answer.json['access_token']}"}
    me = ask(None, "GET", "/me", headers=headers).json
    assert [each["role"] for each in me["grants"]] == ["reader"]
    path = f"/invitations/{made.json['id']}"
    assert ask("focal.a", "GET", path).json["state"] == "accepted"


def test_a_known_address_is_invited_with_the_same_answer(invite):
    known = invite(email="attendee@x.example")
    unknown = invite(email="nobody@x.example")

    own = {"id", "email", "created_at", "sent_at", "expires_at"}
    plain = [{k: v for k, v in each.json.items() if k not in own} for each in (known, unknown)]
    assert known.status_code == unknown.status_code == 201
    assert plain[0] == plain[1]


@pytest.mark.parametrize("who", ["focal.b", "attendee"])
def test_nobody_invites_for_another_s_organisation(invite, who):
    assert invite(who).status_code == 403


def test_nobody_gives_by_invitation_what_they_have_not(invite):
    assert invite(role="organizer").json["code"] == "not_held"
    assert invite(role="operator", organisation_id=None).status_code == 403
    assert invite(organisation_id=None).status_code == 403


def test_an_operator_invites_to_the_whole_site(invite):
    assert invite("operator", role="operator", organisation_id=None).status_code == 201


@pytest.mark.parametrize(("method", "end"), [("GET", ""), ("DELETE", ""), ("POST", "/resend")])
def test_another_association_s_invitation_is_not_there(ask, invite, method, end):
    made = invite().json
    body = {} if method == "POST" else None

    answer = ask("focal.b", method, f"/invitations/{made['id']}{end}", body)

    assert answer.status_code == 404
    assert ask("focal.b", "GET", "/invitations").json["items"] == []


def test_invitations_are_listed_by_state(ask, invite):
    first, second = invite().json, invite(email="other@x.example").json
    ask("focal.a", "DELETE", f"/invitations/{second['id']}")

    states = {
        state: [each["id"] for each in found["items"]]
        for state in ("open", "revoked", "accepted", "expired")
        for found in [ask("focal.a", "GET", f"/invitations?state={state}").json]
    }

    assert states == {
        "open": [first["id"]],
        "revoked": [second["id"]],
        "accepted": [],
        "expired": [],
    }


def test_an_address_is_not_flooded(ask, invite):
    made = invite().json
    path = f"/invitations/{made['id']}/resend"

    answers = [ask("focal.a", "POST", path, {}).status_code for _ in range(6)]

    assert answers[0] == 200
    assert answers[-1] == 429


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"email": "nobody"}, "/email"),
        ({"role": "king"}, "/role"),
        ({"organisation_id": "01890000-0000-7000-8000-000000000000"}, "/organisation_id"),
        ({"role": "reader", "grant_expires_at": "2020-01-01T00:00:00Z"}, "/grant_expires_at"),
        ({"grant_expires_at": "2027-01-01T00:00:00Z"}, "/grant_expires_at"),
        ({"name": "a\r\nBcc: b"}, "/name"),
        ({"invited_by": "me"}, "/invited_by"),
    ],
    ids=str,
)
def test_what_is_wrong_in_an_invitation_is_pointed_at(invite, change, pointer):
    answer = invite(**change)

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == pointer


def test_a_used_or_wrong_token_is_pointed_at(ask):
    answer = ask(None, "POST", "/invitations/accept", {"token": "nothing", "names": NAMES})

    assert (answer.status_code, answer.json["code"]) == (422, "bad_link")
    assert answer.json["errors"][0]["pointer"] == "/token"
