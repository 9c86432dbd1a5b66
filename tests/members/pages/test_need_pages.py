"""After the course on pages: a need, its matches, a referral to its end, a case of it."""

import pytest
from sqlalchemy import select

from services.members.model import EarnedCertificate, Organisation, Person
from shared.foundation.ids import new_id
from tests.members.builders import NOW, an_affiliation

NEED = "Which heat pump?"


@pytest.fixture
def file(world_and_file) -> bytes:
    return world_and_file[1]


@pytest.fixture
def trainee(visit, database, world):
    """The attendee, who works for company A."""
    with database.writing() as session:
        person = session.scalars(select(Person).where(Person.email == "attendee@x.example")).one()
        an_affiliation(session, person, session.get(Organisation, world["company_a"]))
    return visit("attendee")


@pytest.fixture
def entry(visit, world, lineage):
    """The path of an expert whom association B offers."""
    path = f"/organisations/{world['association_b']}/catalogue/new"
    typed = {
        "kind": "expert",
        "names.en": "Dr Lin",
        "texts.en": "Heat pumps.",
        "sectors": "machinery",
        "most_at_once": "1",
        "languages.en": "yes",
        f"capabilities.{lineage}": "yes",
    }
    made = visit("focal.b").post(path, page=path, **typed)
    assert made.status_code == 303, made.text
    return made.location.removeprefix("/members")


@pytest.fixture
def need(trainee, world, lineage):
    typed = {
        "kind": "expert",
        "text": NEED,
        f"capabilities.{lineage}": "yes",
        "organisation_id": str(world["association_a"]),
        "shown_to.association": "yes",
        "shown_to.expert": "yes",
    }
    made = trainee.post("/needs/new", page="/needs/new", **typed)
    assert made.status_code == 303, made.text
    return made.location.removeprefix("/members")


@pytest.fixture
def referral(visit, need, entry):
    focal = visit("focal.a")
    focal.post(f"{need}/refer", page=need, entry_id=entry.rpartition("/")[2])
    return "/referrals/" + focal.get(need).text.split("/members/referrals/")[1].split('"')[0]


def test_a_need_is_matched_and_comes_to_a_case(visit, need, entry, referral):
    trainee, focal, provider = visit("attendee"), visit("focal.a"), visit("focal.b")
    trainee.post(f"{referral}/accept", page=referral)
    provider.post(f"{referral}/accept", page=referral)
    trainee.post(f"{referral}/meet", page=referral)
    closed = trainee.post(f"{referral}/close", page=referral, outcome="solved", text="Done well.")
    drafted = focal.post(f"{referral}/case", page=referral)

    assert closed.status_code == 303
    case = focal.get(drafted.location.removeprefix("/members")).text
    assert "Done well." in case
    assert NEED not in case
    assert "See the case" in focal.get(referral).text


def test_the_helper_sees_why_and_how_much_is_taken(visit, need, entry):
    shown = visit("focal.a").get(need).text

    assert "Carbon inventory · speaks the language" in " ".join(shown.split())
    assert "0 of 1 at once" in shown
    assert "What fits best" not in visit("attendee").get(need).text


def test_a_need_is_nobody_else_s_to_read(visit, need, referral):
    for who in ("focal.b", "organizer", "operator"):
        assert visit(who).get(need).status_code == 404
        assert "Which heat" not in visit(who).get("/needs").text
    assert NEED in visit("focal.b").get(referral).text
    assert NEED in visit("focal.a").get("/needs").text


def test_the_trainee_changes_who_sees_it_and_withdraws(visit, need):
    trainee = visit("attendee")
    refused = trainee.post(f"{need}/consent", page=need, **{"shown_to.expert": "yes"})
    said = trainee.get(need).text
    trainee.post(f"{need}/consent", page=need, **{"shown_to.alliance": "yes"})
    gone = visit("focal.a").get(need).status_code
    there = visit("organizer").get(need).status_code
    trainee.post(f"{need}/withdraw", page=need)

    assert refused.status_code == 303
    assert "Let the association or the alliance see it" in said
    assert (gone, there) == (404, 200)
    assert "withdrawn" in trainee.get(need).text


def test_the_form_says_what_is_missing(visit, world, lineage):
    typed = {"kind": "expert", "text": NEED, "organisation_id": str(world["association_a"])}

    answer = visit("attendee").post("/needs/new", page="/needs/new", **typed)

    assert answer.status_code == 422
    assert 'href="#f-capabilities"' in answer.text


def test_an_expert_is_found_changed_and_paused(visit, entry, lineage):
    own, other = visit("focal.b"), visit("attendee")
    listed = other.get(f"/catalogue?q=lin&kind=expert&capability={lineage}&sector=machinery")
    form = f"{entry}/edit"
    typed = {"names.en": "Dr Lin", "most_at_once": "4", f"capabilities.{lineage}": "yes"}
    saved = own.post(form, page=form, **typed)
    shown = other.get(entry).text
    own.post(f"{entry}/pause", page=entry)

    assert "Dr Lin" in listed.text
    assert (saved.status_code, "takes 4 more" in shown) == (303, True)
    assert other.get(entry).status_code == 404
    assert "Resume" in own.get(entry).text


def test_the_alliance_sets_what_it_promises(visit, world):
    path = f"/organisations/{world['alliance']}/referral-terms"
    organizer = visit("organizer")

    organizer.post(path, page=path, days="7")

    assert 'value="7"' in organizer.get(path).text
    assert organizer.post(path, page=path, days="0").status_code == 422
    assert visit("focal.a").get(path).status_code == 403


def test_the_form_starts_from_what_the_trainee_has_learned(trainee, database, lineage):
    with database.writing() as session:
        person = session.scalars(select(Person).where(Person.email == "attendee@x.example")).one()
        certificate = EarnedCertificate(
            id=new_id(),
            version=1,
            person_id=person.id,
            organisation_id=None,
            workshop_id=new_id(),
            course_id=None,
            capability_ids=[str(lineage)],
            titles={"en": "Course"},
            minutes=60,
            is_good=True,
            issued_at=NOW,
        )
        session.add(certificate)

    shown = trainee.get("/needs/new").text

    assert f'name="capabilities.{lineage}" value="yes" checked' in shown
