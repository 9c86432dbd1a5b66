"""Registering for workshops that ask questions: in one statement too, once the form was seen."""

import pytest
from sqlalchemy import select

from services.events.actions import admitting, registering
from services.events.actions.scheduling import change_workshop
from services.events.model import Registration, Workshop
from tests.events.api.test_registrations import guest, path_of
from tests.events.builders import NOW
from tests.events.test_forms import DAYS, DIET, OTHER, question

FORM = [DIET, OTHER, DAYS]


@pytest.fixture
def longer_ways(monkeypatch):
    """Grows by each registration that is taken step by step."""
    taken, register = [], registering.register

    def counted(session, workshop, attendee, **facts):
        taken.append(attendee.name)
        return register(session, workshop, attendee, **facts)

    monkeypatch.setattr(registering, "register", counted)
    return taken


def test_answers_are_checked_and_kept_the_same_either_way(client, make, database, longer_ways):
    path = path_of(make(form=FORM))
    answers = {"diet": "other", "which": " Halal ", "days": ["2", "2", "1"]}

    found = [client.post(path, json=guest(name, answers=answers)) for name in ("Ann", "Ben")]

    assert [answer.status_code for answer in found] == [201, 201]
    kept = {"diet": "other", "which": "Halal", "days": ["2", "1"]}
    assert [answer.json["answers"] for answer in found] == [kept, kept]
    with database.reading() as session:
        assert list(session.scalars(select(Registration.answers))) == [kept, kept]
    assert longer_ways == (["Ann", "Ben"] if database.is_sqlite else [])


def test_bad_answers_are_refused_before_and_after_the_form_was_seen(client, make):
    path = path_of(make(form=FORM))
    bad = {"diet": "other", "colour": "red"}

    for name in ("Ann", "Ben"):
        refused = client.post(path, json=guest(name, answers=bad))
        assert refused.status_code == 422
        pointers = [fault["pointer"] for fault in refused.json["errors"]]
        assert pointers == ["/answers/colour", "/answers/which"]
        assert client.post(path, json=guest(name, answers={"diet": "any"})).status_code == 201


def test_a_form_that_changed_since_it_was_seen_asks_its_new_questions(client, make, database):
    workshop_id = make(form=FORM)
    path = path_of(workshop_id)
    assert client.post(path, json=guest("Ann", answers={"diet": "any"})).status_code == 201
    for form, answers in (([question("age", "number", is_required=True)], {"age": 41}), ([], {})):
        with database.writing() as session:
            workshop = session.get_one(Workshop, workshop_id)
            change_workshop(session, workshop, {"form": form}, actor="test", now=NOW)

        old = client.post(path, json=guest("Ben", answers={"diet": "any"}))
        assert old.status_code == (422 if form else 201)
        new = client.post(path, json=guest(f"Cho{len(form)}", answers=answers))
        assert (new.status_code, new.json["answers"]) == (201, answers)


def test_one_look_brings_the_forms_of_the_other_workshops_that_take_people(
    client, make, database, monkeypatch
):
    asked, run = [], database.run

    def counted(statement, values, **rest):
        asked.append("json_object_agg" in statement)
        return run(statement, values, **rest)

    monkeypatch.setattr(admitting, "SEEN", admitting.SeenForms())
    monkeypatch.setattr(database, "run", counted)
    paths = [path_of(make(form=form)) for form in (FORM, [], FORM)]

    answers = [client.post(path, json=guest("Ann", answers={"diet": "any"})) for path in paths]

    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert asked == ([] if database.is_sqlite else [True, False, False, False])
