"""Courses of a host: what each needs, what comes before, who teaches, and the curriculum."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.events.actions import curating, requiring, training
from services.events.actions.certifying import revoke
from services.events.actions.cloning import clone
from services.events.actions.failures import PrerequisitesLacking
from services.events.actions.forgetting import erase_person
from services.events.actions.grouping import Companion, Contact, register_group
from services.events.actions.scheduling import change_workshop
from services.events.actions.surveying import set_survey
from services.events.model import CapabilityCopy, Certificate, PrerequisiteWaiver, Trainer
from services.events.queries import courses as queries
from services.events.queries.certificates import find_rule, issuers_of
from services.events.queries.personal_data import sections_of
from services.events.queries.prerequisites import standings
from services.events.queries.surveys import find_survey
from services.events.queries.trainers import conflicts_of
from services.events.reactions import REACTIONS
from shared.contracts.members_talent import CapabilityFrameworkPublished, CapabilityState
from shared.contracts.talent_words import STAFF_LEVELS
from shared.foundation.failures import Conflict, Forbidden, Invalid, NotFound
from shared.foundation.identities import Asker, Grant, Identity, Role
from shared.foundation.ids import new_id
from shared.messaging.forgetting import Forgotten
from shared.messaging.inbox import Heard
from tests.events.builders import IN_A_MONTH, NOW, a_draft, a_nomination, an_organisation, comes
from tests.events.course_builders import (
    RULE,
    a_capability,
    a_course,
    a_run,
    a_trainer,
    certified,
    certifies,
)

GUEST = Asker()


@pytest.fixture
def school(session):
    return an_organisation(session, "The school")


def change(session, course, **changes):
    return curating.change_course(session, course, changes, actor="test", now=NOW)


def published(number, *codes, organisation_id, lineages):
    states = [
        CapabilityState(
            capability_id=new_id(),
            lineage_id=lineages[code],
            root="management",
            code=code,
            names={"en": f"{code} of edition {number}"},
            esco_uri=None,
        )
        for code in codes
    ]
    return CapabilityFrameworkPublished(
        framework_id=new_id(),
        version=number,
        organisation_id=organisation_id,
        number=number,
        names={"en": "Framework"},
        capabilities=tuple(states),
    )


def test_the_newest_edition_holds_however_late_an_earlier_one_comes(session):
    alliance, lineages = new_id(), {"MG-01": new_id(), "MG-02": new_id()}
    heard = Heard(id=new_id(), time=NOW, now=NOW, traceparent="")
    for number, codes in ((2, ["MG-01"]), (1, ["MG-01", "MG-02"])):
        message = published(number, *codes, organisation_id=alliance, lineages=lineages)
        REACTIONS[CapabilityFrameworkPublished](session, message, heard)

    current = session.scalars(queries.current_capabilities()).all()
    kept = session.get_one(CapabilityCopy, lineages["MG-02"])

    assert [(each.id, each.names["en"]) for each in current] == [
        (lineages["MG-01"], "MG-01 of edition 2")
    ]
    assert kept.version == 1


def test_two_courses_of_a_host_have_two_codes(session, school):
    a_course(session, host_id=school)
    a_course(session, host_id=an_organisation(session, "Another"))

    with pytest.raises(Conflict, match="has this code"):
        a_course(session, host_id=school)


def test_a_course_never_comes_before_itself(session, school):
    first = a_course(session, "C-1", host_id=school)
    second = a_course(session, "C-2", host_id=school, prerequisite_ids=[first.id])
    third = a_course(session, "C-3", host_id=school, prerequisite_ids=[second.id])

    for course in (first, second, third):
        with pytest.raises(Invalid, match="before itself"):
            change(session, first, prerequisite_ids=[course.id])
    with pytest.raises(Invalid, match="no course with this id"):
        change(session, first, prerequisite_ids=[a_course(session, "X-1").id])
    change(session, third, prerequisite_ids=[first.id, second.id])

    assert [each.code for each in queries.prerequisites_of(session, third.id)] == ["C-1", "C-2"]


@pytest.mark.parametrize("part", ["capability_ids", "trainer_ids", "prerequisite_ids"])
def test_what_nobody_has_is_no_part_of_a_course(session, part):
    with pytest.raises(Invalid) as refused:
        a_course(session, **{part: [new_id()]})

    assert [each.pointer for each in refused.value.faults] == [f"/{part}/0"]


def test_only_a_course_of_the_host_that_is_not_retired_gets_a_run(session, school):
    course = a_course(session, host_id=school)
    run = {"kind": "course_run", "course_id": course.id, "host_id": school}

    for wrong, pointer in (
        ({"kind": "workshop"}, "/kind"),
        ({"course_id": new_id()}, "/course_id"),
        ({"host_id": an_organisation(session, "Another")}, "/course_id"),
    ):
        with pytest.raises(Invalid) as refused:
            a_draft(session, **run | wrong)
        session.expunge_all()
        assert refused.value.faults[0].pointer == pointer
    made = a_draft(session, **run)
    curating.retire(session, session.merge(course), actor="test", now=NOW)
    with pytest.raises(Invalid, match="retired"):
        a_draft(session, **run)
    curating.reactivate(session, session.merge(course), actor="test", now=NOW)

    assert (made.course_id, a_draft(session, **run).course_id) == (course.id, course.id)


def test_a_run_stays_a_run_and_a_published_one_keeps_its_course(session, school):
    course, other = (a_course(session, code, host_id=school) for code in ("C-1", "C-2"))
    draft = a_draft(session, kind="course_run", course_id=course.id, host_id=school)

    change_workshop(session, draft, {"course_id": other.id}, actor="test", now=NOW)
    assert draft.course_id == other.id
    for run, value in ((draft, None), (a_run(session, course), other.id)):
        with pytest.raises(Invalid):
            change_workshop(session, run, {"course_id": value}, actor="test", now=NOW)


def test_a_copy_keeps_course_rule_and_surveys(session, school):
    run = a_run(session, a_course(session, host_id=school))
    certifies(session, run)
    question = {"key": "liked", "kind": "checkbox", "labels": {"en": "Good?"}, "options": []}
    survey = {"titles": {"en": "How was it?"}, "texts": {}, "questions": [question]}
    set_survey(session, run, "after", survey | {"is_anonymous": True}, now=NOW)

    made = clone(session, run, starts_at=IN_A_MONTH + timedelta(days=9), actor="test", now=NOW)

    copied, rule = find_survey(session, made.id, "after"), find_rule(session, made.id)
    assert made.course_id == run.course_id
    assert (copied.state, copied.is_anonymous, copied.questions[0]["key"]) == (
        *("draft", True),
        "liked",
    )
    assert (rule.least_hours, rule.version) == (RULE["least_hours"], 1)
    assert [each.organisation_id for each in issuers_of(session, made.id)] == [school]


def test_who_lacks_a_required_course_is_refused_by_name(session, school):
    first = a_course(session, "C-1", host_id=school)
    rules = {"prerequisite_ids": [first.id], "prerequisites_are": "required"}
    run = a_run(session, a_course(session, "C-2", host_id=school, **rules))
    certified(session, first, "Ann")

    assert comes(session, run, "Ann").registration.state == "confirmed"
    with pytest.raises(PrerequisitesLacking, match="Bo needs a certificate of Course C-1 first"):
        comes(session, run, "Bo")
    with pytest.raises(PrerequisitesLacking, match="Min needs"):
        a_nomination(session, run, new_id())
    contact = Contact(name="Office", email="office@people.example")
    people = [Companion(name="Cy"), Companion(name="Di")]
    options = {"is_together": False, "actor": "guest", "now": NOW}
    with pytest.raises(PrerequisitesLacking, match="Cy needs .* Di needs"):
        register_group(session, run, contact, people, **options)


def test_another_name_at_the_same_address_has_not_learnt_it(session, school):
    first = a_course(session, "C-1", host_id=school)
    rules = {"prerequisite_ids": [first.id], "prerequisites_are": "required"}
    run = a_run(session, a_course(session, "C-2", host_id=school, **rules))
    certified(session, first, "Ann", email="office@people.example")

    with pytest.raises(PrerequisitesLacking):
        comes(session, run, "Bo", email="office@people.example")


def test_an_organizer_lets_somebody_in_and_takes_it_back(session, school):
    first = a_course(session, "C-1", host_id=school)
    rules = {"prerequisite_ids": [first.id], "prerequisites_are": "required"}
    run = a_run(session, a_course(session, "C-2", host_id=school, **rules))
    options = {"reason": "a long practice", "actor": "test", "now": NOW}

    waiver = requiring.waive(session, run, "Bo@people.example", **options)
    assert requiring.waive(session, run, "bo@PEOPLE.example", **options) is waiver
    assert comes(session, run, "Bo").registration.state == "confirmed"
    requiring.end_waiver(session, waiver)

    with pytest.raises(PrerequisitesLacking):
        comes(session, run, "Bo Two", email="bo@people.example")


def test_what_is_advised_refuses_nobody_and_is_shown(session, school):
    first = a_course(session, "C-1", host_id=school)
    run = a_run(session, a_course(session, "C-2", host_id=school, prerequisite_ids=[first.id]))
    certified(session, first, "Ann")

    people = [comes(session, run, name).registration for name in ("Ann", "Bo")]

    lacks = standings(session, run, people)
    assert [[each.code for each in courses] for courses in lacks] == [[], ["C-1"]]


def test_a_revoked_certificate_is_none(session, school):
    first = a_course(session, "C-1", host_id=school)
    run = a_run(session, a_course(session, "C-2", host_id=school, prerequisite_ids=[first.id]))
    certified(session, first, "Ann")
    person = comes(session, run, "Ann").registration
    assert standings(session, run, [person]) == [()]

    revoke(session, session.scalars(select(Certificate)).one(), actor="test", now=NOW)

    assert [each.code for each in standings(session, run, [person])[0]] == ["C-1"]


def test_a_trainer_of_two_runs_at_once_is_shown(session, school):
    trainer = a_trainer(session, school)
    course = a_course(session, host_id=school, trainer_ids=[trainer.id])
    day = timedelta(days=1)
    first, second = a_run(session, course), a_run(session, course)
    later = a_run(session, course, starts_at=IN_A_MONTH + day, ends_at=IN_A_MONTH + 2 * day)
    for run in (first, second, later):
        training.set_run_trainers(session, run, [trainer.id])

    (found,) = conflicts_of(session, [trainer.id])

    assert {found.first.id, found.second.id} == {first.id, second.id}
    with pytest.raises(Conflict, match="teaches a run"):
        training.remove_trainer(session, trainer)


def test_a_forgotten_trainer_leaves_no_name(session, school):
    person_id = new_id()
    trainer = a_trainer(session, school)
    trainer.person_id = person_id
    run = a_run(session, a_course(session, host_id=school))
    options = {"reason": "", "actor": "test", "now": NOW}
    requiring.waive(session, run, "mei@people.example", **options)
    kept = dict(sections_of(session, person_id, "mei@people.example"))
    assert (len(kept["trainers"]), len(kept["prerequisite_waivers"])) == (1, 1)

    who = Forgotten(person_id, "mei@people.example", ["Mei"], True)
    erase_person(session, who, now=NOW)

    assert session.scalars(select(PrerequisiteWaiver)).all() == []
    assert session.scalars(select(Trainer)).one().names == {"en": "erased"}


def test_the_curriculum_has_its_gaps(session, school):
    taught = a_capability(session, "MG-01", organisation_id=school)
    gap = a_capability(session, "MG-02", organisation_id=school)
    course = a_course(session, host_id=school, capability_ids=[taught])
    a_course(session, "H-1", host_id=school, capability_ids=[gap], visibility="hidden")
    retired = a_course(session, "R-1", host_id=school, capability_ids=[gap])
    curating.retire(session, retired, actor="test", now=NOW)

    rows = queries.curriculum_of(session, school, GUEST, tuple(STAFF_LEVELS))

    cells = {row.capability.code: row.cells for row in rows}
    assert cells["MG-01"]["specialist"] == [course]
    assert [found for found in cells["MG-02"].values() if found] == []


def test_a_path_leads_through_courses_of_its_host_once_each(session, school):
    ids = [a_course(session, code, host_id=school).id for code in ("C-2", "C-1")]
    values = {"host_id": school, "names": {"en": "A path"}, "texts": {}}

    path = curating.create_path(session, values | {"course_ids": ids}, now=NOW)
    steps = queries.steps_of(session, [path.id], GUEST)[path.id]

    assert [each.id for each in steps] == ids
    for wrong in ([ids[0], ids[0]], [a_course(session, "X-1").id]):
        with pytest.raises(Invalid):
            curating.change_path(session, path, {"course_ids": wrong})


def test_a_hidden_course_is_its_organizers_alone(session, school):
    hidden = a_course(session, host_id=school, visibility="hidden")
    inside = a_course(session, "C-2", host_id=school, visibility="members")
    run = a_run(session, inside)
    grant = Grant(Role.ORGANIZER, school, subtree=True)
    ours = Asker(Identity(new_id(), new_id(), "Ann", "ann@people.example", "en", (grant,)))
    member = Asker(Identity(new_id(), new_id(), "Bo", "bo@people.example", "en", ()))

    for course, asker in ((hidden, GUEST), (hidden, member), (inside, GUEST)):
        with pytest.raises(NotFound):
            queries.get_course(session, course.id, asker)
    for course, asker in ((hidden, ours), (inside, member)):
        assert queries.get_course(session, course.id, asker) is course
    with pytest.raises(Forbidden):
        queries.get_organized_course(session, inside.id, member)
    assert session.scalars(queries.runs_of(inside.id, GUEST)).all() == [run]
