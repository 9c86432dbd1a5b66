"""Snapshots of the gap: what counts, where, and once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.members.actions import framing
from services.members.actions.answering_demand import accept_answer, answer_demand
from services.members.actions.crediting import keep_certificate, keep_run
from services.members.actions.demanding import ask_next, open_round
from services.members.actions.inventorying import gathering
from services.members.actions.inventorying.making import take_due_inventory, take_inventory
from services.members.actions.uniting import merge_organisations
from services.members.model import Capability, DemandAnswer, GapCell, Organisation
from shared.contracts.events_courses import CourseRunCounted, RunCount
from shared.foundation.failures import Conflict
from shared.foundation.ids import new_id
from tests.members.actions.test_crediting import a_certificate
from tests.members.builders import NOW, a_draft, a_member_of, a_person, an_organisation

ACT = {"actor": "test", "now": NOW}
PLACE = {"staff_level": "manager", "job_kind": "hybrid"}


class World:
    """An alliance of two associations with six companies each, and two capabilities."""

    def __init__(self, session):
        self.session = session
        self.alliance = an_organisation(session, "Alliance", kind="alliance")
        self.bodies = [
            a_member_of(session, self.alliance, name, kind="association") for name in "AB"
        ]
        self.companies = [
            [a_member_of(session, body, f"{number} Co.") for number in range(6)]
            for body in self.bodies
        ]
        framework = framing.draft_framework(session, self.alliance, {"en": "Skills"}, **ACT)
        self.capabilities = [
            framing.add_capability(
                session,
                framework,
                {"root": "technology", "code": code, "names": {"en": code}},
                **ACT,
            )
            for code in ("TE-01", "TE-02")
        ]
        framing.publish_framework(session, framework, **ACT)

    def answers(self, body=0, heads=4, companies=None, now=NOW, codes=(0, 1)):
        """Accepted answers of the association's companies, each of the same heads."""
        session, act = self.session, {"actor": "test", "now": now}
        values = {
            "titles": {"en": "Demand"},
            "texts": {},
            "capability_ids": [self.capabilities[code].id for code in codes],
            "quarters": 4,
            "closes_at": now + timedelta(days=30),
            "reminder_days": [],
        }
        found = open_round(session, self.bodies[body], values, **act)
        ask_next(session, found, key="0" * 32, now=now)
        wanted = companies if companies is not None else self.companies[body]
        for company in wanted:
            answer = session.scalars(
                select(DemandAnswer).where(
                    DemandAnswer.round_id == found.id, DemandAnswer.company_id == company.id
                )
            ).one()
            lines = [
                {"capability_id": self.capabilities[code].id, "quarter": 1, "headcount": heads}
                | PLACE
                for code in codes
            ]
            answer_demand(session, answer, lines, **act)
            accept_answer(session, answer, **act)

    def cell(self, snapshot, view="", **values):
        query = select(GapCell).where(GapCell.snapshot_id == snapshot.id, GapCell.view == view)
        return self.session.scalars(query.filter_by(**values)).one()

    def runs(self, counts, now=NOW):
        keep_run(
            self.session,
            CourseRunCounted(
                workshop_id=new_id(),
                version=1,
                course_id=new_id(),
                course_names={"en": "Course"},
                capability_ids=(self.capabilities[0].lineage_id,),
                host_id=self.alliance.id,
                titles={"en": "Run"},
                state="published",
                starts_at=now,
                ends_at=now + timedelta(days=2),
                capacity=30,
                counts=tuple(counts),
                **PLACE,
            ),
        )

    def certificate(self, person, organisation):
        state = a_certificate(person)
        keep_certificate(
            self.session,
            type(state)(
                **{
                    name: getattr(state, name)
                    for name in state.__dataclass_fields__
                    if name not in ("capability_ids", "organisation_id", *PLACE)
                },
                capability_ids=(self.capabilities[0].lineage_id,),
                organisation_id=organisation.id,
                **PLACE,
            ),
        )


@pytest.fixture
def world(session):
    return World(session)


def test_without_a_published_framework_there_is_no_gap(session):
    alliance = an_organisation(session, "Alliance", kind="alliance")

    with pytest.raises(Conflict):
        take_inventory(session, alliance, **ACT)


def test_demand_stands_in_calendar_quarters_and_adds_up(session, world):
    world.answers(0)
    world.answers(1, heads=2)

    made = take_inventory(session, world.alliance, **ACT)

    assert (made.number, made.held_back) == (1, 0)
    assert world.cell(made).gap == 2 * 6 * 4 + 2 * 6 * 2
    assert world.cell(made, "association", association_id=world.bodies[1].id).demand == 24
    assert world.cell(made, "quarter").quarter == "2026Q2"


def test_a_later_round_stands_for_an_earlier_one(session, world):
    world.answers(0, heads=4)
    world.answers(0, heads=3, now=NOW + timedelta(days=1))

    assert world.cell(take_inventory(session, world.alliance, **ACT)).demand == 2 * 6 * 3


