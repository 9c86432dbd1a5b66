"""The case library: a company writes, its association reviews, the alliance publishes."""

import io
import json

import pytest
from sqlalchemy import select

from services.members.model import Organisation
from shared.messaging.tables import outbox
from tests.members.builders import NOW, a_member_of

TITLES = {"en": "Compressed air, half the current", "zh-Hant": "空壓節電一半"}
TEXTS = {
    "titles": TITLES,
    "summaries": {"en": "A leak survey paid for itself.", "zh-Hant": "查漏即回本。"},
    "texts": {"en": "We measured first.", "zh-Hant": "先量測，再改善；臺中廠示範。"},
}


@pytest.fixture
def company(world):
    return str(world["company_a"])


@pytest.fixture
def draft(ask, world, company):
    """Write a draft of company A; values to add."""

    def draft(**values):
        body = TEXTS | {"organisation_id": company} | values
        body |= {"association_id": str(world["association_a"])}
        made = ask("focal.a", "POST", "/cases", body)
        assert made.status_code == 201, made.text
        return made.json

    return draft


@pytest.fixture
def step(ask):
    def step(who, case, *steps, reason=""):
        answer = None
        for each in steps:
            body = {"reason": reason} if reason else {}
            answer = ask(who, "POST", f"/cases/{case['id']}/{each}", body)
        return answer

    return step


@pytest.fixture
def published(draft, step):
    def published(**values):
        made = draft(**values)
        step("focal.a", made, "submit", "endorse")
        done = step("organizer", made, "publish")
        assert done.status_code == 200, done.text
        return done.json

    return published


@pytest.fixture
def notices(database):
    """notice → its message's data, of all that were told."""

    def notices():
        with database.reading() as session:
            rows = session.execute(select(outbox.c.envelope)).scalars().all()
            told = [each["data"] for each in map(json.loads, rows) if "notice" in each["data"]]
        return {each["notice"]: each for each in told}

    return notices


def attach(client, headers, case, name="report.pdf", content=b"%PDF-1.7 x"):
    path = f"/members/api/v1/cases/{case['id']}/attachments"
    file = {"file": (io.BytesIO(content), name)}
    return client.post(path, data=file, headers=headers, content_type="multipart/form-data")


def test_a_case_is_written_reviewed_and_published_for_everybody(ask, draft, step, notices):
    made = draft()
    hidden = ask(None, "GET", f"/cases/{made['id']}")
    early = ask("organizer", "GET", f"/cases/{made['id']}")
    step("focal.a", made, "submit", "endorse")

    refused = step("focal.a", made, "publish")
    done = step("organizer", made, "publish")

    assert (hidden.status_code, early.status_code) == (404, 404)
    assert refused.status_code == 403
    assert (done.json["state"], done.json["reason"]) == ("published", "")
    assert ask(None, "GET", f"/cases/{made['id']}").json["titles"] == TITLES
    assert set(notices()) >= {"submitted", "endorsed", "published"} - {"submitted"}


def test_who_is_concerned_hears_and_learns_why(ask, draft, step, notices, world):
    made = draft()
    step("focal.a", made, "submit", "endorse")
    silent = step("organizer", made, "decline")
    step("organizer", made, "decline", reason="Too near to an advertisement.")

    told = notices()
    assert silent.status_code == 422
    assert told["declined"]["reason"] == "Too near to an advertisement."
    assert told["declined"]["person_ids"] == [str(world["focal_a"])]
    assert ask("focal.a", "GET", f"/cases/{made['id']}").json["reason"].startswith("Too near")


def test_a_returned_case_is_mended_and_submitted_again(ask, draft, step):
    made = draft()
    step("focal.a", made, "submit")
    locked = ask("focal.a", "PATCH", f"/cases/{made['id']}", {"sectors": ["machinery"]})
    step("focal.a", made, "return", reason="Which sector?")

    mended = ask("focal.a", "PATCH", f"/cases/{made['id']}", {"sectors": ["machinery"]})
    again = step("focal.a", made, "submit")

    assert (locked.status_code, locked.json["code"]) == (409, "wrong_state")
    assert mended.json["sectors"] == ["machinery"]
    assert (again.json["state"], again.json["reason"]) == ("submitted", "")


@pytest.mark.parametrize("words", ["current half", "空壓", "节电", "台中", "電", "LEAK"])
def test_cases_are_found_by_words_in_any_script(ask, published, words):
    made = published()
    published(titles={"en": "Another"}, summaries={"en": "x"}, texts={"en": "y"})

    found = ask(None, "GET", f"/cases?q={words}").json["items"]

    assert [each["id"] for each in found] == [made["id"]]


