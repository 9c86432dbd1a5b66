"""The directory of people: titles, sorting, and filters within what the asker may see."""

import pytest

PEOPLE = "/members/api/v1/people"


@pytest.fixture
def as_focal_a(client, world, sign_in):
    return sign_in("focal.a@x.example")


def names_in(answer):
    assert answer.status_code == 200, answer.text
    return {each["id"] for each in answer.json["items"]}


def test_title_and_sorting_are_kept_and_answered(client, as_focal_a):
    name = {"kind": "romanised", "given": "Ana", "family": "de la Cruz", "order": "given_first"}
    body = {"names": [name], "titles": {"en": "Dr", "zh-Hant": "博士"}, "sort_as": "Cruz"}

    made = client.post(PEOPLE, json=body, headers=as_focal_a)
    found = client.get(f"{PEOPLE}/{made.json['id']}", headers=as_focal_a)

    assert made.status_code == 201
    assert (found.json["titles"], found.json["sort_as"]) == (body["titles"], "Cruz")


@pytest.mark.parametrize(
    ("titles", "pointer"),
    [({"en": ""}, "/titles/en"), ({"?": "Dr"}, "/titles/?"), ("Dr", "/titles")],
)
def test_a_title_that_is_none_is_refused(client, as_focal_a, titles, pointer):
    name = {"kind": "romanised", "given": "Ana", "family": "Cruz"}

    refused = client.post(PEOPLE, json={"names": [name], "titles": titles}, headers=as_focal_a)

    assert refused.status_code == 422
    assert refused.json["errors"][0]["pointer"].startswith(pointer)


def test_the_filters_find_who_is_placed_somewhere(client, world, as_focal_a):
    here = {"organisation_id": world["association_a"]}

    at = names_in(client.get(PEOPLE, query_string=here, headers=as_focal_a))
    focal = names_in(
        client.get(PEOPLE, query_string=here | {"role": "focal_point"}, headers=as_focal_a)
    )
    nowhere = names_in(client.get(PEOPLE, query_string={"economy": "PE"}, headers=as_focal_a))

    assert focal < at or focal == at
    assert nowhere == set()


def test_a_filter_says_nothing_of_another_association(client, world, as_focal_a):
    there = {"organisation_id": world["association_b"]}

    assert names_in(client.get(PEOPLE, query_string=there, headers=as_focal_a)) == set()


def test_an_unknown_office_is_refused(client, as_focal_a):
    assert client.get(f"{PEOPLE}?role=king", headers=as_focal_a).status_code == 422
