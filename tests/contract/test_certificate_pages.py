"""Certificates from the organizer's page to the holder's mail, the public check and members."""

import re
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from services.events.timers import go_on_with_surveys
from services.members.model import EarnedCertificate
from tests.contract.place import Place
from tests.contract.test_announcement_pages import token_in
from tests.support.alliance import EVENTS, address_of

pytestmark = pytest.mark.usefixtures("untouched")

BEGAN, ENDED = "2026-03-01T01:00:00Z", "2026-03-01T07:00:00Z"


@pytest.fixture
def browser(place: Place) -> httpx.Client:
    """Of the organizer."""
    page = place.plenary.browser()
    page.cookies.set("plenary_token", place.organizer["Authorization"].removeprefix("Bearer "))
    return page


def was_there(place: Place, workshop: str, name: str, locale: str) -> str:
    """Somebody who came to the door at the beginning, and left at noon."""
    path = f"{EVENTS}/workshops/{workshop}"
    body = {"name": name, "email": address_of(name), "locale": locale}
    scan = {"scan_id": f"{name} in", "scanned_at": BEGAN}
    made = place.post(f"{path}/walk-ins", body | scan, by=place.organizer)
    ticket = place.get(f"{EVENTS}/registrations/{made['id']}/ticket", by=place.organizer)
    scan = {"scan_id": f"{name} out", "scanned_at": "2026-03-01T05:00:00Z", "direction": "out"}
    place.post(f"{path}/check-ins", scan | {"code": ticket["code"]}, by=place.organizer)
    found: str = made["id"]
    return found


def posts(browser: httpx.Client, page: str, path: str, **typed: Any) -> httpx.Response:
    fields = {name.replace("__", "."): value for name, value in typed.items()}
    return browser.post(path, data=token_in(browser.get(page).text) | fields)


def supply_of(place: Place) -> dict[str, bool]:
    place.apps.settle()
    with place.apps.databases["members"].reading() as session:
        rows = session.scalars(select(EarnedCertificate))
        return {str(row.id): row.is_good for row in rows if row.minutes == 240}


def subjects(place: Place, name: str) -> list[str]:
    return [each.subject for each in place.plenary.mails_to(address_of(name))]


def test_certificates_are_issued_by_the_rule_mailed_checked_and_revoked(
    place: Place, browser: httpx.Client
) -> None:
    workshop = place.published(capacity=9, starts_at=BEGAN, ends_at=ENDED)
    base = f"/events/manage/{workshop}"
    for name, locale in (("Hana Ito", "en"), ("Wen Xiong", "zh-Hant"), ("Late Lee", "en")):
        was_there(place, workshop, name, locale)

    rule = {"least_hours": "4", "least_score": "60", "titles__en": "Carbon expert"}
    posts(browser, f"{base}/certificate-rule", f"{base}/certificate-rule", **rule)
    scores = "name,score\nHana Ito,75\nWen Xiong,60\nLate Lee,10"
    posts(browser, f"{base}/certificates", f"{base}/test-scores/paste", text=scores)
    before = browser.get(f"{base}/certificates").text
    for _ in range(2):
        posts(browser, f"{base}/certificates", f"{base}/certificates")

    assert before.count("score not reached") == 1
    mail = place.plenary.await_mail(address_of("Hana Ito"), "Your certificate")
    place.plenary.await_mail(address_of("Wen Xiong"), "您的證書")
    assert subjects(place, "Hana Ito").count(mail.subject) == 1
    assert not any("certificate" in each for each in subjects(place, "Late Lee"))
    link = re.search(r"/events/links/\S+/certificate\.pdf", mail.text)
    assert link
    assert place.plenary.browser().get(link[0]).content.startswith(b"%PDF")

    issued = place.get(f"{EVENTS}/workshops/{workshop}/certificates", by=place.organizer)["items"]
    hers = next(each for each in issued if each["name"] == "Hana Ito")
    check = f"/events/certificates/{hers['id']}"
    shown = place.plenary.browser().get(check).text
    assert "This certificate is good." in shown
    assert "Hana Ito" in shown
    assert address_of("Hana Ito") not in shown

    revoke = f"/events/manage/certificates/{hers['id']}/revoke"
    posts(browser, f"{base}/certificates", revoke, reason="Not her badge.")
    revoked = place.plenary.await_mail(address_of("Hana Ito"), "Revoked")
    after = place.plenary.browser().get(check).text
    assert "Not her badge." in revoked.text
    assert "was revoked" in after
    assert "Not her badge." not in after
    assert "Hana Ito" not in after
    assert supply_of(place) == {each["id"]: each is not hers for each in issued}


def test_what_can_not_be_read_of_pasted_scores_is_said_with_its_line(
    place: Place, browser: httpx.Client
) -> None:
    workshop = place.published(capacity=9, starts_at=BEGAN, ends_at=ENDED)
    base = f"/events/manage/{workshop}"
    was_there(place, workshop, "Hana Ito", "en")
    posts(browser, f"{base}/certificate-rule", f"{base}/certificate-rule", least_score="50")

    page = f"{base}/certificates"
    answer = posts(browser, page, f"{base}/test-scores/paste", text="Hana Ito,5\nZoe,7")

    assert answer.status_code == 422
    assert "Line 2" in answer.text


def test_an_unknown_certificate_is_said_to_be_unknown(place: Place) -> None:
    found = place.plenary.browser().get("/events/certificates/" + place.ids["workshop_id"])

    assert found.status_code == 404
    assert "No such certificate is known" in found.text


def test_a_survey_is_written_mailed_and_answered_once_on_pages(
    place: Place, browser: httpx.Client
) -> None:
    workshop = place.published(capacity=9, starts_at=BEGAN, ends_at=ENDED)
    page = f"/events/manage/{workshop}/surveys/after"
    for name, locale in (("Hana Ito", "en"), ("Wen Xiong", "zh-Hant")):
        was_there(place, workshop, name, locale)

    posts(browser, page, page, titles__en="How was it?", is_anonymous="on")
    question = {"kind": "choice", "labels__en": "Useful?", "is_required": "on"}
    options = {"options__0__labels__en": "Yes", "options__1__labels__en": "No"}
    posts(browser, page, f"{page}/questions", **question, **options)
    step = re.search(r"/events/manage/surveys/[\w-]+/open", browser.get(page).text)
    assert step
    posts(browser, page, step[0])
    go_on_with_surveys(place.apps.databases["events"], place.apps.clock())

    place.plenary.await_mail(address_of("Wen Xiong"), "您覺得")
    mail = place.plenary.await_mail(address_of("Hana Ito"), "How was")
    link = re.search(r"/events/links/\S+/surveys/[\w-]+", mail.text)
    assert link
    hers = place.plenary.browser()
    wrong = posts(hers, link[0], link[0])
    right = posts(hers, link[0], link[0], answers__useful="yes")
    after = hers.get(link[0]).text

    assert (wrong.status_code, right.status_code) == (422, 303)
    assert "your answers are kept" in after
    assert '<form method="post" action="/events/links' not in after
    assert "Too few answers to show." in browser.get(page).text
