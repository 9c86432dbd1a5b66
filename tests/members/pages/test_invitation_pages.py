"""Inviting by the pages, and the page that the mailed link opens."""

import re

import pytest

from tests.members.api.test_invitations import mailed_token
from tests.members.builders import NOW, a_name, an_organisation, password_hash
from tests.members.pages.test_pages import Browser


@pytest.fixture
def place(database):
    from services.members.actions.founding import make_operator

    with database.writing() as session:
        make_operator(
            session,
            [a_name("Boss")],
            "boss@one.example",
            password_hash=password_hash(),
            actor="test",
            now=NOW,
        )
        return an_organisation(session, "TEEMA")


@pytest.fixture
def boss(app, place):
    made = Browser(app.test_client())
    made.sign_in("boss@one.example")
    return made


def test_an_invitation_goes_out_and_is_accepted(boss, place, client, database):
    path = f"/organisations/{place.id}/invitations"
    boss.post(path, email="new@one.example", name="Ann", role="reader", locale="en")
    assert "new@one.example" in boss.get(path).text

    guest = Browser(client)
    link = f"/invitations/{mailed_token(database)}"
    page = guest.get(link).text
    assert "TEEMA" in page
    answer = guest.post(link, romanised__given="Ann", romanised__family="Wu", password="")

    assert (answer.status_code, answer.location) == (303, "/members/me")
    assert "Ann Wu" in guest.get("/me").text
    assert "accepted" in boss.get(path).text
    assert "used, taken back" in guest.get(link).text


def test_an_invitation_is_sent_again_and_taken_back(boss, place, client, database):
    path = f"/organisations/{place.id}/invitations"
    boss.post(path, email="new@one.example", locale="en")
    acts = re.findall(r'action="/members(/invitations/[^"]+)"', boss.get(path).text)

    boss.post(acts[0], page=path)
    token = mailed_token(database)
    boss.post(acts[1], page=path)

    assert "revoked" in boss.get(path).text
    assert "used, taken back" in Browser(client).get(f"/invitations/{token}").text


def test_somebody_new_must_write_a_name(boss, place, client, database):
    boss.post(f"/organisations/{place.id}/invitations", email="new@one.example", locale="en")
    link = f"/invitations/{mailed_token(database)}"

    answer = Browser(client).post(link)

    assert answer.status_code == 422
    assert "Write your name." in answer.text


def test_a_second_invitation_to_the_same_address_says_so(boss, place):
    path = f"/organisations/{place.id}/invitations"
    boss.post(path, email="new@one.example", locale="en")

    answer = boss.post(path, email="new@one.example", locale="en")

    assert answer.status_code == 422
    assert "invited already" in answer.text


def test_whoever_accepts_on_a_chinese_page_is_not_spoken_to_in_english(
    boss, place, client, database
):
    boss.post(f"/organisations/{place.id}/invitations", email="new@one.example", locale="en")
    guest = Browser(client)
    link = f"/invitations/{mailed_token(database)}"
    by = {"Accept-Language": "zh-TW"}
    token = re.search(r'csrf_token" value="([^"]+)', client.get(f"/members{link}", headers=by).text)

    texts = {"csrf_token": token[1], "native.family": "林", "native.given": "美"}
    client.post(f"/members{link}", data=texts, headers=by)

    assert 'lang="zh-Hant"' in guest.get("/me").text


def test_whom_an_invitation_made_focal_point_is_named_on_the_organisation_s_page(
    boss, place, client, database
):
    listed = f"/organisations/{place.id}"
    path = f"{listed}/invitations"
    assert "Nobody speaks for this organisation yet." in boss.get(listed).text
    boss.post(path, email="new@one.example", role="focal_point", locale="en")
    link = f"/invitations/{mailed_token(database)}"
    Browser(client).post(link, romanised__given="Ann", romanised__family="Wu", password="")

    page = boss.get(listed).text

    assert "Nobody speaks for this organisation yet." not in page
    assert "Whoever may act for it without an office: Ann Wu" in " ".join(page.split())