def test_cases_are_filtered_by_capability_and_sector(ask, published, lineage):
    tagged = published(capability_ids=[lineage], sectors=["Machine tools", "電子"])
    published()

    def ids(query):
        return [each["id"] for each in ask(None, "GET", f"/cases?{query}").json["items"]]

    assert ids(f"capability_id={lineage}") == [tagged["id"]]
    assert ids("sector=machine tools") == ids("sector=電子") == [tagged["id"]]
    assert ids("sector=machine") == []


def test_a_tag_is_a_capability_of_the_edition_that_holds(ask, draft, lineage):
    made = draft()
    body = {"capability_ids": [lineage, "01890000-0000-7000-8000-000000000000"]}

    answer = ask("focal.a", "PATCH", f"/cases/{made['id']}", body)

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/capability_ids/1"


def test_the_large_leads_the_small_of_the_same_alliance(ask, database, world, draft, company):
    with database.writing() as session:
        other = session.get(Organisation, world["association_b"])
        small = str(a_member_of(session, other, "Small Co.").id)
    made = draft(mentor_id=company, follower_ids=[small])

    path = f"/cases/{made['id']}"
    both = ask("focal.a", "PATCH", path, {"follower_ids": [company]})
    nobody = ask("focal.a", "PATCH", path, {"mentor_id": None, "follower_ids": [small]})

    assert (made["mentor_id"], made["follower_ids"]) == (company, [small])
    assert (both.status_code, nobody.status_code) == (422, 422)
    assert nobody.json["errors"][0]["pointer"] == "/mentor_id"
    assert ask("focal.a", "GET", path).json["follower_ids"] == [small]


def test_another_association_s_cases_are_nobody_s_to_know(ask, draft, step):
    made = draft()
    step("focal.a", made, "submit")

    for who in ("focal.b", "attendee", None):
        assert ask(who, "GET", f"/cases/{made['id']}").status_code == 404
        assert ask(who, "GET", "/cases").json["items"] == []
    body = TEXTS | {key: made[key] for key in ("organisation_id", "association_id")}
    assert ask("focal.b", "POST", "/cases", body).status_code == 403


def test_a_file_is_what_it_says_and_goes_out_to_be_saved(ask, client, sign_in, draft, published):
    headers = sign_in("focal.a@x.example")
    made = draft()

    page = attach(client, headers, made, "page.html", b"<html>")
    liar = attach(client, headers, made, "report.pdf", b"<html>")
    kept = attach(client, headers, made)
    path = f"/case-attachments/{kept.json['id']}"
    with ask("focal.a", "GET", f"{path}/file") as sent:
        content = sent.data

    assert (page.status_code, liar.status_code, kept.status_code) == (422, 422, 201)
    assert content == b"%PDF-1.7 x"
    assert sent.headers["Content-Disposition"].startswith("attachment")
    assert sent.headers["X-Content-Type-Options"] == "nosniff"
    assert ask(None, "GET", f"{path}/file").status_code == 404
    assert ask("focal.a", "DELETE", path).status_code == 204
    assert attach(client, headers, published()).status_code == 409


def test_a_withdrawn_case_is_shown_no_more(ask, published, step, notices):
    made = published()

    step("organizer", made, "withdraw", reason="The company asked.")

    assert ask(None, "GET", f"/cases/{made['id']}").status_code == 404
    assert notices()["withdrawn"]["notice"] == "withdrawn"


def test_a_case_follows_its_company_into_another_record_and_back(ask, world, draft):
    body = {"names": {"en": "Company a, again"}, "kind": "company"}
    gone = ask("focal.a", "POST", "/organisations", body).json["id"]
    asked = {"member_id": gone, "host_id": str(world["association_a"])}
    membership = ask("focal.a", "POST", "/memberships", asked).json["id"]
    for each in ("submit", "approve"):
        ask("focal.a", "POST", f"/memberships/{membership}/{each}", {})
    made = draft(organisation_id=gone, mentor_id=gone)
    kept = str(world["company_a"])

    merged = ask("focal.a", "POST", f"/organisations/{kept}/merge", {"other_id": gone})
    moved = ask("focal.a", "GET", f"/cases/{made['id']}").json
    ask("focal.a", "POST", f"/organisation-merges/{merged.json['id']}/undo", {})
    back = ask("focal.a", "GET", f"/cases/{made['id']}").json

    assert (moved["organisation_id"], moved["mentor_id"]) == (kept, kept)
    assert (back["organisation_id"], back["mentor_id"]) == (gone, gone)


def test_now_is_when_it_was_published(published):
    assert published()["published_at"].startswith(NOW.date().isoformat())
