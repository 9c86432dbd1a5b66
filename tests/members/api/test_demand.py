"""Rounds of demand: companies are asked, answer by their links, and are reviewed."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.members.actions.demanding import link_token
from services.members.actions.joining import add_members
from services.members.model import DemandAnswer, Organisation
from tests.members.api.conftest import CLOSES
from tests.members.builders import NOW


def line(capability, **values):
    return {
        "capability_id": capability,
        "staff_level": "manager",
        "job_kind": "hybrid",
        "quarter": 1,
        "headcount": 3,
    } | values


def by_link(message):
    return {"Authorization": f"Bearer {message.link_token}"}


def test_a_company_answers_by_the_link_of_its_mail_and_is_accepted(
    ask, open_round, timer, asked_for
):
    made = open_round()
    (message,) = timer()
    path = f"/demand-answers/{message.answer_id}"

    answered = ask(None, "PUT", path, {"lines": [line(asked_for)]}, headers=by_link(message))
    accepted = ask("focal.a", "POST", f"{path}/accept", {})
    late = ask(None, "PUT", path, {"lines": []}, headers=by_link(message))

    assert (message.email, message.kind) == ("office@a.example", "asked")
    assert (answered.json["state"], answered.json["lines"]) == ("answered", [line(asked_for)])
    assert accepted.json["state"] == "accepted"
    assert (late.status_code, late.json["code"]) == (409, "wrong_state")
    shown = ask("focal.a", "GET", f"/demand-rounds/{made['id']}").json
    assert shown["counts"] == {"asked": 0, "answered": 0, "returned": 0, "accepted": 1}
    assert shown["is_asked"]


def test_every_company_is_asked_once_however_many_batches(database, world, open_round, timer):
    with database.writing() as session:
        association = session.get(Organisation, world["association_a"])
        values = [
            {"names": {"en": f"Company {n}"}, "kind": "company", "email": f"o@c{n}.example"}
            for n in range(600)
        ]
        add_members(session, association, values, starts_on=NOW.date(), actor="test", now=NOW)
    open_round()

    first, again = timer(), timer()

    assert len({each.company_id for each in first}) == len(first) == 601
    assert again == []


def test_who_has_not_answered_is_reminded_once_a_day_that_was_chosen(
    ask, open_round, timer, asked_for
):
    open_round(reminder_days=[7, 1])
    (asked,) = timer()

    early = timer(CLOSES - timedelta(days=9))
    week = timer(CLOSES - timedelta(days=6))
    again = timer(CLOSES - timedelta(days=5))
    body = {"lines": [line(asked_for)]}
    ask(None, "PUT", f"/demand-answers/{asked.answer_id}", body, headers=by_link(asked))
    last = timer(CLOSES - timedelta(hours=6))

    assert [each.kind for each in week] == ["reminder"]
    assert (early, again, last) == ([], [], [])
    assert week[0].link_token == asked.link_token


def test_a_round_closes_in_time_and_takes_no_answer_any_more(
    ask, open_round, timer, clock, asked_for
):
    made = open_round()
    (asked,) = timer()

    timer(CLOSES)

    path = f"/demand-answers/{asked.answer_id}"
    late = ask(None, "PUT", path, {"lines": [line(asked_for)]}, headers=by_link(asked))
    assert ask("focal.a", "GET", f"/demand-rounds/{made['id']}").json["state"] == "closed"
    assert late.status_code == 409


def test_a_returned_answer_is_mailed_with_its_reason(ask, open_round, timer, asked_for, database):
    open_round()
    (asked,) = timer()
    path = f"/demand-answers/{asked.answer_id}"
    ask(None, "PUT", path, {"lines": [line(asked_for)]}, headers=by_link(asked))

    back = ask("focal.a", "POST", f"{path}/return", {"reason": "Too many?"}).json
    mended = ask(None, "PUT", path, {"lines": []}, headers=by_link(asked)).json

    assert (back["state"], back["reason"]) == ("returned", "Too many?")
    assert (mended["state"], mended["lines"], mended["reason"]) == ("answered", [], "")


def test_the_last_round_s_answer_is_there_to_start_from(ask, open_round, timer, asked_for):
    open_round()
    (asked,) = timer()
    path = f"/demand-answers/{asked.answer_id}"
    lines = [line(asked_for), line(asked_for, quarter=4, headcount=9)]
    ask(None, "PUT", path, {"lines": lines}, headers=by_link(asked))

    open_round(quarters=2)
    (following,) = timer()

    shown = ask(
        None, "GET", f"/demand-answers/{following.answer_id}", headers=by_link(following)
    ).json
    assert shown["lines"] == []
    assert shown["lines_before"] == [line(asked_for)]


def test_answers_are_the_company_s_and_its_association_s_alone(ask, open_round, timer, asked_for):
    made = open_round()
    open_round("b")
    mine, theirs = sorted(timer(), key=lambda each: each.email)
    path = f"/demand-answers/{mine.answer_id}"

    for who in ("organizer", "focal.b", "attendee"):
        assert ask(who, "GET", path).status_code == 404
    assert ask(None, "GET", path, headers=by_link(theirs)).status_code == 404
    forged = {"Authorization": f"Bearer {link_token('1' * 32, mine.answer_id)}"}
    assert ask(None, "GET", path, headers=forged).status_code == 404
    assert ask("organizer", "GET", f"/demand-rounds/{made['id']}").json["counts"]["asked"] == 1
    assert ask("organizer", "GET", f"/demand-rounds/{made['id']}/answers").status_code == 403
    assert ask("focal.b", "GET", f"/demand-rounds/{made['id']}").status_code == 404
    assert len(ask("focal.a", "GET", f"/demand-rounds/{made['id']}/answers").json["items"]) == 1


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"quarter": 5}, "/lines/0/quarter"),
        ({"capability_id": "01890000-0000-7000-8000-000000000000"}, "/lines/0/capability_id"),
        ({"headcount": -1}, "/lines/0/headcount"),
        ({"job_kind": "green"}, "/lines/0/job_kind"),
    ],
)
def test_a_line_is_of_what_the_round_asks_for(ask, open_round, timer, asked_for, values, pointer):
    open_round()
    (asked,) = timer()
    body = {"lines": [line(asked_for, **values)]}

    path = f"/demand-answers/{asked.answer_id}"
    answer = ask(None, "PUT", path, body, headers=by_link(asked))

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == pointer


def test_an_answer_follows_its_company_into_another_record_and_back(
    ask, world, open_round, timer, database
):
    open_round()
    timer()
    body = {"names": {"en": "Company a, again"}, "kind": "company"}
    kept = ask("focal.a", "POST", "/organisations", body).json["id"]
    gone = str(world["company_a"])
    asked = {"member_id": kept, "host_id": str(world["association_a"])}
    membership = ask("focal.a", "POST", "/memberships", asked).json["id"]
    for step in ("submit", "approve"):
        ask("focal.a", "POST", f"/memberships/{membership}/{step}", {})

    def companies():
        with database.reading() as session:
            return {str(each) for each in session.scalars(select(DemandAnswer.company_id))}

    made = ask("focal.a", "POST", f"/organisations/{kept}/merge", {"other_id": gone})
    assert made.status_code == 201, made.text
    assert (kept in companies(), gone in companies()) == (True, False)

    ask("focal.a", "POST", f"/organisation-merges/{made.json['id']}/undo", {})
    assert (kept in companies(), gone in companies()) == (False, True)


def test_all_answers_that_came_are_accepted_at_once(ask, open_round, timer, asked_for):
    made = open_round()
    (message,) = timer()
    path = f"/demand-rounds/{made['id']}/accept-answers"
    none = ask("focal.a", "POST", path, {})
    answer = f"/demand-answers/{message.answer_id}"
    ask(None, "PUT", answer, {"lines": [line(asked_for)]}, headers=by_link(message))

    refused = ask("organizer", "POST", path, {})
    done = ask("focal.a", "POST", path, {})

    assert none.json["counts"]["accepted"] == 0
    assert refused.status_code == 403
    assert (done.status_code, done.json["counts"]["accepted"]) == (200, 1)
    assert ask("focal.a", "GET", answer).json["state"] == "accepted"
