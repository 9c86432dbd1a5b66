"""What a workshop concluded: to whom, what became of it, who reads what, and the reminders."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from services.events.actions import concluding, following_up
from services.events.actions.cloning import clone
from services.events.actions.failures import WrongState
from services.events.actions.following_up import remind_of_review, reviews_to_remind_of
from services.events.actions.forgetting import erase_person
from services.events.actions.merging import follow_organisation_merge
from services.events.model import Finding, FindingReminder, PersonCopy, Transition
from services.events.queries import findings as queries
from services.events.queries.personal_data import sections_of
from services.events.timers import remind_of_all_reviews
from shared.contracts import events_findings as told
from shared.contracts.members_directory import OrganisationMerged
from shared.foundation.failures import Forbidden, Invalid, NotFound
from shared.foundation.identities import GUEST, Asker, Grant, Identity, Role
from shared.foundation.ids import new_id
from shared.messaging.forgetting import Forgotten
from shared.messaging.outbox import told_in
from shared.messaging.tables import outbox
from tests.events.builders import NOW, a_draft, a_workshop, an_organisation

TEXTS = {"en": "Assess the needs of each industry.", "zh-Hant": "評估各產業需求。"}
REGION = {"en": "Governments of the region"}
REVIEW = date(2026, 4, 20)
STEP = {"actor": "test", "now": NOW}


def a_person(session, name="Ada"):
    names = [{"kind": "romanised", "given": name, "family": "Lo", "order": "given_first"}]
    made = PersonCopy(
        id=new_id(), version=1, names=names, email=f"{name}@people.example", locale="en"
    )
    session.add(made)
    session.flush()
    return made.id


def a_recommendation(session, workshop=None, **values):
    plain = {"kind": "recommendation", "texts": TEXTS}
    if not {"organisation_id", "person_id", "addressed_to"} & values.keys():
        values["addressed_to"] = REGION
    workshop = workshop or a_workshop(session)
    made = concluding.conclude(session, workshop, plain | values, written_by=None, **STEP)
    session.flush()
    return made


def published(session, workshop=None, **values):
    made = a_recommendation(session, workshop, **values)
    return concluding.publish_finding(session, made, **STEP)


def takes(session, found, verb, reason="", by=None):
    return following_up.take_step(session, found, verb, by=by, reason=reason, **STEP)


def somebody(role, place, person_id=None):
    grants = (Grant(role, place, subtree=False),) if role else ()
    person_id = person_id or new_id()
    return Asker(Identity(person_id, new_id(), "Ann", "ann@people.example", "en", grants))


def history_of(session, found):
    session.flush()
    query = select(Transition).where(Transition.subject_id == found.id)
    return [
        (each.before, each.after, each.reason)
        for each in session.scalars(query.order_by(Transition.number))
    ]


def test_a_recommendation_goes_from_draft_to_done_with_its_notes(session):
    found = published(session)
    takes(session, found, "accept")
    takes(session, found, "begin", "A first course is planned.")
    following_up.note_progress(session, found, by=None, reason="40 people came.", **STEP)
    takes(session, found, "complete", "Held twice.")

    assert history_of(session, found) == [
        (None, "draft", ""),
        ("draft", "published", ""),
        ("published", "accepted", ""),
        ("accepted", "under_way", "A first course is planned."),
        ("under_way", "under_way", "40 people came."),
        ("under_way", "done", "Held twice."),
    ]
    kinds = [type(each) for each in told_in(session)][-5:]
    assert kinds == [told.RecommendationPublished, *[told.RecommendationMoved] * 4]


def test_the_same_step_twice_is_one(session):
    found = published(session)
    concluding.publish_finding(session, found, **STEP)
    takes(session, found, "accept")
    takes(session, found, "accept")

    assert found.version == 3
    kinds = [type(each) for each in told_in(session)][-2:]
    assert kinds == [told.RecommendationPublished, told.RecommendationMoved]


def test_declining_needs_a_reason_and_can_be_taken_back(session):
    found = published(session)
    with pytest.raises(Invalid):
        takes(session, found, "decline")

    takes(session, found, "decline", "Not ours.")
    takes(session, found, "accept")

    assert found.state == "accepted"


@pytest.mark.parametrize("verb", ["accept", "begin", "complete"])
def test_a_draft_and_a_finding_are_not_followed_up(session, verb):
    finding = published(session, kind="finding", addressed_to={})
    for found in (a_recommendation(session), finding):
        with pytest.raises(WrongState):
            takes(session, found, verb)
    with pytest.raises(WrongState):
        takes(session, published(session), "begin")


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"texts": {"en": ""}}, "/texts"),
        ({"kind": "finding"}, "/addressed_to"),
        ({"organisation_id": new_id(), "addressed_to": {}}, "/organisation_id"),
        ({"person_id": new_id(), "addressed_to": {}}, "/person_id"),
        ({"person_id": new_id(), "addressed_to": REGION}, "/addressed_to"),
        ({"owner_id": new_id()}, "/owner_id"),
        ({"session_id": new_id()}, "/session_id"),
    ],
)
def test_what_does_not_fit_together_is_refused(session, values, pointer):
    workshop = a_workshop(session)

    with pytest.raises(Invalid) as refused:
        a_recommendation(session, workshop, **({"addressed_to": REGION} | values))

    assert [fault.pointer for fault in refused.value.faults] == [pointer]


def test_what_is_addressed_to_nobody_or_of_a_draft_is_not_published(session):
    with pytest.raises(WrongState):
        published(session, addressed_to={})
    with pytest.raises(WrongState):
        published(session, a_draft(session))


def test_published_words_stay_and_who_follows_it_up_may_change(session):
    found, body_id = published(session), an_organisation(session)
    with pytest.raises(WrongState):
        concluding.change_finding(session, found, {"texts": {"en": "Else."}}, **STEP)

    changes = {"organisation_id": body_id, "addressed_to": {}, "review_on": REVIEW}
    concluding.change_finding(session, found, changes, **STEP)

    assert (found.organisation_id, found.review_on, found.version) == (body_id, REVIEW, 3)
    with pytest.raises(WrongState):
        concluding.drop_finding(session, found, **STEP)


def test_a_draft_can_be_removed_and_a_copy_of_the_workshop_has_none(session):
    workshop = a_workshop(session)
    published(session, workshop)
    draft = a_recommendation(session, workshop)
    concluding.drop_finding(session, draft, **STEP)

    made = clone(session, workshop, **STEP)

    kept = session.scalars(select(Finding.workshop_id)).all()
    assert kept == [workshop.id]
    assert made.id not in kept


def test_everyone_reads_what_is_published_and_only_its_people_follow_it_up(session):
    workshop, body_id = a_workshop(session), an_organisation(session)
    ada = a_person(session)
    draft = a_recommendation(session, workshop)
    found = published(session, workshop, organisation_id=body_id, owner_id=ada)
    organizer = somebody(Role.ORGANIZER, workshop.host_id)
    theirs, others = somebody(Role.FOCAL_POINT, body_id), somebody(Role.FOCAL_POINT, new_id())

    for who in (GUEST, others, theirs, organizer):
        assert queries.get_finding(session, found.id, who)[0] is found
    for who in (GUEST, others):
        with pytest.raises(Forbidden):
            queries.get_followed(session, found.id, who)
    for who in (theirs, organizer, somebody(None, None, ada)):
        assert queries.get_followed(session, found.id, who)[0] is found
    for who in (GUEST, others, theirs):
        with pytest.raises(NotFound):
            queries.get_finding(session, draft.id, who)
        listed = session.scalars(queries.findings_of(session, workshop, who)).all()
        assert listed == [found]
    assert len(session.scalars(queries.findings_of(session, workshop, organizer)).all()) == 2


def test_what_a_hidden_workshop_recommends_is_read_by_whom_it_is_addressed_to(session):
    body_id = an_organisation(session)
    found = published(session, a_workshop(session, visibility="members"), organisation_id=body_id)

    with pytest.raises(NotFound):
        queries.get_finding(session, found.id, GUEST)
    focal_point = somebody(Role.FOCAL_POINT, body_id)
    assert queries.get_finding(session, found.id, focal_point)[0] is found


def test_a_body_lists_the_open_ones_that_are_addressed_to_it(session):
    body_id, ada = an_organisation(session), a_person(session)
    mine = published(session, organisation_id=body_id)
    done = published(session, organisation_id=body_id)
    for verb in ("accept", "complete"):
        takes(session, done, verb)
    hers = published(session, person_id=ada)
    published(session, organisation_id=an_organisation(session))
    focal_point = somebody(Role.FOCAL_POINT, body_id, ada)

    def listed(query):
        return set(session.scalars(query))

    assert listed(queries.open_recommendations_for(focal_point)) == {mine, hers}
    assert listed(queries.recommendations_for(focal_point)) == {mine, done, hers}
    assert listed(queries.recommendations_for(GUEST)) == set()


def at(day, hour=9, zone="Asia/Taipei"):
    return datetime(2026, 4, day, hour, tzinfo=ZoneInfo(zone))


def reminds(session, found, now):
    if found.id not in reviews_to_remind_of(session, now=now):
        return []
    before = len(told_in(session))
    remind_of_review(session, found.id, now=now)
    session.flush()
    return [each.days for each in told_in(session)[before:]]


def test_its_people_are_reminded_a_week_before_the_review_and_on_the_day(session):
    found = published(session, review_on=REVIEW)

    assert reminds(session, found, at(13, 8)) == []
    assert reminds(session, found, at(13)) == [7]
    assert reminds(session, found, at(14)) == []
    assert reminds(session, found, at(20)) == [0]
    assert reminds(session, found, at(20, 10)) == []


def test_a_reminder_that_was_missed_is_made_up_for_within_a_week(session):
    found, old = published(session, review_on=REVIEW), published(session, review_on=REVIEW)

    assert reminds(session, found, at(25)) == [0]
    assert reminds(session, old, at(28)) == []


def test_another_day_of_review_is_reminded_of_anew_and_what_is_settled_is_not(session):
    found = published(session, review_on=REVIEW)
    assert reminds(session, found, at(20)) == [0]
    changes = {"review_on": REVIEW + timedelta(days=5)}
    concluding.change_finding(session, found, changes, **STEP)
    assert reminds(session, found, at(20)) == [7]

    takes(session, found, "decline", "Not ours.")

    assert reminds(session, found, at(25)) == []


def test_who_is_erased_is_forgotten_as_addressee_as_owner_and_as_author(session):
    ada = a_person(session)
    found = published(session, person_id=ada)
    owned = published(session, owner_id=ada)
    owned.written_by = ada
    assert {
        each.id for each in session.scalars(queries.recommendations_for(somebody(None, None, ada)))
    } == {
        found.id,
        owned.id,
    }
    sections = dict(sections_of(session, ada, None))
    assert len(sections["recommendations"]) == 2
    assert len(sections["findings_written"]) == 1

    erase_person(session, Forgotten(ada, "ada@people.example", ("Ada Lo",), True), now=NOW)
    session.expire_all()

    assert (found.person_id, found.addressed_to) == (None, {"en": "erased"})
    assert (owned.owner_id, owned.written_by) == (None, None)
    counts = told_in(session)[-1].counts
    assert {each.kind: each.number for each in counts}["recommendations"] == 2


def test_what_was_addressed_to_one_of_two_records_of_a_body_is_the_kept_ones(session):
    kept, gone = an_organisation(session), an_organisation(session)
    found = published(session, organisation_id=gone)
    message = OrganisationMerged(
        merge_id=new_id(), version=1, kept_id=kept, gone_id=gone, is_undone=False
    )

    follow_organisation_merge(session, message, now=NOW)

    assert found.organisation_id == kept


def test_the_timer_reminds_once(database):
    with database.writing() as session:
        published(session, review_on=REVIEW)

    for _ in range(2):
        remind_of_all_reviews(database, at(13))

    with database.reading() as session:
        due = select(FindingReminder.days)
        asked = select(outbox.c.id).where(outbox.c.type == told.RecommendationDue.type)
        assert session.scalars(due).all() == [7]
        assert len(session.scalars(asked).all()) == 1
