"""A call for contributions: written, answered by a guest, reviewed, decided, in the programme."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_main_job import a_new_workshop

pytestmark = pytest.mark.browser


def add_session(organizer, workshop_id):
    organizer.goto(f"/events/manage/{workshop_id}/add-session")
    organizer.get_by_label("Title in English").fill("Morning")
    ends = organizer.locator("#f-ends_at")
    ends.fill(ends.input_value()[:11] + "12:00")
    organizer.locator("main form button").last.click()


def write_call(organizer, workshop_id):
    organizer.goto(f"/events/manage/{workshop_id}/call")
    organizer.get_by_label("What you look for, in English").fill("Tell us of **practice**.")
    organizer.locator("#f-opens_at").fill("2020-01-01T09:00")
    organizer.locator("#f-closes_at").fill("2036-01-01T09:00")
    organizer.get_by_label("Topic 1, English").fill("Skills")
    organizer.get_by_label("Topic 1, Traditional Chinese").fill("技能")
    organizer.locator("#f-reviewers").fill("attendee@demo.example")
    organizer.get_by_label("Submissions may have a file").check()
    organizer.get_by_label("Published: everyone may see it").check()
    organizer.get_by_role("button", name="Save").click()
    expect(organizer.get_by_role("status")).to_contain_text("Saved.")


def review_it(reviewer, keep):
    reviewer.goto("/events/reviewing")
    reviewer.get_by_role("link", name=re.compile("Green portals")).click()
    for criterion in ("Relevance to", "Quality of", "Use for"):
        reviewer.get_by_label(criterion).select_option("4")
    keep(reviewer, "review")
    reviewer.get_by_role("button", name="Keep the review").click()
    expect(reviewer.locator("main")).to_contain_text("4.0")
    keep(reviewer, "reviewing")


def headings_that_break(page):
    """Headings of one word that take more than one line, on a middling screen."""
    size = page.viewport_size
    page.set_viewport_size({"width": 1100, "height": 800})
    found = page.evaluate(
        """[...document.querySelectorAll("main th")]
        .filter(each => !/\\s/.test(each.textContent.trim()))
        .filter(each => {
            const words = document.createRange();
            words.selectNodeContents(each);
            return new Set([...words.getClientRects()].map(line => line.top)).size > 1;
        }).map(each => each.textContent)"""
    )
    page.set_viewport_size(size)
    return found


def look_at_ranking(organizer, workshop_id, keep):
    organizer.goto(f"/events/manage/{workshop_id}/call")
    expect(organizer.locator("main table").first).to_contain_text("4.00")
    keep(organizer, "call-ranking")
    assert headings_that_break(organizer) == []


def test_a_contribution_goes_from_the_call_into_the_programme(person, plenary, keep):
    organizer, guest = person("organizer@demo.example"), person(on_phone=True)
    reviewer = person("attendee@demo.example")
    workshop_id = a_new_workshop(organizer, "Call by browser", seats=5)
    add_session(organizer, workshop_id)
    write_call(organizer, workshop_id)

    guest.goto(f"/events/workshops/{workshop_id}")
    guest.get_by_role("link", name="Call for contributions").click()
    expect(guest.locator("main strong").first).to_have_text("practice")
    guest.locator("#f-title").fill("Green portals that help " * 6)
    guest.locator("#f-abstract").fill("How *portals* help.\n\n<script>alert(1)</script>")
    guest.locator("#f-speakers-0-name").fill("Dana Doe")
    guest.locator("#f-speakers-0-affiliation").fill("IGES")
    guest.locator("#f-name").fill("Cleo Cruz")
    guest.locator("#f-email").fill("cleo@calls")
    keep(guest, "call-phone")
    guest.get_by_role("button", name="Submit it").click()
    expect(guest.get_by_role("alert")).to_be_visible()
    guest.locator("#f-email").fill("cleo@calls.example")
    file = {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 portals"}
    guest.locator("#f-file").set_input_files(file)
    guest.get_by_role("button", name="Submit it").click()
    guest.wait_for_url(re.compile("/events/submissions/link_s_"))
    expect(guest.locator("main em")).to_have_text("portals")
    keep(guest, "submission-phone")

    review_it(reviewer, keep)

    look_at_ranking(organizer, workshop_id, keep)
    organizer.get_by_role("link", name="Green portals").click()
    organizer.get_by_label("Note to the submitter").fill("Ten minutes, please")
    organizer.get_by_role("button", name="Accept").click()
    keep(organizer, "submission-decided")
    organizer.get_by_role("button", name="Add it with its speakers").click()
    guest.reload()
    expect(guest.locator("main")).to_contain_text("Ten minutes, please")
    guest.goto(f"/events/workshops/{workshop_id}/agenda")
    expect(guest.locator("main")).to_contain_text("Green portals")
    expect(guest.locator("main")).to_contain_text("Dana Doe")
    plenary.await_mail("cleo@calls.example", "accepted")
    assert len(plenary.mails_to("cleo@calls.example")) == 2


def test_a_reviewer_with_a_conflict_of_interest_sees_no_more_of_it(person):
    reviewer = person("organizer@demo.example")
    reviewer.goto("/events/reviewing")
    reviewer.get_by_role("link", name=re.compile("Solar fitters")).click()
    reviewer.get_by_role("button", name="Declare a conflict of interest").click()
    expect(reviewer.locator("main")).to_contain_text("conflict of interest")
    reviewer.get_by_role("link", name=re.compile("Solar fitters")).click()
    expect(reviewer.locator("main")).not_to_contain_text("miners")


def test_a_row_is_added_while_the_last_one_is_written_in(person):
    organizer = person("organizer@demo.example", scripts=True)
    workshop_id = a_new_workshop(organizer, "Rows by browser", seats=5)
    organizer.goto(f"/events/manage/{workshop_id}/call")
    rows = organizer.locator("#f-topics tbody tr")
    shown = rows.count()

    rows.last.get_by_role("textbox").first.fill("Skills")

    expect(rows).to_have_count(shown + 1)
    expect(rows.last.get_by_role("textbox").first).to_have_value("")
    name = rows.last.get_by_role("textbox").first.get_attribute("name")
    assert name == f"topics.{shown}.labels.en"
