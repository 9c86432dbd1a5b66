"""The balance and the delegations as files."""

import csv
import io

from python_calamine import CalamineWorkbook

from tests.contract.browsing import browser_of
from tests.contract.place import Place
from tests.support.alliance import EVENTS


def a_workshop_with_people(place: Place) -> str:
    workshop: str = place.published(capacity=9)
    for name in ("Ann", "=1+1"):
        body = {"name": name, "email": "people@people.example"}
        place.post(f"{EVENTS}/workshops/{workshop}/registrations", body)
    return workshop


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_balance_is_had_as_a_file_on_its_page_and_by_the_api(place: Place) -> None:
    workshop = a_workshop_with_people(place)
    page, api = browser_of(place, place.organizer), f"{EVENTS}/workshops/{workshop}/balance"
    room = f"/events/manage/{workshop}"

    by_page = page.get(f"{room}/balance?format=csv")
    by_api = place.plenary.api.get(f"{api}?format=xlsx", headers=place.organizer)

    assert f"{room}/balance?format=csv" in page.get(f"{room}/report").text
    assert rows_of(by_page.text) == [
        ["Counted by", "Value", "People"],
        ["By economy", "Not known", "2"],
        ["By organisation", "On their own", "2"],
    ]
    book = CalamineWorkbook.from_filelike(io.BytesIO(by_api.content))
    assert book.get_sheet_by_index(0).to_python()[1] == ["By economy", "Not known", 2]


def test_the_delegations_are_had_as_a_file_of_those_whom_a_body_named(place: Place) -> None:
    workshop = a_workshop_with_people(place)
    page, api = browser_of(place, place.organizer), f"{EVENTS}/workshops/{workshop}/delegations"

    by_page = page.get(f"/events/manage/{workshop}/delegations?format=csv")
    by_api = place.plenary.api.get(f"{api}?format=csv", headers=place.organizer)
    unknown = place.plenary.api.get(f"{api}?format=doc", headers=place.organizer)

    assert rows_of(by_page.text) == rows_of(by_api.text)
    assert rows_of(by_api.text)[0][:3] == ["Economy", "Organisation", "Name"]
    assert len(rows_of(by_api.text)) == 1, "who registered alone is in no delegation"
    assert unknown.status_code == 422
