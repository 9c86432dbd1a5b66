"""Consents: what an association asks for, in which words, and what people give and take back."""

import hashlib
import json

import pytest
from sqlalchemy import func, select

from services.members.actions.consenting import ask_for, find_held, give, withdraw
from services.members.actions.forgetting import erase_person
from services.members.actions.merging import merge_people, undo_merge
from services.members.actions.segmenting import Wanted, make_segment
from services.members.model import Consent, ConsentText, Organisation
from shared.contracts.members_directory import ConsentRecorded, SegmentMembersChanged
from tests.members.builders import NOW, a_person, an_affiliation, an_organisation, told

WORDS = {
    "titles": {"en": "Newsletter", "zh-Hant": "電子報"},
    "texts": {"en": "May we write to you?\nOnce a month.", "zh-Hant": "可以寫信給您嗎？"},
}
OTHER = WORDS | {"titles": {"en": "Monthly newsletter"}}
OPTIONS = {"language": "en", "way": "api", "actor": "x", "now": NOW}


@pytest.fixture
def purpose(ask, world):
    path = f"/organisations/{world['association_a']}/consent-purposes"
    made = ask("focal.a", "POST", path, WORDS | {"key": "newsletter"})
    assert made.status_code == 201, made.text
    return made.json


def question(ask, who="focal.a"):
    return ask(who, "GET", "/me/consents").json["items"]


def gives(ask, asked, who="focal.a"):
    body = {"purpose_id": asked["purpose"]["id"], "text_hash": asked["words"]["hash"]}
    return ask(who, "POST", "/me/consents", body | {"language": "zh-Hant"})


def test_a_person_is_asked_gives_and_takes_back(ask, purpose):
    asked = question(ask)[0]
    made = gives(ask, asked)
    again = gives(ask, asked)
    held = question(ask)[0]["consent"]

    gone = ask("focal.a", "POST", f"/me/consents/{made.json['id']}/withdraw", {})

    assert (made.status_code, again.status_code) == (201, 200)
    assert again.json == made.json == held
    assert made.json["given_place"] == "127.0.0.1"
    assert (made.json["given_way"], made.json["language"]) == ("api", "zh-Hant")
    assert gone.json["withdrawn_at"]
    assert question(ask)[0]["consent"] is None


def test_the_hash_is_of_the_very_words(ask, purpose):
    words = question(ask)[0]["words"]

    plain = {"texts": words["texts"], "titles": words["titles"]}
    canonical = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert words["hash"] == hashlib.sha256(canonical.encode()).hexdigest()


def test_new_words_are_asked_anew_and_the_old_consent_stays_known(ask, purpose):
    first = gives(ask, question(ask)[0]).json
    path = f"/consent-purposes/{purpose['id']}/texts"

    same = ask("focal.a", "POST", path, WORDS)
    made = ask("focal.a", "POST", path, OTHER)
    stale = ask(
        "focal.a",
        "POST",
        "/me/consents",
        {"purpose_id": purpose["id"], "text_hash": first["text_hash"]},
    )
    second = gives(ask, question(ask)[0]).json

    assert (same.json["number"], made.json["number"]) == (1, 2)
    assert (stale.status_code, stale.json["code"]) == (409, "text_changed")
    history = ask("focal.a", "GET", "/me/consents/history").json["items"]
    assert [each["id"] for each in history] == [second["id"], first["id"]]
    assert [bool(each["withdrawn_at"]) for each in history] == [False, True]
    texts = ask("attendee", "GET", path).json["items"]
    assert [each["titles"]["en"] for each in texts] == ["Newsletter", "Monthly newsletter"]


def test_only_people_below_are_asked_and_others_may_be_sent(ask, purpose):
    asked = question(ask)[0]

    assert question(ask, "focal.b") == question(ask, "attendee") == []
    assert gives(ask, asked, "attendee").status_code == 201
    assert [each["purpose"]["key"] for each in question(ask, "attendee")] == ["newsletter"]


