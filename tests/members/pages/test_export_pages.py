"""Buttons on the list pages: the file has what the page has, for those who may see it."""

import io

import pytest


@pytest.fixture
def file(world_and_file) -> bytes:
    return world_and_file[1]


@pytest.mark.parametrize(
    "path", ["/members/organisations", "/members/memberships?state=", "/members/people?q="]
)
def test_a_list_page_offers_its_rows_as_files(visit, world, path):
    browser = visit("focal.a")
    page = browser.client.get(path).get_data(as_text=True)

    for kind in ("csv", "xlsx", "pdf"):
        assert f"format={kind}" in page
        answer = browser.client.get(f"{path}{'&' if '?' in path else '?'}format={kind}")
        assert answer.status_code == 200
        assert "attachment" in answer.headers["Content-Disposition"]


def test_the_file_has_the_page_s_filters(visit, world):
    browser = visit("focal.a")

    page = browser.client.get("/members/organisations?kind=association").get_data(as_text=True)
    answer = browser.client.get("/members/organisations?kind=association&format=csv")

    assert "kind=association&amp;" in page
    assert "company" not in answer.get_data(as_text=True)


def test_the_people_of_ones_own_organisation_are_a_file(visit, world):
    browser = visit("focal.a")

    answer = browser.client.get(f"/members/organisations/{world['association_a']}/people")

    assert "delegate.a@x.example" in answer.get_data(as_text=True)
    assert "delegate.b@x.example" not in answer.get_data(as_text=True)


def test_the_people_of_another_association_are_no_file(visit, world):
    browser = visit("focal.a")

    answer = browser.client.get(f"/members/organisations/{world['association_b']}/people")

    assert answer.status_code == 404


def test_everybody_is_whom_one_may_see(visit, world):
    text = visit("focal.a").client.get("/members/people?format=csv").get_data(as_text=True)

    assert "delegate.a@x.example" in text
    assert "delegate.b@x.example" not in text


def test_a_page_refuses_another_format(visit, world):
    answer = visit("focal.a").client.get("/members/organisations?format=docx")

    assert answer.status_code == 422


def test_committees_their_seats_and_imports_are_files_of_their_pages(visit, ask, world):
    place, browser = f"/organisations/{world['association_a']}", visit("focal.a")
    body = ask("focal.a", "POST", f"{place}/bodies", {"kind": "committee", "names": {"en": "E"}})
    ask("focal.a", "POST", f"/bodies/{body.json['id']}/seats", {"role": "chair"})
    upload = {"kind": "people", "organisation_id": str(world["association_a"])}
    upload["file"] = (io.BytesIO(b"name,email\nAda Wu,ada@x.example\n"), "people.csv")
    ask("focal.a", "POST", "/imports", data=upload)

    for path in (f"{place}/bodies", f"/bodies/{body.json['id']}", f"{place}/import"):
        assert f'href="/members{path}?format=csv"' in browser.get(path).text
        for kind in ("csv", "xlsx", "pdf"):
            answer = browser.get(f"{path}?format={kind}")
            assert "attachment" in answer.headers["Content-Disposition"]
        assert visit("focal.b").get(f"{path}?format=csv").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/organisations/{association_a}/custom-fields",
        "/organisations/{association_a}/membership-types",
        "/organisations/{association_a}/segments",
        "/organisations/{association_a}/demand",
        "/cases/ours",
        "/catalogue",
        "/needs",
        "/referrals",
    ],
)
def test_what_an_association_asks_and_offers_is_a_file_from_its_page(visit, world, path):
    answer = visit("focal.a").get(f"{path.format(**world)}?format=csv")

    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]


def test_a_round_is_a_file_of_the_association_alone(visit, open_round, asked_for):
    path = f"/demand-rounds/{open_round()['id']}"

    assert "format=xlsx" not in visit("organizer").get(path).text
    assert visit("organizer").get(f"{path}?format=csv").status_code == 403
    assert visit("focal.a").get(f"{path}?format=csv").status_code == 200


def test_an_edition_and_erasures_are_files_from_their_pages(visit, ask, asked_for):
    edition = ask("attendee", "GET", f"/capabilities/{asked_for}").json["framework_id"]

    page = visit("attendee").get(f"/capability-frameworks/{edition}")
    file = visit("attendee").get(f"/capability-frameworks/{edition}?format=csv")

    assert "format=xlsx" in page.text
    assert "MG-01" in file.text
    assert visit("operator").get("/erasures?format=csv").status_code == 200
