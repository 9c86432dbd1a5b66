"""Registration forms: which questions may be asked, which answers fit, and late changes."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import select

from services.events.actions.asking import checked_answers, checked_form, questions_ever
from services.events.actions.changing import change_registration, decide_change
from services.events.actions.scheduling import change_workshop
from services.events.app import create_app
from services.events.model import Registration, Workshop
from services.events.model.form import shown_answer
from services.events.pages.answers import as_typed, typed_answers
from services.events.settings import EventsSettings
from shared.foundation.failures import Conflict, Invalid
from tests.events.builders import IN_A_MONTH, NOW, a_workshop, comes

API = "/events/api/v1"
LATE = IN_A_MONTH + timedelta(hours=1)


def question(key, kind="text", *, options=(), is_required=False, shown_if=None):
    return {
        "key": key,
        "kind": kind,
        "labels": {"en": key.title()},
        "hints": {},
        "options": [{"value": each, "labels": {}} for each in options],
        "is_required": is_required,
        "shown_if": shown_if,
    }


DIET = question("diet", "choice", options=("any", "vegan", "other"), is_required=True)
OTHER = question("which", is_required=True, shown_if={"key": "diet", "is_one_of": ["other"]})
DAYS = question("days", "choices", options=("1", "2", "3"))
FORM = [DIET, OTHER, DAYS, question("age", "number"), question("bus", "checkbox")]


@pytest.fixture
def client(database):
    settings = EventsSettings(
        secret_key="s" * 32, broker_url="embedded:///nowhere", database_url=database.url
    )
    return create_app(settings, database, clock=lambda: NOW).test_client()


def pointers(refused):
    return [fault.pointer for fault in refused.value.faults]


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [
        ({}, ["/answers/diet"]),
        ({"diet": "meat"}, ["/answers/diet"]),
        ({"diet": "other"}, ["/answers/which"]),
        ({"diet": "any", "which": "fish"}, ["/answers/which"]),
        ({"diet": "any", "wish": "sun"}, ["/answers/wish"]),
        ({"diet": "any", "days": "1"}, ["/answers/days"]),
        ({"diet": "any", "days": ["1", "4"]}, ["/answers/days"]),
        ({"diet": "any", "age": "old"}, ["/answers/age"]),
        ({"diet": "any", "age": float("nan")}, ["/answers/age"]),
        ({"diet": "any", "bus": "yes"}, ["/answers/bus"]),
        ({"diet": "other", "which": "a\nb"}, ["/answers/which"]),
        ({"diet": "other", "which": "x" * 1001}, ["/answers/which"]),
    ],
)
def test_an_answer_that_does_not_fit_is_pointed_at(answers, wrong):
    with pytest.raises(Invalid) as refused:
        checked_answers(FORM, answers)

    assert pointers(refused) == wrong


def test_answers_that_fit_are_kept_tidily():
    given = {"diet": "other", "which": " fish ", "days": ["2", "2", "1"], "age": "40", "bus": True}

    assert checked_answers(FORM, given) == given | {"which": "fish", "days": ["2", "1"], "age": 40}


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        ([DIET, DIET], ["/registration/form/1/key"]),
        ([question("a", "choice")], ["/registration/form/0/options"]),
        ([question("a", options=("b",))], ["/registration/form/0/options"]),
        ([question("a", "choice", options=("b", "b"))], ["/registration/form/0/options"]),
        ([OTHER, DIET], ["/registration/form/0/shown_if/key"]),
        (
            [DIET, question("a", shown_if={"key": "diet", "is_one_of": ["meat"]})],
            ["/registration/form/1/shown_if/is_one_of"],
        ),
        (
            [question("a"), question("b", shown_if={"key": "a", "is_one_of": ["x"]})],
            ["/registration/form/1/shown_if/key"],
        ),
    ],
)
def test_a_question_that_can_not_be_asked_is_pointed_at(form, wrong):
    with pytest.raises(Invalid) as refused:
        checked_form(form)

    assert pointers(refused) == wrong


FITTING = some.fixed_dictionaries(
    {"diet": some.sampled_from(["any", "vegan"])},
    optional={
        "days": some.lists(some.sampled_from(["1", "2", "3"]), min_size=1, unique=True).map(sorted),
        "age": some.integers(-1000, 1000),
        "bus": some.just(True),
    },
)


@given(FITTING)
def test_what_a_browser_sends_back_of_answers_is_those_answers(answers):
    kept = checked_answers(FORM, answers)
    tree = {}
    for path, text in as_typed(FORM, kept).items():
        _, key, *number = path.split(".")
        if number:
            tree.setdefault(key, {})[number[0]] = text
        else:
            tree[key] = text

    assert checked_answers(FORM, typed_answers(FORM, tree)) == kept


def test_a_workshop_with_questions_asks_them_on_every_way_in(client, database):
    with database.writing() as session:
        workshop_id = a_workshop(session, form=FORM).id
    path = f"{API}/workshops/{workshop_id}/registrations"
    ann = {"name": "Ann", "email": "ann@people.example"}

    refused = client.post(path, json=ann)
    made = client.post(path, json=ann | {"answers": {"diet": "vegan", "days": ["2"]}})

    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/answers/diet")
    assert (made.status_code, made.json["answers"]) == (201, {"diet": "vegan", "days": ["2"]})
    page = client.get(f"/events/workshops/{workshop_id}").text
    assert 'name="answers.days.1"' in page


def test_an_answer_without_its_question_is_refused(client, database):
    with database.writing() as session:
        workshop_id = a_workshop(session, form=[question("wish")]).id
    body = {"name": "Ann", "email": "ann@people.example", "answers": {"diet": "vegan"}}

    refused = client.post(f"{API}/workshops/{workshop_id}/registrations", json=body)

    assert refused.json["errors"] == [
        {"pointer": "/answers/diet", "detail": "The form has no such question."}
    ]


def test_answers_stay_readable_after_the_form_has_changed(session):
    workshop = a_workshop(session, form=[DIET, question("wish")])
    shorter = [question("diet", "choice", options=("any", "other"))]

    change_workshop(session, workshop, {"form": shorter}, actor="test", now=NOW)
    session.flush()

    ever = questions_ever(session, workshop)
    assert [each["key"] for each in ever] == ["diet", "wish"]
    assert shown_answer(ever[0], "vegan", "en") == "vegan"
    assert [each["value"] for each in ever[0]["options"]] == ["any", "other", "vegan"]


def test_a_key_keeps_its_kind(session):
    workshop = a_workshop(session, form=[DIET])
    change_workshop(session, workshop, {"form": []}, actor="test", now=NOW)
    session.flush()

    with pytest.raises(Invalid) as refused:
        change_workshop(
            session, workshop, {"form": [question("diet", "number")]}, actor="test", now=NOW
        )

    assert pointers(refused) == ["/registration/form/0/kind"]


def test_a_roster_is_filtered_by_an_answer(client, database):
    from services.events.queries.registrations import answered

    with database.writing() as session:
        workshop = a_workshop(session, form=FORM)
        path = f"{API}/workshops/{workshop.id}/registrations"
    for name, diet, days in (("Ann", "vegan", ["1"]), ("Ben", "any", ["1", "3"])):
        body = {"name": name, "email": f"{name}@people.example"}
        client.post(path, json=body | {"answers": {"diet": diet, "days": days}})

    with database.reading() as session:
        found = {
            (key, value): [
                each.name for each in session.scalars(answered(select(Registration), key, value))
            ]
            for key, value in (("diet", "vegan"), ("days", "3"), ("days", "2"))
        }

    assert found == {("diet", "vegan"): ["Ann"], ("days", "3"): ["Ben"], ("days", "2"): []}


def changes(session, found, wanted, *, now=NOW, is_organizer=False):
    return change_registration(
        session, found, wanted, is_organizer=is_organizer, actor="test", now=now
    )


def test_a_change_while_registration_is_open_is_made_at_once(session):
    workshop = a_workshop(session, form=[DAYS])
    found = comes(session, workshop, "Ann").registration

    assert changes(session, found, {"name": "Anna", "answers": {"days": ["3"]}}) is None
    assert (found.name, found.name_key, found.answers) == ("Anna", "anna", {"days": ["3"]})


def test_a_late_change_waits_for_the_organizer(session):
    workshop = a_workshop(session, form=[DAYS])
    found = comes(session, workshop, "Ann").registration

    first = changes(session, found, {"answers": {"days": ["1"]}}, now=LATE)
    second = changes(session, found, {"answers": {"days": ["2"]}}, now=LATE)
    assert (first.id, found.answers) == (second.id, {})

    decide_change(session, second, is_approved=True, actor="test", now=LATE)
    assert found.answers == {"days": ["2"]}
    with pytest.raises(Conflict):
        decide_change(session, second, is_approved=False, actor="test", now=LATE)


def test_an_organizers_change_is_made_at_once_even_late(session):
    found = comes(session, a_workshop(session), "Ann").registration

    assert changes(session, found, {"locale": "zh-Hant"}, now=LATE, is_organizer=True) is None
    assert found.locale == "zh-Hant"


def test_a_name_that_is_registered_at_the_address_is_not_taken_twice(session):
    workshop = a_workshop(session)
    found = comes(session, workshop, "Ann").registration
    other = comes(session, workshop, "Ben").registration
    other.email, other.email_key = found.email, found.email_key
    session.flush()

    with pytest.raises(Conflict):
        changes(session, other, {"name": "ANN"})


def test_by_link_the_change_is_answered_202_when_it_waits(client, database):
    with database.writing() as session:
        workshop = a_workshop(session, form=[DAYS], closes_at=NOW + timedelta(days=1))
        found = comes(session, workshop, "Ann").registration
        link, registration_id, workshop_id = found.link_token, found.id, workshop.id
    header = {"Authorization": f"Bearer {link}"}
    path = f"{API}/registrations/{registration_id}"

    now = client.patch(path, json={"answers": {"days": ["1"]}}, headers=header)
    with database.writing() as session:
        session.get_one(Workshop, UUID(str(workshop_id))).closes_at = NOW
    late = client.patch(path, json={"answers": {"days": ["2"]}}, headers=header)

    assert (now.status_code, late.status_code) == (200, 202)
    assert late.json["answers"] == {"days": ["1"]}


def test_the_online_address_is_for_those_who_have_a_seat(client, database):
    with database.writing() as session:
        venue = {"mode": "online", "url": "https://meet.example/abc"}
        workshop = a_workshop(session, venue=venue, seats=1)
        seated, waiting = (comes(session, workshop, name).registration for name in ("Ann", "Ben"))
        links = [seated.link_token, waiting.link_token]
        path = f"{API}/workshops/{workshop.id}"

    answers = [client.get(path, headers={"Authorization": f"Bearer {link}"}) for link in links]

    assert [answer.json["venue"].get("url") for answer in answers] == [venue["url"], None]
    assert "url" not in client.get(path).json["venue"]
    assert "url" not in client.get(f"{API}/workshops").json["items"][0]["venue"]
