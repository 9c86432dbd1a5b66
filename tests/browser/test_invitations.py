"""Inviting people by pasting a list, and registering by the mailed link; without a script."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.support.alliance import link_of

pytestmark = pytest.mark.browser
LOOKS = [(False, False, "en"), (True, True, "zh-Hant")]


def faults_of(page, keep, name):
    """What axe finds, and whether it is wider than the screen."""
    keep(page, name)
    width = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    found = Axe().run(page)
    return (found.generate_report() if found.violations_count else "", max(width, 0))


@pytest.mark.parametrize(("is_dark", "on_phone", "language"), LOOKS)
def test_a_list_is_pasted_sent_and_answered(person, plenary, keep, is_dark, on_phone, language):
    look = {"is_dark": is_dark, "on_phone": on_phone, "language": language, "scripts": True}
    organizer, guest = person("organizer@demo.example", **look), person(**look)
    subject = {"en": "You are invited", "zh-Hant": "邀請您參加"}[language]
    name, mail = f"Ines {language}", f"ines.{language.lower()}@invited.demo.example"
    end = f"{'dark' if is_dark else 'light'}-{language}"
    organizer.goto("/events/workshops")
    open_ones = organizer.locator("ul.cards h2 a").first.get_attribute("href")
    organizer.goto(f"/events/manage/{open_ones.rpartition('/')[2]}/invitations")

    organizer.locator("[name=people]").fill(f"{name} <{mail}>\nBo Chen <bo@invited.demo.example>")
    organizer.locator("button[value=look]").click()
    looked = faults_of(organizer, keep, f"invitations-looked-{end}")
    organizer.locator("button[value=send]").click()
    organizer.wait_for_load_state()
    sent = faults_of(organizer, keep, f"invitations-{end}")
    guest.goto(link_of(plenary.await_mail(mail, subject)))
    shown = faults_of(guest, keep, f"invited-{end}")
    guest.locator("main form button").first.click()
    guest.wait_for_url("**/register")
    form = faults_of(guest, keep, f"invited-form-{end}")
    guest.locator("main form button").last.click()
    guest.wait_for_url("**/events/links/**")

    assert [looked, sent, shown, form] == [("", 0)] * 4
    assert name in guest.locator("main").inner_text()
