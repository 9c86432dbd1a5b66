"""Answers to a registration form are shown to no more people than may see them."""

from typing import Any

import pytest

from tests.contract.place import Place
from tests.support.alliance import EVENTS

pytestmark = pytest.mark.usefixtures("untouched")

SAID = {"diet": "halal", "gender": "woman"}
ANN: dict[str, Any] = {"name": "Ann", "email": "ann.answers@people.example"}
BEN: dict[str, Any] = {"name": "Ben", "email": "ben.answers@people.example"}
FORM = [
    {"key": "diet", "kind": "text", "labels": {"en": "Diet"}},
    {
        "key": "gender",
        "kind": "choice",
        "labels": {"en": "Gender"},
        "options": [{"value": "woman"}, {"value": "man"}],
        "counts_as": "gender",
    },
]


@pytest.fixture
def workshop(place: Place) -> str:
    """The path of one that asks what people eat, and counts who they are."""
    made = place.published(capacity=9, registration={"form": FORM, "mode": "approval"})
    return f"{EVENTS}/workshops/{made}"


def test_who_knows_a_name_and_an_address_reads_no_answers_by_them(
    place: Place, workshop: str
) -> None:
    path, api = f"{workshop}/registrations", place.plenary.api
    made = api.post(path, json=ANN | {"answers": SAID})

    again = api.post(path, json=ANN)

    assert (made.status_code, again.status_code) == (201, 200)
    assert made.json()["answers"] == SAID
    assert again.json()["id"] == made.json()["id"]
    assert again.json()["answers"] == {}


def test_who_knows_the_names_of_a_group_reads_no_answers_by_them(
    place: Place, workshop: str
) -> None:
    path, api = f"{workshop}/group-registrations", place.plenary.api
    contact = {"contact": {"name": "Lee", "email": "lee.answers@people.example"}}
    answered = [each | {"answers": SAID} for each in (ANN, BEN)]
    made = api.post(path, json=contact | {"people": answered})

    again = api.post(path, json=contact | {"people": [ANN, BEN]})

    assert (made.status_code, again.status_code) == (201, 200), again.text
    assert [each["answers"] for each in again.json()["registrations"]] == [{}, {}]


def test_what_is_shown_in_totals_alone_is_read_by_no_step_of_an_organizer(
    place: Place, workshop: str
) -> None:
    api, by = place.plenary.api, place.organizer
    made = api.post(f"{workshop}/registrations", json=ANN | {"answers": SAID}).json()
    path = f"{EVENTS}/registrations/{made['id']}"

    answers = [
        api.patch(path, json={}, headers=by),
        api.post(f"{path}/approve", json={}, headers=by),
        api.post(f"{path}/cancel", json={"reason": "Ill"}, headers=by),
    ]

    assert [each.status_code for each in answers] == [200, 200, 200]
    assert [each.json()["answers"] for each in answers] == [{"diet": "halal"}] * 3
