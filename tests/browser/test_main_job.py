"""The main job as each user does it, without JavaScript."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.support.running import eventually

pytestmark = pytest.mark.browser
WHEN = datetime.now(UTC).replace(hour=1, minute=0) + timedelta(days=40)


def a_new_workshop(page, title, *, seats):
    page.goto("/events/manage/new")
    page.get_by_label("Title in English").fill(title)
    page.get_by_label("Host").select_option(label="Net-Zero Sustainability Talent Alliance")
    page.get_by_label("Seats").fill(str(seats))
    page.get_by_label("Begins").fill(WHEN.strftime("%Y-%m-%dT09:00"))
    page.get_by_label("Ends", exact=True).fill(WHEN.strftime("%Y-%m-%dT17:00"))
    page.get_by_label("Name of the venue").fill("Taipei")
    page.get_by_role("button", name="Save and publish").click()
    expect(page.get_by_role("status")).to_contain_text("published")
    return page.url.rpartition("/")[2].partition("#")[0]


def register(page, workshop_id, name, email):
    page.goto(f"/events/workshops/{workshop_id}")
    page.locator("#f-name").fill(name)
    page.locator("#f-email").fill(email)
    page.locator("main form button").last.click()


def test_an_organizer_writes_a_workshop_and_guests_fill_it(person, plenary, keep):
    organizer, guest = person("organizer@demo.example"), person()
    workshop_id = a_new_workshop(organizer, "Green jobs by browser", seats=1)

    register(guest, workshop_id, "Ann Lee", "ann.lee@guests.example")
    expect(guest.locator("main")).to_contain_text("Ann Lee, you have a seat.")
    keep(guest, "registration-confirmed")
    other = person(language="zh-Hant", on_phone=True, is_dark=True)
    register(other, workshop_id, "林美", "lin.mei@guests.example")
    expect(other.locator("main")).to_contain_text("您目前候補第 1 位")
    keep(other, "registration-waiting-phone-dark-zh")

    guest.get_by_role("link", name="Cancel my registration").click()
    expect(guest.locator("main")).to_contain_text("goes to the next on the waiting list")
    keep(guest, "cancel-asked")
    guest.get_by_role("button", name="Cancel my registration").click()
    expect(guest.get_by_role("status")).to_contain_text("cancelled")
    mail = plenary.await_mail("lin.mei@guests.example", "有席次了")
    other.goto(re.search(r"http\S+/events/links/\S+", mail.text)[0])
    other.get_by_role("button", name="接受席次").click()
    expect(other.get_by_role("status")).to_contain_text("席次已為您確認")

    organizer.goto(f"/events/manage/{workshop_id}")
    expect(organizer.locator("main")).to_contain_text("林美")
    keep(organizer, "workspace")


def test_a_focal_point_nominates_and_the_nominee_confirms_by_mail(person, plenary, keep):
    focal = person("focal.teema@demo.example")
    focal.goto("/events/delegation")
    focal.get_by_role("link", name="Carbon inventory in practice").click()
    focal.locator("input[name=person_id]").first.check()
    focal.get_by_role("button", name="Nominate the chosen").click()
    expect(focal.get_by_role("status")).to_contain_text("asked by mail")
    address = focal.locator("td .soft").first.text_content()
    keep(focal, "nominations")

    mail = plenary.await_mail(address, "請確認")
    nominee = person(language="zh-Hant")
    nominee.goto(re.search(r"http\S+/events/links/\S+", mail.text)[0])
    keep(nominee, "nomination-to-confirm-zh")
    nominee.get_by_role("button", name="確認參加").click()
    expect(nominee.get_by_role("status")).to_contain_text("提名已確認")

    focal.reload()
    expect(focal.locator("table")).to_contain_text("registered")


def test_an_attendee_finds_their_registration_and_inbox(person, keep):
    attendee = person("attendee@demo.example", on_phone=True)
    attendee.goto("/events/workshops")
    attendee.get_by_role("link", name="Carbon inventory in practice").click()
    attendee.locator("main form button").last.click()
    expect(attendee.locator("main")).to_contain_text("you have a seat")

    attendee.goto("/events/mine")
    expect(attendee.locator("main")).to_contain_text("Carbon inventory in practice")
    keep(attendee, "mine-phone")

    def look():
        attendee.goto("/notifications/inbox")
        return attendee.get_by_role("heading", name="You have a seat").count()

    eventually(look)
    keep(attendee, "inbox-phone")
    attendee.get_by_role("button", name="Open").first.click()
    expect(attendee.locator("main")).to_contain_text("you have a seat")


def test_a_bad_form_says_what_to_do_and_keeps_what_was_typed(person, keep):
    guest = person()
    guest.goto("/events/workshops")
    guest.get_by_role("link", name="ROPES II").click()
    guest.locator("#f-name").fill("Ann Lee")
    guest.locator("#f-email").fill("ann@nowhere")
    guest.locator("main form button").last.click()

    expect(guest.get_by_role("alert")).to_contain_text("mail address")
    expect(guest.locator("#f-name")).to_have_value("Ann Lee")
    keep(guest, "form-with-fault")


def test_two_clicks_are_one_registration(person, plenary):
    first, second = person(), person()
    first.goto("/events/workshops")
    first.get_by_role("link", name="ROPES II").click()
    workshop_id = first.url.rpartition("/")[2]
    register(first, workshop_id, "Cho Kim", "cho.kim@guests.example")
    expect(first.locator("main")).to_contain_text("you have a seat")

    register(second, workshop_id, "Cho Kim", "cho.kim@guests.example")

    expect(second.locator("main")).to_contain_text("You are registered already")
    assert "/links/" not in second.content()


def test_an_expired_page_token_is_renewed_on_the_way(person):
    organizer = person("organizer@demo.example")
    cookies = organizer.context.cookies()
    token = next(cookie for cookie in cookies if cookie["name"] == "plenary_token")
    organizer.context.add_cookies([token | {"value": token["value"][:-4] + "AAAA"}])

    organizer.goto("/events/manage")

    expect(organizer.get_by_role("heading", level=1)).to_contain_text("you organize")


def test_signing_out_ends_it_everywhere_on_the_site(person):
    organizer = person("organizer@demo.example")
    organizer.goto("/members/sign-out")
    organizer.locator("main form button").click()

    organizer.goto("/events/manage")

    assert "/members/sign-in" in organizer.url
