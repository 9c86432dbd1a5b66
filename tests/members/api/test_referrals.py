"""After the course: a need, its matches, and the referral to its outcome and a case."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from services.members import reactions
from services.members.actions.granting import grant
from services.members.model import Organisation, Person, TalentNeed
from services.members.queries.exports import export_of
from shared.foundation.identities import Role
from shared.messaging.tables import outbox
from tests.members.builders import NOW, an_affiliation

NEED = "Our dryer burns oil; which heat pump?"


@pytest.fixture
def trainee(database, world):
    """The attendee works for company A."""
    with database.writing() as session:
        person = session.scalars(select(Person).where(Person.email == "attendee@x.example")).one()
        an_affiliation(session, person, session.get(Organisation, world["company_a"]))
        return str(person.id)


@pytest.fixture
def state(ask, world, trainee, lineage):
    def state(**values):
        body = {
            "organisation_id": str(world["association_a"]),
            "kind": "expert",
            "text": NEED,
            "language": "zh-Hant",
            "capability_ids": [lineage],
            "sector": "machinery",
            "shown_to": ["association", "expert"],
        } | values
        return ask("attendee", "POST", "/needs", body)

    return state


@pytest.fixture
def offer(ask, world, lineage):
    """An entry of association B, to which nothing of A's is open otherwise."""

    def offer(name="Dr Lin", letter="b", **values):
        body = {
            "organisation_id": str(world[f"association_{letter}"]),
            "kind": "expert",
            "names": {"en": name},
            "capability_ids": [lineage],
        } | values
        made = ask(f"focal.{letter}", "POST", "/catalogue-entries", body)
        assert made.status_code == 201, made.text
        return made.json["id"]

    return offer


@pytest.fixture
def referred(ask, state, offer):
    """The need's id, and the path of a referral that was offered."""
    need, entry = state().json["id"], offer()
    made = ask("focal.a", "POST", f"/needs/{need}/referrals", {"entry_id": entry})
    assert made.status_code == 201, made.text
    return need, f"/referrals/{made.json['id']}"


@pytest.fixture
def met(ask, referred):
    _, path = referred
    ask("attendee", "POST", f"{path}/accept", {})
    ask("focal.b", "POST", f"{path}/accept", {})
    ask("attendee", "POST", f"{path}/meet", {})
    return path


@pytest.fixture
def notices(database):
    """All that was told of needs: (notice, data), in order."""

    def notices():
        with database.reading() as session:
            rows = session.execute(select(outbox.c.envelope).order_by(outbox.c.number)).scalars()
            told = [json.loads(each)["data"] for each in rows.all()]
        return [(each["notice"], each) for each in told if "need_id" in each]

    return notices


def test_a_referral_goes_from_the_need_to_its_outcome(ask, referred):
    need, path = referred
    half = ask("attendee", "POST", f"{path}/accept", {}).json["state"]
    both = ask("focal.b", "POST", f"{path}/accept", {}).json["state"]
    met = ask("focal.a", "POST", f"{path}/meet", {}).json["state"]
    body = {"outcome": "solved", "text": "A pump of 60 kW."}
    closed = ask("attendee", "POST", f"{path}/close", body).json

    assert (half, both, met) == ("offered", "accepted", "met")
    assert (closed["state"], closed["outcome"]) == ("closed", "solved")
    assert ask("attendee", "GET", f"/needs/{need}").json["state"] == "closed"


def test_everyone_concerned_hears_but_not_what_is_needed(ask, met, notices, world, trainee):
    told = notices()

    assert [each for each, _ in told] == ["stated", "offered", "accepted", "met"]
    by = dict(told)
    assert by["stated"]["person_ids"] == [str(world["focal_a"])]
    assert set(by["offered"]["person_ids"]) == {trainee, str(world["focal_b"])}
    assert NEED not in json.dumps([each for _, each in told])


def test_matches_come_best_first_with_their_reasons(ask, state, offer, lineage):
    sector = offer("Only the sector", sectors=["Machinery"], capability_ids=[])
    best = offer("All of it", "a", sectors=["machinery"], languages=["zh-Hant"])
    capability = offer("The capability")
    offer("A technology", kind="technology")
    offer("Nothing", capability_ids=[])
    need = state().json["id"]

    found = ask("focal.a", "GET", f"/needs/{need}").json["matches"]

    assert [each["entry"]["id"] for each in found] == [best, capability, sector]
    first = found[0]
    assert first["capability_ids"] == [lineage]
    assert all(first[each] for each in ("same_sector", "same_language", "same_association"))
    assert not found[1]["same_association"]
    assert [each["score"] for each in found] == [8, 4, 2]
    assert ask("attendee", "GET", f"/needs/{need}").json["matches"] == []


