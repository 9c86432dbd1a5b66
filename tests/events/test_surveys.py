"""Surveys: asked of those who were there, answered once, and nobody's answers by name."""

from datetime import timedelta

import pytest
from sqlalchemy import inspect, select

from services.events.actions import certifying, surveying
from services.events.actions.failures import WrongState
from services.events.actions.forgetting import erase_person
from services.events.model import Survey, SurveyAnswer, SurveyMark
from services.events.queries import surveys as queries
from services.events.queries.personal_data import sections_of
from services.events.timers import go_on_with_surveys
from shared.contracts.events_surveys import SurveyAsked
from shared.foundation.failures import Conflict, Invalid
from shared.foundation.ids import new_id
from shared.messaging.forgetting import Forgotten
from shared.messaging.outbox import told_in
from tests.events.builders import IN_A_MONTH, NOW, a_workshop, comes
from tests.events.test_certificates import OVER, a_rule, lacks, was_there


def a_question(key, kind, **rest):
    plain = {"labels": {"en": key}, "hints": {}, "options": [], "is_required": False}
    return {"key": key, "kind": kind, **plain, "shown_if": None, "counts_as": None} | rest


LIKED = a_question(
    "liked",
    "choice",
    is_required=True,
    options=[{"value": each, "labels": {}} for each in ("well", "little", "not")],
)
QUESTIONS = [LIKED, a_question("hours", "number"), a_question("more", "paragraph")]


def a_survey(session, workshop, *, kind="after", is_anonymous=True, opened=True):
    values = {"titles": {"en": "How was it?"}, "texts": {}, "questions": QUESTIONS}
    made = surveying.set_survey(
        session, workshop, kind, values | {"is_anonymous": is_anonymous}, now=NOW
    )
    if opened:
        surveying.open_survey(session, made, actor="test", now=OVER)
    return made


def answers(session, survey, person, **given):
    surveying.answer_survey(session, survey, person, {"liked": "well"} | given)


def test_the_survey_after_a_workshop_opens_when_it_is_over_and_each_who_came_is_asked_once(
    database, monkeypatch
):
    monkeypatch.setattr(surveying, "AT_ONCE", 2)
    with database.writing() as session:
        workshop = a_workshop(session, seats=9)
        survey = a_survey(session, workshop, opened=False)
        for name in ("Ann", "Ben", "Cho"):
            comes(session, workshop, name)
        surveying.open_survey(session, survey, actor="test", now=NOW)
        assert survey.state == "ready"

    go_on_with_surveys(database, NOW)
    asked = []
    for _ in range(2):
        with database.writing() as session:
            while surveying.go_on_asking(session, survey.id, now=OVER):
                continue
            told = [each for each in told_in(session) if isinstance(each, SurveyAsked)]
            asked += [each.registration.name for each in told]

    assert sorted(asked) == ["Ann", "Ben", "Cho"]
    with database.reading() as session:
        assert session.get_one(Survey, survey.id).state == "open"
        assert queries.to_go_on_with(session, now=OVER) == []


def test_an_anonymous_answer_is_joined_to_its_person_by_nothing_that_is_kept(session):
    workshop = a_workshop(session, seats=9)
    person = comes(session, workshop, "Ann").registration
    survey = a_survey(session, workshop)

    answers(session, survey, person, more="Thanks")

    (kept,) = session.scalars(select(SurveyAnswer))
    (mark,) = session.scalars(select(SurveyMark))
    values = [kept.id, kept.survey_id, kept.registration_id, kept.answers]
    assert person.id not in values
    assert kept.id.version == 4
    assert {column.key for column in inspect(SurveyMark).columns} == {
        "survey_id",
        "registration_id",
    }
    assert mark.registration_id == person.id


def test_nobody_answers_twice_and_no_answer_is_taken_that_does_not_fit(session):
    workshop = a_workshop(session, seats=9)
    person = comes(session, workshop, "Ann").registration
    survey = a_survey(session, workshop)

    with pytest.raises(Invalid):
        answers(session, survey, person, liked="maybe")
    answers(session, survey, person)
    with pytest.raises(Conflict, match="already"):
        answers(session, survey, person)
    surveying.close_survey(session, survey, actor="test", now=OVER)
    other = comes(session, workshop, "Ben").registration
    with pytest.raises(WrongState):
        answers(session, survey, other)


def test_closing_keeps_every_answer(session):
    workshop = a_workshop(session, seats=9)
    survey = a_survey(session, workshop)
    for name in ("Ann", "Ben", "Cho"):
        answers(session, survey, comes(session, workshop, name).registration, more=name)

    surveying.close_survey(session, survey, actor="test", now=OVER)

    kept = session.scalars(select(SurveyAnswer).order_by(SurveyAnswer.id)).all()
    assert sorted(each.answers["more"] for each in kept) == ["Ann", "Ben", "Cho"]


def test_what_was_promised_stays_once_a_survey_was_opened(session):
    survey = a_survey(session, workshop := a_workshop(session, seats=9))

    with pytest.raises(WrongState):
        a_survey(session, workshop, is_anonymous=False)
    assert survey.is_anonymous


def test_results_are_totals_in_which_nobody_can_be_read_out(session):
    workshop = a_workshop(session, seats=20)
    survey = a_survey(session, workshop)
    people = [comes(session, workshop, f"Ann {n}").registration for n in range(12)]
    for number, person in enumerate(people[:4]):
        answers(session, survey, person, hours=number, more=f"text {number}")
    few = queries.results_of(session, survey)
    for number, person in enumerate(people[4:]):
        answers(session, survey, person, liked="little" if number > 6 else "well", hours=8)
    many = queries.results_of(session, survey)

    assert [each.answered for each in few.questions] == [None, None, None]
    assert (many.asked, many.answered) == (12, 12)
    liked, hours, more = many.questions
    assert [bar.count for bar in liked.bars] == [None, None, 0]
    assert hours.mean == round((0 + 1 + 2 + 3 + 8 * 8) / 12, 2)
    assert (more.answered, more.texts) == (None, ())


def test_a_rule_may_ask_for_the_survey_after_the_workshop(session):
    workshop = a_workshop(session, seats=9)
    rule = a_rule(session, workshop, needs_survey=True)
    ann = was_there(session, workshop, "Ann", 5)
    was_there(session, workshop, "Ben", 5)
    before, after = (a_survey(session, workshop, kind=kind) for kind in ("before", "after"))
    answers(session, before, ann)
    assert lacks(session, workshop, rule)["Ann"] == ("survey",)

    answers(session, after, ann)

    assert lacks(session, workshop, rule) == {"Ann": (), "Ben": ("survey",)}
    assert certifying.issue(session, workshop, actor="test", now=OVER).issued == 1


def test_named_answers_are_exported_and_erased_with_their_person(session):
    workshop, person_id = a_workshop(session, seats=9), new_id()
    person = comes(session, workshop, "Ann", person_id=person_id).registration
    survey = a_survey(session, workshop, is_anonymous=False)
    answers(session, survey, person, more="From Ann")

    exported = dict(sections_of(session, person_id, None))
    who = Forgotten(person_id, person.email, ("Ann",), owns_address=True)
    erase_person(session, who, now=IN_A_MONTH - timedelta(days=1))

    assert exported["survey_answers"][0]["answers"]["more"] == "From Ann"
    assert session.scalars(select(SurveyAnswer)).all() == []
