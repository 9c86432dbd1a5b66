"""Two tabs edit one thing: the second is told, keeps what it typed, and may put it in place."""

from html.parser import HTMLParser

import httpx
import pytest

from shared.web.forms import SEEN
from tests.contract.browsing import browser_of
from tests.contract.place import Place
from tests.support.alliance import MEMBERS

pytestmark = pytest.mark.usefixtures("untouched")

TOLD = "Somebody changed this while you were writing."
# Page, what is typed over, and who edits: an organizer where nobody is named.
EDITED = [
    ("/events/manage/{workshop_id}/edit", "venue.name", "organizer"),
    ("/events/manage/{workshop_id}/call", "texts.en", "organizer"),
    ("/events/manage/programme/session/{part_id}", "titles.en", "organizer"),
    ("/events/manage/programme/speaker/{speaker_id}", "names.en", "organizer"),
    ("/events/manage/programme/talk/{contribution_id}", "titles.en", "organizer"),
    ("/events/courses/{course_id}/edit", "names.en", "organizer"),
    ("/events/learning-paths/{path_id}", "names.en", "organizer"),
    ("/events/trainers/{trainer_id}", "names.en", "organizer"),
    ("/members/capabilities/{capability_id}", "names.en", "organizer"),
    ("/members/organisations/{a}/edit", "names.en", "focal point of A"),
    ("/members/custom-fields/{field_id}", "labels.en", "focal point of A"),
    ("/members/membership-types/{type_id}", "names.en", "organizer"),
    ("/members/catalogue/{entry_id}/edit", "names.en", "organizer"),
    ("/members/me", "titles.en", "attendee"),
    ("/notifications/organisations/{a}/templates/registration_waiting", "en.subject", "operator"),
    ("/notifications/organisations/{a}/rules", "mails_per_minute", "focal point of A"),
    ("/events/manage/{workshop_id}/certificate-rule", "titles.en", "organizer"),
    ("/events/manage/{workshop_id}/surveys/before", "titles.en", "organizer"),
    ("/members/organisations/{a}/referral-terms", "days", "focal point of A"),
    ("/members/consent-purposes/{purpose_id}", "titles.en", "focal point of A"),
    ("/members/segments/{segment_id}", "names.en", "focal point of A"),
]
# Where a text won't do.
FIRST, SECOND = "https://first.example", "https://second.example"
TYPED = {"mails_per_minute": ("11", "12"), "days": ("11", "12")}


class FormOfAPage(HTMLParser):
    """The fields of the form that says which version it was filled with."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.found: dict[str, str] = {}
        self.area = self.choice = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        name = known.get("name", "")
        if tag == "form":
            self.fields = {}
        elif tag == "textarea":
            self.area = name
            self.fields[name] = ""
        elif tag == "select":
            self.choice = name
        elif tag == "option" and self.choice:
            if "selected" in known or self.choice not in self.fields:
                self.fields[self.choice] = known["value"]
        elif tag == "input" and known.get("type") != "file":
            is_box = known.get("type") in ("checkbox", "radio")
            if name and (not is_box or "checked" in known):
                self.fields[name] = known.get("value", "on")

    def handle_data(self, data: str) -> None:
        if self.area:
            self.fields[self.area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = ""
        elif tag == "select":
            self.choice = ""
        elif tag == "form" and SEEN in self.fields:
            self.found = self.fields


def form_at(page: httpx.Client, path: str) -> dict[str, str]:
    return FormOfAPage(page.get(path).text).found


@pytest.mark.parametrize(("path", "field", "who"), EDITED)
def test_the_second_of_two_tabs_is_told_of_the_first(
    place: Place, path: str, field: str, who: str
) -> None:
    path = path.format(**place.ids)
    page = browser_of(place, place.people[who])
    theirs, mine = TYPED.get(field, (FIRST, SECOND))
    first, second = form_at(page, path), form_at(page, path)

    saved = page.post(path, data=first | {field: theirs})
    refused = page.post(path, data=second | {field: mine})
    again = FormOfAPage(refused.text).found
    put_in_place = page.post(path, data=again)

    assert saved.status_code == 303, saved.text
    assert refused.status_code == 422
    assert TOLD in refused.text
    assert again[field] == mine
    assert put_in_place.status_code == 303
    assert form_at(page, path)[field] == mine


def test_a_form_that_was_refused_for_a_fault_still_tells_of_the_other_tab(place: Place) -> None:
    path = f"/events/manage/programme/session/{place.ids['part_id']}"
    page = browser_of(place, place.people["organizer"])
    first = form_at(page, path)
    page.post(path, data=first | {"titles.en": "First"})

    faulty = page.post(path, data=first | {"ends_at": "no time"})
    mended = FormOfAPage(faulty.text).found | {"titles.en": "Second", "ends_at": first["ends_at"]}
    refused = page.post(path, data=mended)

    assert faulty.status_code == refused.status_code == 422
    assert TOLD in refused.text


def test_who_comes_into_a_segment_is_no_change_of_somebody_else(place: Place) -> None:
    path = f"/members/segments/{place.ids['segment_id']}"
    page = browser_of(place, place.focal_a)
    opened = form_at(page, path)
    by_api = f"{MEMBERS}/segments/{place.ids['segment_id']}"
    before = place.get(by_api, by=place.focal_a)["version"]
    place.ask("POST", f"{by_api}/refresh", {}, by=place.focal_a)
    after = place.get(by_api, by=place.focal_a)["version"]

    saved = page.post(path, data=opened | {"names.en": "Ours"})

    assert after > before
    assert saved.status_code == 303
