"""Erasing oneself by the page, and the receipt that is left."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.members.model import SignInSession


@pytest.fixture
def file(world_and_file) -> bytes:
    return world_and_file[1]


def test_who_erases_themselves_is_signed_out_and_sees_the_receipt(visit, world):
    page = visit("attendee")

    answer = page.post("/me/privacy/erase", page="/me/privacy", email="attendee@x.example")

    assert answer.status_code == 303
    receipt = page.client.get(answer.headers["Location"])
    assert "Receipt of an erasure" in receipt.text
    assert not page.has("plenary_token")


def test_another_address_erases_nobody(visit, world):
    page = visit("attendee")

    answer = page.post("/me/privacy/erase", page="/me/privacy", email="other@x.example")

    assert answer.status_code == 422
    assert page.get("/me").status_code == 200


def test_the_last_operator_is_told_why_not(visit, world):
    page = visit("operator")

    answer = page.post("/me/privacy/erase", page="/me/privacy", email="operator@x.example")

    assert answer.status_code == 409
    assert page.get("/me").status_code == 200


def test_a_receipt_opens_by_its_own_link_only(visit, world, client):
    page = visit("attendee")
    answer = page.post("/me/privacy/erase", page="/me/privacy", email="attendee@x.example")
    path = answer.headers["Location"]

    assert client.get(f"{path}x").status_code == 404
    assert client.get(path.rpartition("/")[0]).status_code == 303
    assert visit("focal.a").client.get("/members/erasures").status_code == 403


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_operators_see_who_is_being_erased(visit, world, language):
    page = visit("attendee")
    page.post("/me/privacy/erase", page="/me/privacy", email="attendee@x.example")

    shown = visit("operator", language).get("/erasures?state=running").text

    assert "/members/erasures/0" in shown
    assert ("執行中" in shown or "進行中" in shown) or language == "en"


def test_a_browser_that_was_left_open_erases_nobody(visit, world, app):
    page, office = visit("attendee"), visit("operator")
    with app.extensions["plenary"].database.writing() as session:
        for opened in session.scalars(select(SignInSession)):
            opened.opened_at -= timedelta(hours=2)

    own = page.post("/me/privacy/erase", page="/me/privacy", email="attendee@x.example")
    path = f"/people/{world['person_a']}"
    other = office.post(f"{path}/erase", page=path, name="Attendee", reason="asked")

    for answer, back in ((own, "/members/me/privacy"), (other, f"/members{path}")):
        assert answer.status_code == 303
        assert answer.headers["Location"].endswith(f"/members/sign-in?again=1&next={back}")
    assert page.get("/me").status_code == 200