def test_supply_and_seats_to_come_are_taken_from_the_gap(session, world):
    world.answers(0)
    for company in world.companies[0]:
        person = a_person(session)
        world.certificate(person, company)
        world.certificate(person, company)
    body = RunCount(
        organisation_id=world.bodies[0].id, planned=10, seated=7, attended=0, certified=0
    )
    world.runs([body])

    cell = world.cell(take_inventory(session, world.alliance, **ACT))

    assert (cell.demand, cell.supply, cell.pipeline, cell.gap) == (48, 6, 7, 35)
    assert (cell.planned, cell.seated) == (10, 7)


def test_a_run_that_is_over_is_no_pipeline_any_more(session, world):
    world.answers(0)
    body = RunCount(
        organisation_id=world.bodies[0].id, planned=9, seated=7, attended=6, certified=5
    )
    world.runs([body], now=NOW - timedelta(days=9))

    cell = world.cell(take_inventory(session, world.alliance, **ACT))

    assert (cell.pipeline, cell.seated, cell.attended, cell.certified) == (0, 7, 6, 5)


def test_the_demand_of_two_companies_is_not_published(session, world):
    world.answers(0, companies=world.companies[0][:2])

    made = take_inventory(session, world.alliance, **ACT)

    assert made.held_back == 2
    assert not session.scalars(select(GapCell).where(GapCell.snapshot_id == made.id)).all()


def test_one_more_company_waits_for_others_before_the_next_snapshot_shows_it(session, world):
    world.answers(0, companies=world.companies[0][:3])
    first = take_inventory(session, world.alliance, **ACT)
    world.answers(1, companies=world.companies[1][:1])

    second = take_inventory(session, world.alliance, **ACT)
    world.answers(1, companies=world.companies[1][1:], now=NOW + timedelta(days=1))
    third = take_inventory(session, world.alliance, **ACT)

    assert (second.number, second.held_back, third.held_back) == (2, 1, 0)
    assert world.cell(first).demand == world.cell(second).demand == 24
    assert world.cell(third).demand == 24 + 48


def test_a_company_that_was_merged_counts_once_as_the_record_that_is_kept(session, world):
    kept, gone = world.companies[0][:2]
    world.answers(0)
    for company in world.companies[0]:
        world.certificate(a_person(session), company)
    merge_organisations(session, kept, gone, [], **ACT)

    cell = world.cell(take_inventory(session, world.alliance, **ACT))

    assert (cell.demand, cell.supply) == (2 * 5 * 4, 6)


def test_the_timer_publishes_only_what_has_changed_and_once_a_day(session, world):
    world.answers(0)
    later = NOW + timedelta(days=2)

    made = [take_due_inventory(session, world.alliance, now=now) for now in (NOW, NOW, later)]
    world.answers(1)
    made.append(take_due_inventory(session, world.alliance, now=later))

    assert made == [True, False, False, True]


def test_capabilities_are_told_by_lineage_over_editions(session, world):
    world.answers(0)
    draft = framing.draft_framework(session, world.alliance, {"en": "Skills"}, **ACT)
    framing.publish_framework(session, draft, **ACT)
    world.capabilities = list(
        session.scalars(
            select(Capability).where(Capability.framework_id == draft.id).order_by(Capability.code)
        )
    )
    world.answers(1)

    made = take_inventory(session, world.alliance, **ACT)

    lineage = world.capabilities[0].lineage_id
    assert world.cell(made, "capability", lineage_id=lineage).demand == 48
    assert session.get_one(Organisation, world.alliance.id).kind == "alliance"


def test_a_company_of_two_associations_counts_once_and_where_it_has_answered(session, world):
    for company in world.companies[1]:
        draft = a_draft(session, company, world.bodies[0])
        draft.state = "active"
    session.flush()
    world.answers(1)

    made = take_inventory(session, world.alliance, **ACT)

    rows = session.scalars(
        select(GapCell).where(GapCell.snapshot_id == made.id, GapCell.view == "association")
    ).all()
    assert world.cell(made).demand == 48
    assert [(each.association_id, each.demand) for each in rows] == [(world.bodies[1].id, 48)]


def test_where_many_are_in_the_same_two_associations_they_count_for_both(
    session, world, monkeypatch
):
    monkeypatch.setattr(gathering, "ENOUGH_ALIKE", 3)
    for company in world.companies[1]:
        draft = a_draft(session, company, world.bodies[0])
        draft.state = "active"
    session.flush()
    world.answers(0)
    world.answers(1)

    made = take_inventory(session, world.alliance, **ACT)

    of = {body.id: world.cell(made, "association", association_id=body.id) for body in world.bodies}
    assert [each.demand for each in of.values()] == [96, 48]
    assert world.cell(made).demand == 96
