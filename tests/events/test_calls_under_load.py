"""Contributions submitted, changed and decided on by many hands at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from services.events.actions.judging import decide, take_into_programme, write_review
from services.events.actions.naming_reviewers import set_reviewers
from services.events.actions.programming import add_session
from services.events.actions.sharing import Upload
from services.events.actions.submitting import MOST_OF_ONE, attach, submit, withdraw_submission
from services.events.model import Call, Contribution, Review, Submission, Workshop
from services.events.queries.calls import history_of
from shared.files import FileStore
from shared.foundation.failures import Failure, TooMany
from shared.messaging.tables import outbox
from tests.events.builders import NOW, a_workshop
from tests.events.call_builders import SUBMISSION, a_call, a_person, a_submission

ROUNDS = 6


@pytest.fixture
def workshop_id(database):
    with database.writing() as session:
        workshop = a_workshop(session)
        a_call(session, workshop)
        return workshop.id


@pytest.fixture
def submission_id(database, workshop_id):
    return new_submission(database, "Green portals")


def new_submission(database, title):
    with database.writing() as session:
        return a_submission(session, session.scalars(select(Call)).one(), title=title).id


def at_once(database, *acts):
    """Each in a transaction of its own; what they answer, or are refused with.

    An act reads, calls its second argument and goes on when all have read; on SQLite at once,
    where only one can have begun.
    """
    ready = Barrier(len(acts))
    go = ready.wait if database.engine.dialect.name == "postgresql" else alone

    def run(act):
        ready.wait()
        try:
            with database.writing() as session:
                return act(session, go)
        except Failure as failure:
            return failure

    with ThreadPoolExecutor(len(acts)) as hands:
        return list(hands.map(run, acts))


def alone():
    """In place of waiting for others."""


def on(submission_id, act, *rest, **named):
    """An act on the submission, as a door has read it."""

    def run(session, go):
        found = session.get_one(Submission, submission_id)
        go()
        act(session, found, *rest, now=NOW, **named)

    return run


def decides(submission_id, verb):
    return on(submission_id, decide, verb, actor=verb)


def withdraws(submission_id):
    return on(submission_id, withdraw_submission, actor="link")


def count(session, table):
    return session.scalar(select(func.count()).select_from(table))


def story(session, submission_id):
    """What it went through, and what was told of it, in order; both agree with its state."""
    found = session.get_one(Submission, submission_id)
    steps = [(each.before, each.after) for each in history_of(session, found)]
    query = select(outbox.c.type).where(outbox.c.subject == submission_id)
    told = [each.split(".")[2] for each in session.scalars(query.order_by(outbox.c.number))]
    assert [before for before, _ in steps] == [None, *(after for _, after in steps[:-1])]
    assert steps[-1][1] == found.state
    assert found.version == len(steps) == len(told)
    return [after for _, after in steps], told


def test_accepted_and_rejected_at_once_one_comes_after_the_other(database, workshop_id):
    for number in range(ROUNDS):
        submission_id = new_submission(database, f"Talk {number}")

        at_once(database, *(decides(submission_id, each) for each in ("accept", "reject")))

        with database.reading() as session:
            steps, told = story(session, submission_id)
        assert sorted(steps[1:]) == ["accepted", "rejected"]
        assert told[1:] == [f"submission_{each}" for each in steps[1:]]


def test_accepted_twice_at_once_is_told_once(database, submission_id):
    at_once(database, *[decides(submission_id, "accept")] * 4)

    with database.reading() as session:
        assert story(session, submission_id)[1] == ["submission_received", "submission_accepted"]


def test_withdrawn_while_it_is_accepted_stays_withdrawn(database, workshop_id):
    for number in range(ROUNDS):
        submission_id = new_submission(database, f"Talk {number}")

        at_once(database, decides(submission_id, "accept"), withdraws(submission_id))

        with database.reading() as session:
            assert story(session, submission_id)[0][-1] == "withdrawn"


def test_withdrawn_while_it_goes_into_the_programme_has_one_end(database, workshop_id):
    with database.writing() as session:
        workshop = session.get_one(Workshop, workshop_id)
        times = {"starts_at": workshop.starts_at, "ends_at": workshop.ends_at}
        part_id = add_session(session, workshop, {"titles": {"en": "A"}, "room": "", **times}).id

    def schedules(submission_id):
        def run(session, go):
            workshop = session.get_one(Workshop, workshop_id)
            found = session.get_one(Submission, submission_id)
            go()
            take_into_programme(session, workshop, found, part_id)

        return run

    for number in range(ROUNDS):
        submission_id = new_submission(database, f"Talk {number}")
        with database.writing() as session:
            decides(submission_id, "accept")(session, alone)

        at_once(
            database,
            schedules(submission_id),
            withdraws(submission_id),
            schedules(submission_id),
        )

        with database.reading() as session:
            found = session.get_one(Submission, submission_id)
            taken = select(Contribution).where(Contribution.titles["en"].as_string() == found.title)
            is_taken = found.contribution_id is not None
            assert len(session.scalars(taken).all()) == is_taken
            assert found.state == ("accepted" if is_taken else "withdrawn")


def test_one_address_submits_as_much_as_it_may_however_many_hands_it_has(database, workshop_id):
    def submits(title):
        def run(session, go):
            call = session.scalars(select(Call)).one()
            go()
            values = SUBMISSION | {"title": title}
            return submit(session, call, values, person_id=None, actor="guest", now=NOW)[1]

        return run

    again = at_once(database, *[submits("The same")] * 4)
    found = at_once(database, *(submits(f"Talk {number}") for number in range(MOST_OF_ONE + 4)))

    assert sorted(again) == [False, False, False, True]
    assert sum(isinstance(each, TooMany) for each in found) == 5
    with database.reading() as session:
        assert count(session, Submission) == MOST_OF_ONE


def test_files_sent_at_once_each_make_a_version_and_the_last_is_kept(
    database, submission_id, tmp_path
):
    store = FileStore(tmp_path)
    uploads = [Upload(f"{number}.pdf", b"%PDF-" + bytes([number])) for number in range(6)]

    at_once(database, *(on(submission_id, attach, each, store=store) for each in uploads))

    with database.reading() as session:
        found = session.get_one(Submission, submission_id)
        assert found.version == 1 + len(uploads)
        kept = next(each for each in uploads if each.filename == found.filename)
        assert store.path_of(found.digest).read_bytes() == kept.content


def test_nothing_is_attached_to_what_is_withdrawn_at_that_moment(database, workshop_id, tmp_path):
    store, upload = FileStore(tmp_path), Upload("a.pdf", b"%PDF-1.7")
    for number in range(ROUNDS):
        submission_id = new_submission(database, f"Talk {number}")

        attached, _ = at_once(
            database,
            on(submission_id, attach, upload, store=store),
            withdraws(submission_id),
        )

        with database.reading() as session:
            found = session.get_one(Submission, submission_id)
            was_refused = isinstance(attached, Failure)
            assert (found.state, found.version) == ("withdrawn", 2 if was_refused else 3)
            assert (found.digest is None) == was_refused


def test_a_reviewer_in_two_tabs_at_once_has_one_review(database, submission_id):
    with database.writing() as session:
        kim = a_person(session, "Kim").person_id

    def scores(score):
        said = {"scores": {"fit": score, "new": score}, "comment": "", "has_conflict": False}
        return on(submission_id, write_review, kim, **said)

    at_once(database, *(scores(score) for score in (1, 2, 3, 4)))

    with database.reading() as session:
        assert session.scalars(select(Review)).one().version == 4


def test_a_call_written_in_two_tabs_at_once_is_one(database):
    with database.writing() as session:
        workshop_id = a_workshop(session).id

    def writes(session, go):
        workshop = session.get_one(Workshop, workshop_id)
        go()
        a_call(session, workshop)

    at_once(database, *[writes] * 4)

    with database.reading() as session:
        assert session.scalars(select(Call)).one().version == 4


def test_a_reviewer_named_in_two_tabs_at_once_is_told_once(database, workshop_id):
    with database.writing() as session:
        kim = a_person(session, "Kim").person_id

    def names(session, go):
        call = session.scalars(select(Call)).one()
        go()
        set_reviewers(session, call, [kim], now=NOW)

    at_once(database, *[names] * 4)

    with database.reading() as session:
        told = select(outbox).where(outbox.c.type.contains("reviewer_named"))
        assert len(session.execute(told).all()) == 1