def test_what_is_archived_is_asked_no_more_and_can_be_taken_back(ask, purpose):
    asked = question(ask)[0]
    given = gives(ask, asked).json

    ask("focal.a", "POST", f"/consent-purposes/{purpose['id']}/archive", {})

    assert gives(ask, asked, "attendee").status_code == 409
    assert question(ask)[0]["consent"]["id"] == given["id"]
    ask("focal.a", "POST", f"/me/consents/{given['id']}/withdraw", {})
    assert question(ask) == []


def test_who_consented_is_seen_by_those_who_ask_alone(ask, purpose, world):
    gives(ask, question(ask)[0])
    path = f"/consent-purposes/{purpose['id']}/consents"

    seen = ask("focal.a", "GET", path).json["items"]

    assert [each["person_id"] for each in seen] == [str(world["focal_a"])]
    assert "given_place" not in seen[0]
    assert ask("focal.b", "GET", path).status_code == 404
    assert ask("attendee", "GET", path).status_code == 403


def test_nobody_else_asks_changes_or_takes_back(ask, purpose, world):
    given = gives(ask, question(ask)[0]).json
    path = f"/consent-purposes/{purpose['id']}"
    owner = f"/organisations/{world['association_a']}/consent-purposes"

    assert ask("focal.b", "POST", owner, WORDS | {"key": "x"}).status_code == 403
    assert ask("focal.b", "POST", f"{path}/texts", OTHER).status_code == 404
    assert ask("focal.b", "POST", f"{path}/archive", {}).status_code == 404
    taken = ask("focal.b", "POST", f"/me/consents/{given['id']}/withdraw", {})
    assert taken.status_code == 404


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"key": "News letter"}, "/key"),
        ({"titles": {}}, "/titles"),
        ({"texts": {"en": 3}}, "/texts/en"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_a_bad_purpose_is_refused_where_it_is_wrong(ask, world, body, pointer):
    path = f"/organisations/{world['association_a']}/consent-purposes"

    refused = ask("focal.a", "POST", path, WORDS | {"key": "newsletter"} | body)

    assert refused.status_code == 422
    assert pointer in [each["pointer"] for each in refused.json["errors"]]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"purpose_id": "01890000-0000-7000-8000-000000000000"}, "/purpose_id"),
        ({"text_hash": "short"}, "/text_hash"),
        ({"language": "fr"}, "/language"),
    ],
)
def test_a_bad_consent_is_refused_where_it_is_wrong(ask, purpose, body, pointer):
    good = {"purpose_id": purpose["id"], "text_hash": "0" * 64}

    refused = ask("focal.a", "POST", "/me/consents", good | body)

    assert refused.status_code == 422
    assert [each["pointer"] for each in refused.json["errors"]] == [pointer]


def test_the_same_key_twice_is_refused(ask, purpose, world):
    path = f"/organisations/{world['association_a']}/consent-purposes"

    again = ask("focal.a", "POST", path, WORDS | {"key": "newsletter"})

    assert (again.status_code, again.json["code"]) == (409, "already_there")


def consented(session, *people):
    owner = an_organisation(session)
    purpose = ask_for(session, owner, WORDS | {"key": "news"}, actor="x", now=NOW)
    shown = session.scalars(select_hash(purpose)).one()
    for person in people:
        give(session, person, purpose, text_hash=shown, **OPTIONS)
    return purpose


def select_hash(purpose):
    return select(ConsentText.hash).where(ConsentText.purpose_id == purpose.id)


def test_giving_and_taking_back_are_told(session):
    person = a_person(session)
    purpose = consented(session, person)
    withdraw(session, find_held(session, person.id, purpose.id), way="api", actor="x", now=NOW)

    messages = [each for each in told(session) if isinstance(each, ConsentRecorded)]

    assert [(each.version, bool(each.withdrawn_at)) for each in messages] == [(1, False), (2, True)]


