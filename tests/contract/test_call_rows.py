"""Topics, kinds and criteria of a call are rows of fields; their keys keep out of sight."""

from typing import Any

import httpx
import pytest

from tests.contract.browsing import browser_of
from tests.contract.place import Place
from tests.contract.test_call_pages import CALL, opened, public_page, room_of
from tests.contract.test_seen_versions import FormOfAPage
from tests.support.alliance import EVENTS

pytestmark = pytest.mark.usefixtures("untouched")


def call_of(place: Place) -> Any:
    return place.get(f"{EVENTS}/workshops/{place.ids['workshop_id']}/call", by=place.organizer)


def save(place: Place, **typed: str) -> httpx.Response:
    """The call, with what is named typed in its form: topics__0__labels__en."""
    page, room = browser_of(place, place.organizer), room_of(place)
    fields = FormOfAPage(page.get(room).text).found
    return page.post(room, data=fields | {k.replace("__", "."): v for k, v in typed.items()})


def test_a_topic_keeps_its_key_when_it_is_called_otherwise(place: Place) -> None:
    save(place, topics__0__labels__en="Skills")
    before = call_of(place)["topics"]

    saved = save(place, topics__0__labels__en="Greener skills")

    after = call_of(place)["topics"]
    assert saved.status_code == 303
    assert [each["key"] for each in after] == [each["key"] for each in before]
    assert after[0]["labels"]["en"] == "Greener skills"


def test_new_ones_get_keys_of_their_own_and_one_whose_words_are_taken_out_is_gone(
    place: Place,
) -> None:
    save(place, topics__0__labels__en="Skills", topics__1__labels__en="Money")
    first, second = (each["key"] for each in call_of(place)["topics"])
    new = {"topics__3__labels__en": "Skills", "topics__5__labels__zh-Hant": "公正轉型"}

    saved = save(place, topics__0__labels__en="", **new)

    topics = call_of(place)["topics"]
    keys = [each["key"] for each in topics]
    assert saved.status_code == 303
    assert (first, second, keys[0]) == ("skills", "money", "money")
    assert [each["labels"] for each in topics[1:]] == [{"en": "Skills"}, {"zh-Hant": "公正轉型"}]
    assert len({*keys, first}) == 4


def test_a_kind_has_its_length_and_guests_choose_among_both(place: Place) -> None:
    save(place, kinds__7__labels__en="Short report", kinds__7__minutes="7")

    assert call_of(place)["kinds"][-1]["minutes"] == 7
    assert "Short report (7 minutes)" in browser_of(place).get(public_page(place)).text


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"kinds__8__minutes": "7"}, "kinds-8-labels-en"),
        ({"kinds__8__minutes": "0", "kinds__8__labels__en": "Talk"}, "kinds-8-minutes"),
        ({"topics__8__labels__en": "x" * 301}, "topics-8-labels-en"),
        ({f"topics__{n}__labels__en": f"T{n}" for n in range(31)}, "topics"),
    ],
    ids=["no words", "no length", "too long", "too many"],
)
def test_what_is_wrong_in_a_row_is_said_at_its_field(
    place: Place, typed: dict[str, str], field: str
) -> None:
    before = call_of(place)

    refused = save(place, **typed)

    assert refused.status_code == 422
    assert f'href="#f-{field}"' in refused.text
    assert f'id="f-{field}"' in refused.text
    assert call_of(place) == before


def test_a_call_needs_one_criterion_at_least(place: Place) -> None:
    page, room = browser_of(place, place.organizer), room_of(place)
    typed = {path: text for path, text in CALL.items() if not path.startswith("criteria")}

    refused = page.post(room, data=opened(page, room) | typed)

    assert refused.status_code == 422
    assert 'href="#f-criteria-0-labels-en"' in refused.text