def test_an_expert_takes_no_more_than_they_can(ask, state, offer):
    entry = offer(most_at_once=1)
    first, second = state().json["id"], state().json["id"]
    ask("focal.a", "POST", f"/needs/{first}/referrals", {"entry_id": entry})

    full = ask("focal.a", "POST", f"/needs/{second}/referrals", {"entry_id": entry})
    twice = ask("focal.a", "POST", f"/needs/{first}/referrals", {"entry_id": entry})
    shown = ask("focal.a", "GET", f"/needs/{second}").json["matches"][0]
    (live,) = ask("focal.b", "GET", "/referrals").json["items"]
    ask("focal.b", "POST", f"/referrals/{live['id']}/decline", {"reason": "On leave."})
    again = ask("focal.a", "POST", f"/needs/{second}/referrals", {"entry_id": entry})

    assert (full.status_code, twice.status_code, again.status_code) == (409, 409, 201)
    assert (shown["free"], shown["entry"]["taken"]) == (0, 1)


def test_only_those_whom_the_consent_names_see_the_need(ask, state, offer):
    need = state(shown_to=["association"]).json["id"]
    path = f"/needs/{need}"
    made = ask("focal.a", "POST", f"{path}/referrals", {"entry_id": offer()}).json
    referral = f"/referrals/{made['id']}"

    closed = ask("focal.b", "GET", referral).json
    for who in ("focal.b", "organizer", "operator"):
        assert ask(who, "GET", path).status_code == 404
        assert ask(who, "GET", "/needs").json["items"] == []
    ask("attendee", "PUT", f"{path}/consent", {"shown_to": ["alliance", "expert"]})
    opened = ask("focal.b", "GET", referral).json

    assert (closed["need_text"], closed["person_name"]) == ("", "")
    assert (opened["need_text"], bool(opened["person_name"])) == (NEED, True)
    assert ask("organizer", "GET", path).status_code == 200
    assert ask("focal.a", "GET", path).status_code == 404


def test_somebody_who_can_help_has_to_be_let_see_it(state):
    refused = state(shown_to=["expert"])

    assert refused.status_code == 422
    assert refused.json["errors"][0]["pointer"] == "/shown_to"


def test_another_association_learns_nothing(ask, state, world):
    need = state().json["id"]

    for method, path in (("GET", ""), ("POST", "/withdraw"), ("POST", "/referrals")):
        body = {"entry_id": need} if path == "/referrals" else {}
        body = None if method == "GET" else body
        assert ask("focal.b", method, f"/needs/{need}{path}", body).status_code == 404


def test_each_side_speaks_for_itself_alone(ask, referred):
    need, path = referred

    helper = ask("focal.a", "POST", f"{path}/accept", {})
    trainee = ask("attendee", "POST", f"/needs/{need}/referrals", {"entry_id": need})
    consent = ask("focal.a", "PUT", f"/needs/{need}/consent", {"shown_to": ["alliance"]})

    assert (helper.status_code, trainee.status_code, consent.status_code) == (403, 403, 403)


def test_being_late_is_told_the_association_and_then_the_alliance(
    ask, state, notices, database, world
):
    need = state().json
    assert need["due_at"].startswith((NOW + timedelta(days=10)).date().isoformat())

    for days in (9, 10.1, 12, 13.1, 20):
        reactions.tell_late_needs(database, NOW + timedelta(days=days))

    late = [(kind, each["person_ids"]) for kind, each in notices() if kind != "stated"]
    assert [kind for kind, _ in late] == ["late", "overdue"]
    assert late[0][1] == [str(world["focal_a"])]
    assert str(world["focal_a"]) not in late[1][1]


def test_whom_somebody_has_met_does_not_wait(met, notices, database):
    reactions.tell_late_needs(database, NOW + timedelta(days=30))

    assert {"late", "overdue"}.isdisjoint(kind for kind, _ in notices())


