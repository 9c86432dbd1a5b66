"""One personal token at all three services: good at once, and ended everywhere."""

from uuid import UUID

import pytest

from tests.contract.place import Place
from tests.contract.problems import problem
from tests.support.alliance import EVENTS, MEMBERS, NOTIFICATIONS
from tests.support.running import Headers

pytestmark = pytest.mark.usefixtures("untouched")

OWN = (f"{MEMBERS}/me", f"{EVENTS}/workshops", f"{NOTIFICATIONS}/inbox")


def a_token(place: Place, *scopes: str, by: Headers | None = None) -> tuple[str, Headers]:
    wanted = {"name": "a program", "scopes": scopes}
    made = place.post(f"{MEMBERS}/me/tokens", wanted, by=by or place.operator)
    return made["id"], {"Authorization": f"Bearer {made['token']}"}


def test_it_is_good_at_all_services_at_once_and_at_none_when_it_is_deleted(place: Place) -> None:
    api = place.plenary.api
    token_id, by = a_token(place, "members:read", "events:read", "notifications:read")

    assert [api.get(path, headers=by).status_code for path in OWN] == [200, 200, 200]

    api.delete(f"{MEMBERS}/me/tokens/{token_id}", headers=place.operator)
    place.apps.settle()
    assert [api.get(path, headers=by).status_code for path in OWN] == [401, 401, 401]


def test_a_scope_leads_to_its_service_alone(place: Place) -> None:
    _, by = a_token(place, "events:read")
    answers = [place.plenary.api.get(path, headers=by) for path in OWN]

    assert [answer.status_code for answer in answers] == [403, 200, 403]
    for answer in answers[::2]:
        problem(answer, 403, code="scope_missing")


def test_reading_is_not_writing_at_any_service(place: Place) -> None:
    _, by = a_token(place, "members:read", "events:read", "notifications:read")
    api = place.plenary.api

    for path in (f"{MEMBERS}/people", f"{EVENTS}/workshops", f"{NOTIFICATIONS}/suppressions"):
        problem(api.post(path, json={}, headers=by), 403, code="scope_missing")


@pytest.mark.parametrize("end", ["exports", f"exports/{UUID(int=1)}/file", "erase"])
def test_what_reaches_every_service_takes_no_token_of_one(place: Place, end: str) -> None:
    _, by = a_token(place, "members:write")
    api, me = place.plenary.api, place.get(f"{MEMBERS}/me", by=place.operator)["person"]["id"]
    path = f"{MEMBERS}/people/{me}/{end}"

    method = "GET" if end.endswith("file") else "POST"
    answer = api.request(method, path, headers=by, json={})

    problem(answer, 403, code="personal_token_refused")


def test_members_hears_of_its_use_elsewhere(place: Place) -> None:
    token_id, by = a_token(place, "events:read")
    place.plenary.api.get(f"{EVENTS}/workshops", headers=by)
    place.apps.settle()

    listed = place.get(f"{MEMBERS}/me/tokens", by=place.operator)["items"]

    assert next(each for each in listed if each["id"] == token_id)["used_at"]


def test_a_taken_grant_is_taken_at_the_other_services_too(place: Place) -> None:
    api, path = place.plenary.api, f"{EVENTS}/workshops/{place.ids['workshop_id']}/nominations"
    _, by = a_token(place, "events:read", by=place.focal_a)
    assert place.get(path, by=by)["items"]

    grants = place.get(f"{MEMBERS}/me", by=place.focal_a)["grants"]
    for each in grants:
        answer = api.delete(f"{MEMBERS}/grants/{each['id']}", headers=place.operator)
        assert answer.status_code == 204, answer.text
    place.apps.settle()

    answer = api.get(path, headers=by)
    assert answer.status_code in (403, 404) or answer.json()["items"] == []
