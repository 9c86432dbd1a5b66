"""The door on a phone: with a connection, without one, and without JavaScript."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.test_main_job import a_new_workshop, register

pytestmark = pytest.mark.browser


def a_ticket(person, workshop_id, name, email):
    """Registers a guest; answers the page of the registration, with its ticket."""
    guest = person(on_phone=True)
    register(guest, workshop_id, name, email)
    expect(guest.get_by_label("Your ticket as a QR code")).to_be_visible()
    return guest


def typed_code(guest):
    return guest.locator("figure.qr strong").text_content()


def a_door(organizer, workshop_id):
    """Makes a list; answers the path of its link."""
    organizer.goto(f"/events/manage/{workshop_id}/door")
    organizer.get_by_label("Name, such as").fill("Main entrance")
    organizer.get_by_role("button", name="Make the list").click()
    address = organizer.locator("main a[href*='/events/door/']").get_attribute("href")
    return "/events/door/" + address.rpartition("/")[2]


def check_in(page, code):
    page.get_by_label("Ticket code").fill(code)
    page.get_by_label("Ticket code").press("Enter")


def is_without_faults(page):
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"][:80]) for each in found] == []


def test_a_phone_at_the_door_goes_on_without_a_connection(person, keep):
    organizer = person("organizer@demo.example")
    workshop_id = a_new_workshop(organizer, "The door by browser", seats=5)
    guests = [
        a_ticket(person, workshop_id, name, f"{name.lower()}@door.example")
        for name in ("Dora", "Edgar", "Fay")
    ]
    codes = [typed_code(guest) for guest in guests]
    keep(guests[0], "ticket-phone")
    path = a_door(organizer, workshop_id)
    keep(organizer, "door-link")

    phone = person(on_phone=True, scripts=True)
    phone.goto(path)
    check_in(phone, codes[0])
    expect(phone.locator("#verdict")).to_contain_text("Dora Welcome")
    check_in(phone, codes[0])
    expect(phone.locator("#verdict")).to_contain_text("Dora In already")
    expect(phone.locator("#line")).to_contain_text("All scans are sent.")
    phone.wait_for_function("navigator.serviceWorker.controller !== null")
    phone.reload()

    phone.context.set_offline(True)
    phone.reload()
    check_in(phone, codes[1])
    expect(phone.locator("#verdict")).to_contain_text("Edgar Welcome")
    phone.get_by_label("Find by name").fill("fa")
    phone.get_by_role("button", name="Check in").click()
    expect(phone.locator("#verdict")).to_contain_text("Fay Welcome")
    expect(phone.locator("#line")).to_contain_text("connection: 2")
    keep(phone, "door-phone-offline")
    phone.context.set_offline(False)
    expect(phone.locator("#line")).to_contain_text("All scans are sent.")

    organizer.goto(f"/events/manage/{workshop_id}/door")
    expect(organizer.locator(".numbers")).to_contain_text("3came")
    keep(organizer, "door")
    is_without_faults(phone)


def test_a_slow_answer_does_not_take_the_place_of_a_later_verdict(person):
    organizer = person("organizer@demo.example")
    workshop_id = a_new_workshop(organizer, "The door on a slow line", seats=5)
    code = typed_code(a_ticket(person, workshop_id, "Hana", "hana@door.example"))
    path = a_door(organizer, workshop_id)

    held = []

    def hold_the_first(route):
        if held:
            route.continue_()
        held.append(route)

    phone = person(on_phone=True, scripts=True)
    phone.goto(path)
    phone.route("**/scans", hold_the_first)
    check_in(phone, code)
    expect(phone.locator("#verdict")).to_contain_text("Hana Welcome")
    check_in(phone, code)
    expect(phone.locator("#verdict")).to_contain_text("Hana In already")
    held[0].continue_()
    expect(phone.locator("#line")).to_contain_text("All scans are sent.")
    expect(phone.locator("#verdict")).to_contain_text("Hana In already")


def test_the_door_works_by_typing_without_javascript_and_refuses_what_is_no_ticket(person, keep):
    organizer = person("organizer@demo.example")
    workshop_id = a_new_workshop(organizer, "The door without scripts", seats=5)
    guest = a_ticket(person, workshop_id, "Gus", "gus@door.example")
    pdf = guest.request.get(
        guest.get_by_role("link", name="Ticket to print (PDF)").get_attribute("href")
    )
    assert pdf.body().startswith(b"%PDF-")
    phone = person(language="zh-Hant", on_phone=True, is_dark=True)
    phone.goto(a_door(organizer, workshop_id))

    phone.locator("#f-code").fill(typed_code(guest))
    phone.get_by_role("button", name="檢查").click()
    expect(phone.locator("#verdict")).to_contain_text(re.compile(r"Gus\s+歡迎"))
    keep(phone, "door-phone-dark-zh")
    phone.locator("#f-code").fill("AAAA-AAAA")
    phone.get_by_role("button", name="檢查").click()
    expect(phone.locator("#verdict")).to_contain_text("不是本工作坊的票券")

    guest.reload()
    expect(guest.locator("main")).to_contain_text("Gus, you were checked in.")
    organizer.goto(f"/events/manage/{workshop_id}/door")
    expect(organizer.locator("main")).to_contain_text("Refused at the door")
