"""Mails as programs show them: readable, light and dark, wide and narrow."""

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
"""Landmarks are for pages: a mail is shown within one."""
LOOKS = [(False, False), (True, True), (True, False)]


@pytest.mark.parametrize(("is_dark", "on_phone"), LOOKS)
def test_no_mail_has_an_accessibility_fault(person, plenary, keep, is_dark, on_phone):
    page = person(None, is_dark=is_dark, on_phone=on_phone, scripts=True)
    found = plenary.api.get("/mailbox/api/v1/messages", params={"limit": 100}).json()["items"]
    by_shape = {(each["subject"][:6], bool(each["attachments"])): each for each in found}
    assert len(by_shape) > 3

    for number, mail in enumerate(by_shape.values()):
        page.set_content(mail["html"])
        keep(page, f"mail-{number}-{'dark' if is_dark else 'light'}")
        checked = Axe().run(page, options=WCAG)
        assert not checked.violations_count, f"{mail['subject']}: {checked.generate_report()}"
        wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wider <= 0, f"{mail['subject']} is {wider} px wider than the screen"
