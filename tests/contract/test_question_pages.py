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


MEALS = [{"value": "v", "labels": {"en": "Vegan", "th": "มังสวิรัติ"}}, {"value": "Not sure"}]


def test_options_keep_their_values_whatever_becomes_of_their_words(place: Place) -> None:
    meal = {"key": "meal", "kind": "choice", "labels": {"en": "Meal"}, "options": MEALS}
    workshop = place.published(capacity=3, registration={"form": [meal]})
    path, page = f"/events/manage/{workshop}/form", browser_of(place, place.organizer)
    at_meal = f"{path}?question=meal"
    opened = form_at(page, at_meal)

    changed = opened | {
        "options.0.labels.en": "No animals",
        "options.1.labels.en": "",
        "options.2.labels.zh-Hant": "都可以",
        "options.3.labels.en": "Vegan",
    }
    page.post(at_meal, data=changed)

    found = place.get(f"{EVENTS}/workshops/{workshop}", by=place.organizer)
    first, *rest = found["registration"]["form"][0]["options"]
    assert opened["options.1.labels.en"] == "Not sure"
    assert first == {"value": "v", "labels": {"en": "No animals", "th": "มังสวิรัติ"}}
    assert [each["labels"] for each in rest] == [{"zh-Hant": "都可以"}, {"en": "Vegan"}]
    assert len({first["value"], *(each["value"] for each in rest)}) == 3


def test_a_question_is_asked_after_answers_to_one_question_alone(place: Place) -> None:
    first = {"key": "meal", "kind": "choice", "labels": {"en": "Meal"}, "options": MEALS}
    second = {"key": "visa", "kind": "checkbox", "labels": {"en": "A visa?"}}
    form = [first, second, a_question("which")]
    workshop = place.published(capacity=3, registration={"form": form})
    path, page = f"/events/manage/{workshop}/form", browser_of(place, place.organizer)
    at_which = f"{path}?question=which"
    opened = form_at(page, at_which)
    vegan, unsure, visa = (
        "after." + f"{key}\n{value}".encode().hex()
        for key, value in (("meal", "v"), ("meal", "Not sure"), ("visa", "yes"))
    )

    of_two = page.post(at_which, data=opened | {vegan: "on", visa: "on"})
    forged = page.post(at_which, data=opened | {"after.zz": "on"})
    kept = page.post(at_which, data=opened | {vegan: "on", unsure: "on"})

    found = place.get(f"{EVENTS}/workshops/{workshop}", by=place.organizer)
    assert (of_two.status_code, forged.status_code, kept.status_code) == (422, 422, 303)
    assert "Tick answers to one question only." in of_two.text
    assert {vegan, visa} <= FormOfAPage(of_two.text).found.keys()
    assert found["registration"]["form"][2]["shown_if"] == {
        "key": "meal",
        "is_one_of": ["v", "Not sure"],
    }
    assert "Meal: Vegan / Meal: Not sure" in page.get(path).text


def test_a_survey_asks_a_choice_with_options_of_rows(place: Place) -> None:
    workshop = place.published(capacity=3)
    path, page = f"/events/manage/{workshop}/surveys/after", browser_of(place, place.organizer)
    page.post(path, data=form_at(page, path))
    opened = form_at(page, f"{path}#question")
    asked = {
        "csrf_token": opened["csrf_token"],
        "kind": "choice",
        "labels.en": "How was the hall?",
        "options.0.labels.en": "Good",
        "options.1.labels.zh-Hant": "太冷",
    }

    page.post(f"{path}/questions", data=asked | {"options.0.labels.en": "x" * 300})
    made = page.post(f"{path}/questions", data=asked)

    assert made.status_code == 303
    shown = page.get(path).text
    assert "Good, " in shown
    assert "太冷" in shown
