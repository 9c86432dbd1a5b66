"""Two tabs at the questions of a registration form: each question goes by its own name."""

from typing import Any

import pytest

from tests.contract.browsing import browser_of
from tests.contract.place import Place
from tests.contract.test_seen_versions import TOLD, FormOfAPage, form_at
from tests.support.alliance import EVENTS

pytestmark = pytest.mark.usefixtures("untouched")


def a_question(key: str) -> dict[str, Any]:
    return {"key": key, "kind": "text", "labels": {"en": key.title()}}


def form_of(place: Place, *keys: str) -> str:
    """The path of the editor, of a workshop that asks these."""
    form = [a_question(key) for key in keys]
    return f"/events/manage/{place.published(capacity=3, registration={'form': form})}/form"


def labels_of(place: Place, path: str) -> list[str]:
    workshop = place.get(f"{EVENTS}/workshops/{path.split('/')[3]}", by={})
    return [each["labels"]["en"] for each in workshop["registration"]["form"]]


def test_the_second_of_two_tabs_at_one_question_is_told_of_the_first(place: Place) -> None:
    path, page = form_of(place, "diet", "visa"), browser_of(place, place.organizer)
    at_diet, at_visa = f"{path}?question=diet", f"{path}?question=visa"
    first, second, other = form_at(page, at_diet), form_at(page, at_diet), form_at(page, at_visa)

    page.post(at_diet, data=first | {"labels.en": "First"})
    elsewhere = page.post(at_visa, data=other | {"labels.en": "Other"})
    refused = page.post(at_diet, data=second | {"labels.en": "Second"})
    put_in_place = page.post(at_diet, data=FormOfAPage(refused.text).found)

    assert (elsewhere.status_code, refused.status_code) == (303, 422)
    assert TOLD in refused.text
    assert put_in_place.status_code == 303
    assert labels_of(place, path) == ["Second", "Other"]


def test_a_question_that_was_taken_off_meanwhile_comes_back_at_the_end_if_that_is_wanted(
    place: Place,
) -> None:
    path, page = form_of(place, "diet", "visa"), browser_of(place, place.organizer)
    opened = form_at(page, f"{path}?question=diet")
    token = {"csrf_token": opened["csrf_token"]}
    page.post(f"{path}/diet/remove", data=token)

    refused = page.post(f"{path}?question=diet", data=opened | {"labels.en": "Food"})
    before = labels_of(place, path)
    page.post(f"{path}?question=diet", data=FormOfAPage(refused.text).found)

    assert refused.status_code == 422
    assert TOLD in refused.text
    assert before == ["Visa"]
    assert labels_of(place, path) == ["Visa", "Food"]


def test_a_page_opened_before_the_questions_moved_takes_off_the_one_that_it_names(
    place: Place,
) -> None:
    path, page = form_of(place, "diet", "visa"), browser_of(place, place.organizer)
    token = {"csrf_token": form_at(page, f"{path}?question=diet")["csrf_token"]}

    page.post(f"{path}/visa/up", data=token)
    page.post(f"{path}/diet/remove", data=token)
    again = page.post(f"{path}/diet/remove", data=token)

    assert labels_of(place, path) == ["Visa"]
    assert again.status_code == 404
