"""Association A never sees or touches B's people, offices, grants and memberships."""

import pytest

# method, path with names of the world, body; each is fine for one's own association.
ROUTES = [
    ("GET", "/people/{person}", None),
    ("PATCH", "/people/{person}", {"phone": "+886 3 582 0100"}),
    ("GET", "/people/{person}/export", None),
    ("GET", "/organisations/{association}/affiliations", None),
    ("GET", "/organisations/{company}/affiliations", None),
    ("POST", "/organisations/{association}/affiliations", {"person_id": "{focal}"}),
    ("GET", "/organisations/{association}/appointments", None),
    (
        "POST",
        "/organisations/{association}/appointments",
        {"person_id": "{focal}", "role": "officer"},
    ),
    ("POST", "/affiliations/{work}/end", {}),
    ("POST", "/appointments/{office}/substitute", {"person_id": "{focal}"}),
    ("POST", "/appointments/{office}/end", {}),
    ("GET", "/memberships/{membership}", None),
    ("POST", "/memberships/{membership}/suspend", {}),
    ("DELETE", "/grants/{grant}", None),
    ("POST", "/people/{person}/erase", {}),
]


def filled(text, world, letter):
    names = {name[:-2]: str(id_) for name, id_ in world.items() if name.endswith(f"_{letter}")}
    return text.format(**names) if isinstance(text, str) else text


def send(ask, world, who, route, letter):
    method, path, body = route
    json = body and {key: filled(value, world, letter) for key, value in body.items()}
    return ask(who, method, filled(path, world, letter), json=json if body is not None else None)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route[0]} {route[1]}")
def test_a_focal_point_does_it_for_their_own_and_finds_nothing_of_another_s(ask, world, route):
    other = send(ask, world, "focal.a", route, "b")
    own = send(ask, world, "focal.a", route, "a")

    assert other.status_code == 404
    assert own.status_code in (200, 201, 204), own.text


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route[0]} {route[1]}")
def test_an_attendee_finds_nothing_at_all(ask, world, route):
    answer = send(ask, world, "attendee", route, "a")

    assert answer.status_code in (403, 404)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route[0]} {route[1]}")
def test_a_guest_is_asked_to_sign_in(ask, world, route):
    assert send(ask, world, "", route, "a").status_code == 401


@pytest.mark.parametrize("who", ["organizer", "operator"])
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route[0]} {route[1]}")
def test_organizers_above_and_operators_do_it_for_both(ask, world, route, who):
    for letter in "ab":
        assert send(ask, world, who, route, letter).status_code in (200, 201, 204)


def test_lists_hold_one_s_own_alone(ask, world):
    people = ask("focal.a", "GET", "/people?limit=500").json["items"]
    memberships = ask("focal.a", "GET", "/memberships?limit=500").json["items"]
    grants = ask("focal.a", "GET", "/grants?limit=500").json["items"]

    assert {p["email"] for p in people} == {"focal.a@x.example", "delegate.a@x.example"}
    bodies = {str(world["association_a"]), str(world["company_a"]), str(world["alliance"])}
    assert {m["member_id"] for m in memberships} | {m["host_id"] for m in memberships} == bodies
    assert [grant["id"] for grant in grants] == [str(world["grant_a"])]


def test_contact_data_of_another_s_organisation_are_left_out(ask, world):
    own = ask("focal.a", "GET", f"/organisations/{world['company_a']}").json
    other = ask("focal.a", "GET", f"/organisations/{world['company_b']}").json

    assert "email" in own
    assert set(other) == {"id", "version", "names", "kind", "economy", "sector", "custom"}


def test_another_s_organisation_is_not_changed(ask, world):
    answer = ask("focal.a", "PATCH", f"/organisations/{world['company_b']}", {"sector": "x"})

    assert answer.status_code == 403


def test_a_person_of_another_s_is_no_person_to_appoint(ask, world):
    answer = ask(
        "focal.a",
        "POST",
        f"/organisations/{world['association_a']}/appointments",
        {"person_id": str(world["person_b"]), "role": "delegate"},
    )

    assert (answer.status_code, answer.json["code"]) == (422, "unknown_person")


def test_nobody_takes_another_association_in_by_themselves(ask, world):
    draft = ask(
        "focal.a",
        "POST",
        "/memberships",
        {"member_id": str(world["association_b"]), "host_id": str(world["company_a"])},
    )
    path = f"/memberships/{draft.json['id']}"

    assert draft.status_code == 201
    assert ask("focal.a", "POST", f"{path}/submit", {}).status_code == 403
    assert ask("focal.a", "POST", f"{path}/approve", {}).status_code == 409
    assert ask("focal.b", "POST", f"{path}/submit", {}).status_code == 200
    assert ask("focal.b", "POST", f"{path}/approve", {}).status_code == 403


def test_a_focal_point_makes_no_organizer(ask, world):
    answer = ask(
        "focal.a",
        "POST",
        "/grants",
        {
            "person_id": str(world["focal_a"]),
            "role": "organizer",
            "organisation_id": str(world["association_a"]),
        },
    )

    assert (answer.status_code, answer.json["code"]) == (403, "not_held")


def test_a_recorded_company_is_its_recorder_s_until_it_belongs_somewhere(ask, world):
    made = ask("focal.a", "POST", "/organisations", {"names": {"en": "New"}, "kind": "company"})
    pair = {"member_id": made.json["id"], "host_id": str(world["association_a"])}
    path = f"/memberships/{ask('focal.a', 'POST', '/memberships', pair).json['id']}"

    for verb in ("submit", "approve"):
        assert ask("focal.a", "POST", f"{path}/{verb}", {}).status_code == 200
    assert ask("focal.a", "GET", path).json["state"] == "active"
    assert ask("focal.b", "PATCH", f"/organisations/{made.json['id']}", {}).status_code == 403


def test_a_recorded_person_is_their_recorder_s_until_they_have_a_place(ask, world):
    body = {"names": [{"kind": "native", "given": "世昌", "family": "陳"}]}
    person = ask("focal.a", "POST", "/people", body).json

    assert person["name"] == "陳世昌"
    assert ask("focal.a", "GET", f"/people/{person['id']}").status_code == 200
    assert ask("focal.b", "GET", f"/people/{person['id']}").status_code == 404


def test_a_focal_point_can_t_take_an_account_over_by_its_address(ask, world):
    answer = ask("focal.a", "PATCH", f"/people/{world['focal_a']}", {"email": "evil@x.example"})
    other = ask("organizer", "PATCH", f"/people/{world['focal_a']}", {"email": "evil@x.example"})

    assert (answer.status_code, other.status_code) == (403, 403)


def test_only_oneself_and_operators_erase_an_account(ask, world):
    path = f"/people/{world['focal_a']}/erase"

    assert ask("organizer", "POST", path, {}).status_code == 403
    assert ask("focal.a", "POST", path, {}).status_code == 200