def test_one_s_data_hold_one_s_consents(ask, purpose, world):
    gives(ask, question(ask)[0])
    path = f"/people/{world['focal_a']}/export"

    assert [each["purpose_key"] for each in ask("operator", "GET", path).json["consents"]] == [
        "newsletter"
    ]


def test_who_is_erased_leaves_no_consent(session, settings):
    person = a_person(session)
    consented(session, person)

    erase_person(session, person, settings=settings, actor="x", now=NOW)

    assert session.scalar(select(func.count()).select_from(Consent)) == 0


def test_consents_follow_a_merge_of_people_but_for_what_both_gave(session):
    kept, gone = a_person(session), a_person(session)
    both, own = consented(session, kept, gone), consented(session, gone)
    merge = merge_people(session, kept, gone, [], actor="x", now=NOW)
    session.flush()
    while_merged = [find_held(session, kept.id, each.id) is not None for each in (both, own)]

    undo_merge(session, merge, settings=None, actor="x", now=NOW)
    session.flush()

    assert while_merged == [True, True]
    assert find_held(session, gone.id, both.id)
    assert find_held(session, gone.id, own.id)
    assert find_held(session, kept.id, own.id) is None


def test_operators_read_how_long_data_are_kept(ask):
    items = ask("operator", "GET", "/retention").json["items"]

    assert {"kind": "invitations", "days": 90, "ran_at": None}.items() <= next(
        each for each in items if each["kind"] == "invitations"
    ).items()
    assert ask("organizer", "GET", "/retention").status_code == 403


def test_a_segment_of_who_consents_loses_at_once_who_takes_it_back(ask, purpose, world):
    given = gives(ask, question(ask)[0])
    body = {"kind": "people", "names": {"en": "Readers"}, "filters": {"consent": purpose["id"]}}
    made = ask("focal.a", "POST", f"/organisations/{world['association_a']}/segments", body)
    members = f"/segments/{made.json['id']}/members"
    before = [each["id"] for each in ask("focal.a", "GET", members).json["items"]]

    ask("focal.a", "POST", f"/me/consents/{given.json['id']}/withdraw", {})

    assert before == [str(world["focal_a"])]
    assert ask("focal.a", "GET", members).json["items"] == []
    segment = ask("focal.a", "GET", f"/segments/{made.json['id']}").json
    assert (segment["member_count"], segment["filters"]) == (0, {"consent": purpose["id"]})


def test_who_leaves_a_segment_by_taking_back_is_told_of(session):
    person, other = a_person(session), a_person(session)
    purpose = consented(session, person, other)
    owner = session.get_one(Organisation, purpose.organisation_id)
    for each in (person, other):
        an_affiliation(session, each, owner)
    wanted = Wanted(filters={"consent": str(purpose.id)})
    make_segment(session, owner, "people", {"en": "R"}, wanted, actor="x", now=NOW)

    withdraw(session, find_held(session, person.id, purpose.id), way="api", actor="x", now=NOW)

    changes = [each for each in told(session) if isinstance(each, SegmentMembersChanged)]
    assert [set(each.joined_ids) for each in changes] == [{person.id, other.id}, set()]
    assert [each.left_ids for each in changes] == [(), (person.id,)]
    assert changes[0].version < changes[1].version


@pytest.mark.parametrize("owner", ["association_b", "alliance"])
def test_a_segment_rests_on_no_consent_to_others(ask, purpose, world, owner):
    body = {"kind": "people", "names": {"en": "X"}, "filters": {"consent": purpose["id"]}}

    refused = ask("operator", "POST", f"/organisations/{world[owner]}/segments", body)

    assert refused.status_code == 422
    assert refused.json["errors"][0]["pointer"] == "/filters/consent"


def test_a_segment_of_organisations_rests_on_no_consent(ask, purpose, world):
    body = {"kind": "organisations", "names": {"en": "X"}, "filters": {"consent": purpose["id"]}}

    refused = ask("focal.a", "POST", f"/organisations/{world['association_a']}/segments", body)

    assert refused.status_code == 422
    assert refused.json["errors"][0]["pointer"] == "/filters/consent"