def test_the_promised_time_is_the_alliance_s_to_set(ask, state, world):
    path = f"/organisations/{world['alliance']}/referral-terms"

    before = ask("attendee", "GET", path).json["days"]
    refused = ask("focal.a", "PUT", path, {"days": 5})
    done = ask("organizer", "PUT", path, {"days": 5})

    assert (before, refused.status_code, done.json["days"]) == (10, 403, 5)
    assert state().json["due_at"].startswith((NOW + timedelta(days=5)).date().isoformat())


def test_an_association_may_promise_more(ask, state, world):
    path = f"/organisations/{world['association_a']}/referral-terms"

    refused = ask("focal.b", "PUT", path, {"days": 3})
    done = ask("focal.a", "PUT", path, {"days": 3})
    company = f"/organisations/{world['company_a']}/referral-terms"

    assert (refused.status_code, done.json["days"]) == (403, 3)
    assert state().json["due_at"].startswith((NOW + timedelta(days=3)).date().isoformat())
    assert ask("operator", "PUT", company, {"days": 3}).status_code == 422


def test_a_good_outcome_becomes_the_draft_of_a_case_once(ask, met, lineage, world):
    early = ask("focal.a", "POST", f"{met}/case", {})
    body = {"outcome": "solved", "text": "一台熱泵，油耗歸零。"}
    ask("attendee", "POST", f"{met}/close", body)

    made = ask("focal.a", "POST", f"{met}/case", {})
    again = ask("focal.a", "POST", f"{met}/case", {})

    assert (early.status_code, early.json["code"]) == (409, "wrong_state")
    assert made.status_code == 201, made.text
    case = made.json
    assert case["id"] == again.json["id"]
    assert (case["state"], case["organisation_id"]) == ("draft", str(world["company_a"]))
    assert case["summaries"] == {"zh-Hant": "一台熱泵，油耗歸零。"}
    assert (case["capability_ids"], case["sectors"]) == ([lineage], ["machinery"])
    assert NEED not in made.text


def test_a_poor_outcome_leaves_the_need_open_for_another(ask, referred, met):
    need, path = referred
    ask("attendee", "POST", f"{path}/close", {"outcome": "unsolved"})

    assert ask("attendee", "GET", f"/needs/{need}").json["state"] == "open"
    assert ask("focal.a", "POST", f"{path}/case", {}).status_code == 409


def test_withdrawing_the_need_ends_its_referrals(ask, referred):
    need, path = referred

    ask("attendee", "POST", f"/needs/{need}/withdraw", {})

    assert ask("attendee", "GET", path).json["state"] == "withdrawn"


def test_erasing_the_trainee_forgets_what_they_needed(ask, referred, trainee, database):
    need, path = referred

    done = ask("operator", "POST", f"/people/{trainee}/erase", {})

    assert done.status_code == 200
    with database.reading() as session:
        kept = session.scalars(select(TalentNeed)).one()
        assert (kept.text, kept.person_id, kept.state) == ("", None, "withdrawn")
    assert ask("focal.b", "GET", path).json["state"] == "withdrawn"
    assert ask("focal.a", "GET", f"/needs/{need}").status_code == 404


def test_a_copy_of_one_s_data_has_needs_and_referrals(ask, met, trainee, database):

    with database.reading() as session:
        found = export_of(session, session.get(Person, UUID(trainee)))

    assert found["needs"][0]["text"] == NEED
    assert found["referrals"][0]["state"] == "met"


def test_a_person_who_is_the_expert_answers_for_themselves(ask, state, world, database, lineage):
    expert = str(world["focal_b"])
    with database.writing() as session:
        person = session.get(Person, world["focal_b"])
        company = session.get(Organisation, world["company_b"])
        an_affiliation(session, person, company)
        grant(session, person, Role.READER, company.id, actor="test", now=NOW)
    body = {
        "organisation_id": str(world["company_b"]),
        "kind": "expert",
        "names": {"en": "Mei"},
        "capability_ids": [lineage],
        "person_id": expert,
    }
    entry = ask("organizer", "POST", "/catalogue-entries", body).json["id"]
    need = state().json["id"]
    made = ask("focal.a", "POST", f"/needs/{need}/referrals", {"entry_id": entry}).json

    shown = ask("focal.b", "GET", f"/referrals/{made['id']}")

    assert shown.json["need_text"] == NEED
    done = ask("focal.b", "POST", f"/referrals/{made['id']}/accept", {}).json
    assert done["provider_accepted_at"] is not None
