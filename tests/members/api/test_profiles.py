"""What organisations say of themselves to everyone, and who may say it."""

import pytest

TEXTS = {"en": "We bring companies together.\nSince 1948.", "zh-Hant": "串連企業。"}


@pytest.fixture
def present(ask, world):
    """Give association A a profile; answers the response."""

    def put(who="focal.a", owner="association_a", headers=(), **body):
        path = f"/organisations/{world[owner]}/profile"
        return ask(who, "PUT", path, {"texts": TEXTS} | body, headers=dict(headers))

    return put


def test_nobody_sees_an_organisation_that_does_not_present_itself(ask, world):
    assert ask(None, "GET", "/profiles").json["items"] == []
    assert ask(None, "GET", f"/profiles/{world['association_a']}").status_code == 404


def test_everyone_reads_what_is_published_and_no_more(ask, present, world):
    made = present()

    shown = ask(None, "GET", f"/profiles/{world['association_a']}")

    assert (made.status_code, shown.status_code) == (201, 200)
    assert shown.json["texts"] == TEXTS
    assert not {"email", "phone", "url", "address", "identifiers"} & shown.json.keys()
    listed = ask(None, "GET", "/profiles").json["items"]
    assert [each["id"] for each in listed] == [str(world["association_a"])]


def test_contact_data_are_shown_where_that_is_wanted(ask, present, world):
    ask("focal.a", "PATCH", f"/organisations/{world['association_a']}", {"email": "o@a.example"})
    present(shows_contact=True)

    shown = ask(None, "GET", f"/profiles/{world['association_a']}").json

    assert shown["email"] == "o@a.example"


def test_a_profile_is_changed_and_taken_away(ask, present, world):
    present()
    path = f"/organisations/{world['association_a']}/profile"
    before = ask("focal.a", "GET", path)
    changed = present(texts={"en": "Another text."}, headers={"If-Match": before.headers["ETag"]})
    stale = present(texts=TEXTS, headers={"If-Match": before.headers["ETag"]})

    gone = ask("focal.a", "DELETE", path)

    assert (changed.status_code, changed.json["version"]) == (200, 2)
    assert (stale.status_code, gone.status_code) == (412, 204)
    assert ask("focal.a", "GET", path).status_code == 404
    assert ask(None, "GET", f"/profiles/{world['association_a']}").status_code == 404


@pytest.mark.parametrize(("who", "status"), [("focal.b", 403), ("attendee", 403), (None, 401)])
def test_only_those_who_manage_an_organisation_present_it(present, who, status):
    assert present(who).status_code == status


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"texts": {}}, "/texts"),
        ({"texts": {"en": "x" * 5001}}, "/texts/en"),
        ({"organisation_id": "x"}, "/organisation_id"),
    ],
)
def test_bad_profiles_are_refused_with_their_place(present, body, pointer):
    refused = present(**body)

    assert refused.status_code == 422
    assert refused.json["errors"][0]["pointer"].startswith(pointer)


def test_a_company_is_presented_by_its_associations(present):
    assert present(owner="company_a").status_code == 422


def test_only_members_that_present_themselves_are_listed(ask, present, world):
    present("operator", owner="alliance")
    path = f"/profiles?member_of={world['alliance']}"
    before = ask(None, "GET", path).json["items"]
    present()

    after = ask(None, "GET", path).json["items"]

    assert before == []
    assert [each["id"] for each in after] == [str(world["association_a"])]
