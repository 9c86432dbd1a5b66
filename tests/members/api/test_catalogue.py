"""The catalogues of experts and technologies."""

import pytest

NAMES = {"en": "Dr Lin, heat pumps", "zh-Hant": "林博士：熱泵"}


@pytest.fixture
def offer(ask, world, lineage):
    def offer(who="focal.a", **values):
        body = {
            "organisation_id": str(world["association_a"]),
            "kind": "expert",
            "names": NAMES,
            "capability_ids": [lineage],
            "languages": ["zh-Hant"],
            "most_at_once": 2,
        } | values
        return ask(who, "POST", "/catalogue-entries", body)

    return offer


def test_an_organisation_offers_an_expert_whom_everybody_finds(ask, offer, lineage):
    made = offer(sectors=["machinery"]).json
    offer(kind="technology", names={"en": "Leak finder"}, capability_ids=[])

    def ids(query):
        found = ask("attendee", "GET", f"/catalogue-entries?{query}").json["items"]
        return [each["id"] for each in found]

    assert (made["taken"], made["free"], made["state"]) == (0, 2, "active")
    assert ids("q=热泵") == ids(f"capability_id={lineage}") == ids("kind=expert") == [made["id"]]
    assert ids("sector=MACHINERY") == [made["id"]]
    assert len(ids("")) == 2


def test_only_who_offers_it_or_the_alliance_changes_it(ask, offer, world):
    made = offer().json
    path = f"/catalogue-entries/{made['id']}"

    refused = ask("focal.b", "PATCH", path, {"most_at_once": 9})
    done = ask("focal.a", "PATCH", path, {"most_at_once": 3})
    above = ask("organizer", "PATCH", path, {"most_at_once": 4})

    assert offer("focal.b").status_code == 403
    assert offer("organizer").status_code == 201
    assert (refused.status_code, done.json["free"], above.json["free"]) == (403, 3, 4)


def test_a_paused_one_is_seen_by_its_own_alone(ask, offer):
    made = offer().json
    path = f"/catalogue-entries/{made['id']}"

    ask("focal.a", "POST", f"{path}/pause", {})

    assert ask("attendee", "GET", path).status_code == 404
    assert ask("focal.a", "GET", path).json["state"] == "paused"
    assert ask("focal.a", "POST", f"{path}/resume", {}).json["state"] == "active"


def test_an_expert_works_for_whoever_offers_them(offer, world):
    person, company = str(world["person_a"]), str(world["company_a"])

    stranger = offer(person_id=person)
    own = offer("organizer", person_id=person, organisation_id=company)

    assert stranger.status_code == 422
    assert stranger.json["errors"][0]["pointer"] == "/person_id"
    assert (own.status_code, own.json["person_id"]) == (201, person)


@pytest.mark.parametrize("values", [{"most_at_once": 0}, {"kind": "book"}, {"names": {}}])
def test_what_makes_no_sense_is_refused(offer, values):
    assert offer(**values).status_code == 422


def test_an_erased_expert_is_named_no_more(ask, offer, world):
    person = str(world["person_a"])
    made = offer("organizer", person_id=person, organisation_id=str(world["company_a"])).json

    ask("operator", "POST", f"/people/{person}/erase", {})

    kept = ask("operator", "GET", f"/catalogue-entries/{made['id']}").json
    assert (kept["names"], kept["state"], kept["person_id"]) == ({}, "paused", None)
