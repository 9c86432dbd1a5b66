"""An id of a person alone tells nobody whose it is."""

from typing import Any

import pytest

from tests.contract.place import Place
from tests.contract.problems import problem
from tests.support.alliance import EVENTS, MEMBERS

pytestmark = pytest.mark.usefixtures("untouched")


def names(place: Place, person_id: str, *, body: str, by: Any) -> Any:
    path = f"{EVENTS}/workshops/{place.published(capacity=9)}/nominations"
    sent = {"organisation_id": place.ids[body], "person_id": person_id}
    return place.plenary.api.post(path, json=sent, headers=by)


def test_a_body_names_nobody_of_another_by_an_id_and_learns_no_address(place: Place) -> None:
    of_a = place.ids["delegate"]
    path = f"{MEMBERS}/people/{of_a}"
    problem(place.plenary.api.get(path, headers=place.focal_b), 404, code="not_found")

    refused = names(place, of_a, body="b", by=place.focal_b)

    problem(refused, 422, code="unknown_person")
    assert "@" not in refused.text


def test_a_body_names_its_own_people_and_oneself_by_their_ids(place: Place) -> None:
    me = place.get(f"{MEMBERS}/me", by=place.focal_b)["person"]["id"]

    assert names(place, me, body="b", by=place.focal_b).status_code == 201
    assert names(place, place.ids["delegate"], body="a", by=place.focal_a).status_code == 201
