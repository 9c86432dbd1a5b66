"""Project proposals: their steps as they happened, co-sponsors, review, and who may do what."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from services.events.actions import co_sponsoring, proposing, reviewing
from services.events.actions.co_sponsoring import Asked
from services.events.actions.failures import CoSponsorsMissing, WrongState
from services.events.actions.forgetting import erase_person
from services.events.actions.proposing import Overseer
from services.events.actions.stepping import Taken
from services.events.model import (
    CoSponsorship,
    MembershipCopy,
    OrganisationCopy,
    ReviewComment,
    Transition,
)
from services.events.queries import proposals as queries
from services.events.queries.personal_data import sections_of
from services.events.queries.projects import timeline_of
from shared.contracts import events_proposals as told
from shared.contracts.events_proposals import Money
from shared.foundation.failures import Forbidden, Invalid, NotFound
from shared.foundation.identities import GUEST, Asker, Grant, Identity, Role
from shared.foundation.ids import new_id
from shared.messaging.forgetting import Forgotten
from shared.messaging.outbox import told_in
from tests.events.builders import NOW, an_organisation

EMAIL = "hsiang-hua.lin@wda.example"
SUBMITTED, APPROVED = date(2023, 6, 19), date(2024, 2, 23)
NOW_TAKEN = Taken(actor="test", now=NOW)


def on(day, reason=""):
    return Taken(actor="test", now=NOW, reason=reason, happened_on=day)


def a_proposal(session, *, host_id=None, **values):
    host_id = host_id or an_organisation(session, "Working group", "alliance")
    body_id = an_organisation(session, "The agency", "agency")
    values |= {"organisation_id": body_id, "host_id": host_id, "titles": {"en": "The ROPES"}}
    belongs = {"member_id": body_id, "host_id": host_id, "is_active": True}
    session.add(MembershipCopy(id=new_id(), version=1, **belongs))
    session.flush()
    overseer = Overseer(name="Lin Hsiang-Hua", email=EMAIL)
    return proposing.propose(session, values, overseer, proposed_by=None, taken=NOW_TAKEN)


def a_co_sponsor(session, proposal, economy="JP", taken=NOW_TAKEN, **facts):
    made, _ = co_sponsoring.invite(session, proposal, Asked(economy=economy, **facts), taken=taken)
    return made


def submitted(session, **values):
    return proposing.submit(session, a_proposal(session, **values), taken=on(SUBMITTED))


def endorsed(session, **values):
    proposal = reviewing.begin_review(session, submitted(session, **values), taken=NOW_TAKEN)
    return reviewing.endorse(session, proposal, taken=NOW_TAKEN)


def approved(session, **values):
    return reviewing.approve(
        session,
        endorsed(session, **values),
        fund="APEC",
        amount=Money(amount_cents=12_000_000, currency="USD"),
        conditions={"en": "Report within six months."},
        taken=on(APPROVED),
    )


def somebody(role, place, person_id=None):
    grant = Grant(role, place, subtree=False)
    person_id = person_id or new_id()
    return Asker(Identity(person_id, new_id(), "Ann", "ann@people.example", "en", (grant,)))


def kinds(session):
    return [type(each) for each in told_in(session)]


def test_the_proposal_of_2023_is_entered_as_it_happened(session):
    proposal = a_proposal(session)
    for economy in ("JP", "KR", "MY", "MX", "PE", "TH", "US"):
        asked = a_co_sponsor(session, proposal, economy, on(date(2023, 6, 1)))
        co_sponsoring.confirm(session, asked, proposal, taken=on(date(2023, 6, 12)))
    proposing.submit(session, proposal, taken=on(SUBMITTED))
    reviewing.begin_review(session, proposal, taken=NOW_TAKEN)
    reviewing.endorse(session, proposal, taken=NOW_TAKEN)
    reviewing.approve(
        session, proposal, fund="APEC", amount=None, conditions={}, taken=on(APPROVED)
    )

    steps = timeline_of(session, proposal)

    assert (proposal.submitted_on, proposal.approved_on) == (SUBMITTED, APPROVED)
    assert (proposal.state, proposal.is_public) == ("approved", True)
    assert queries.confirmed_count(session, proposal.id) == 7
    by_day = [(step.day, step.transition.after) for step in steps]
    assert by_day == sorted(by_day, key=lambda step: step[0])
    assert (SUBMITTED, "submitted") in by_day
    assert [step for step in by_day if step[1] == "confirmed"] == [
        (date(2023, 6, 12), "confirmed")
    ] * 7


def test_a_step_taken_after_midnight_in_taipei_is_of_the_new_day(session):
    late = Taken(actor="test", now=datetime(2026, 3, 31, 17, 0, tzinfo=UTC))

    proposal = proposing.submit(session, a_proposal(session), taken=late)

    assert proposal.submitted_on == date(2026, 4, 1)


def test_a_step_did_not_happen_in_the_future_or_before_the_one_before_it(session):
    proposal = submitted(session)

    with pytest.raises(Invalid) as future:
        reviewing.begin_review(session, proposal, taken=on(NOW.date() + timedelta(days=2)))
    with pytest.raises(Invalid) as earlier:
        reviewing.begin_review(session, proposal, taken=on(SUBMITTED - timedelta(days=1)))

    assert [each.value.faults[0].pointer for each in (future, earlier)] == ["/happened_on"] * 2
    assert proposal.state == "submitted"


def test_a_host_may_ask_for_co_sponsors_before_a_proposal_is_submitted(session):
    proposal = a_proposal(session)
    co_sponsoring.set_rules(session, proposal.host_id, 1, actor="test", now=NOW)
    asked = a_co_sponsor(session, proposal)

    with pytest.raises(CoSponsorsMissing):
        proposing.submit(session, proposal, taken=NOW_TAKEN)
    co_sponsoring.confirm(session, asked, proposal, taken=NOW_TAKEN)
    proposing.submit(session, proposal, taken=NOW_TAKEN)

    assert proposal.state == "submitted"


def test_what_a_host_asks_for_is_kept_with_what_it_was_before(session):
    host_id = an_organisation(session, "Working group", "alliance")

    for needed in (2, 2, 3):
        rules = co_sponsoring.set_rules(session, host_id, needed, actor="test", now=NOW)

    steps = session.scalars(select(Transition).where(Transition.subject_id == host_id))
    assert [(step.before, step.after) for step in steps] == [("0", "2"), ("2", "3")]
    assert rules.version == 2


def test_each_step_has_its_turn_and_taking_it_twice_is_once(session):
    proposal = submitted(session)

    with pytest.raises(WrongState):
        reviewing.endorse(session, proposal, taken=NOW_TAKEN)
    proposing.submit(session, proposal, taken=NOW_TAKEN)

    assert kinds(session) == [told.ProjectProposalSubmitted]
    assert (proposal.version, proposal.submitted_on) == (2, SUBMITTED)


def test_what_is_returned_can_be_mended_and_submitted_again(session):
    proposal = submitted(session)
    with pytest.raises(WrongState):
        proposing.change_proposal(
            session, proposal, {"titles": {"en": "New"}}, None, actor="test", now=NOW
        )

    reviewing.return_proposal(session, proposal, taken=on(None, "Say more of gender."))
    changes = {"titles": {"en": "New"}, "sections": {"gender": {"en": "Half and half."}}}
    proposing.change_proposal(session, proposal, changes, None, actor="test", now=NOW)
    proposing.submit(session, proposal, taken=NOW_TAKEN)

    returned = next(each for each in told_in(session) if hasattr(each, "reason") and each.reason)
    assert (proposal.state, proposal.titles) == ("submitted", {"en": "New"})
    assert returned.reason == "Say more of gender."
    reasons = [step.transition.reason for step in timeline_of(session, proposal)]
    assert "changed sections, titles" in reasons


def test_the_overseer_may_change_while_the_proposal_is_decided(session):
    proposal = submitted(session)

    other = Overseer(name="Chen Shih-Chang", email="chen@wda.example")
    proposing.change_proposal(session, proposal, {}, other, actor="test", now=NOW)

    assert (proposal.overseer_name, proposal.version) == ("Chen Shih-Chang", 3)


def test_the_approval_is_told_with_its_fund_amount_day_and_conditions(session):
    approved(session)

    state = told_in(session)[-1].proposal

    assert (state.fund, state.amount.amount_cents, state.amount.currency) == (
        "APEC",
        12_000_000,
        "USD",
    )
    assert (state.approved_on, state.overseer.email) == (APPROVED, EMAIL)


def test_a_project_ends_with_its_report_and_nothing_else_follows(session):
    proposal = approved(session)

    proposing.complete(session, proposal, report={"en": "Ten economies met."}, taken=NOW_TAKEN)

    assert (proposal.state, proposal.report) == ("completed", {"en": "Ten economies met."})
    with pytest.raises(WrongState):
        proposing.withdraw(session, proposal, taken=NOW_TAKEN)


def test_the_proposer_must_belong_to_the_host(session):
    stranger = an_organisation(session, "Other")
    values = {"organisation_id": stranger, "titles": {"en": "T"}}
    values["host_id"] = an_organisation(session, "Host", "alliance")

    with pytest.raises(Invalid) as refused:
        proposing.propose(
            session, values, Overseer(name="A", email=EMAIL), proposed_by=None, taken=NOW_TAKEN
        )

    assert refused.value.faults[0].pointer == "/host_id"


def test_asking_a_co_sponsor_twice_is_once_and_after_declining_it_is_asked_anew(session):
    proposal = a_proposal(session)
    first = a_co_sponsor(session, proposal, email="mhlw@japan.example")

    again = a_co_sponsor(session, proposal)
    co_sponsoring.decline(session, first, proposal, taken=NOW_TAKEN)
    anew = a_co_sponsor(session, proposal)

    assert (again.id, anew.id == first.id) == (first.id, False)
    assert kinds(session) == [told.CoSponsorInvited, told.CoSponsorDeclined]
    with pytest.raises(WrongState):
        co_sponsoring.confirm(session, first, proposal, taken=NOW_TAKEN)


def test_nobody_co_sponsors_their_own_proposal(session):
    proposal = a_proposal(session)

    for asked in (Asked(organisation_id=proposal.organisation_id), Asked(economy="TW")):
        with pytest.raises(Invalid):
            co_sponsoring.invite(session, proposal, asked, taken=NOW_TAKEN)

    assert session.scalars(select(CoSponsorship)).all() == []


def test_only_its_people_see_a_proposal_and_the_host_from_its_submission_on(session):
    proposal = a_proposal(session)
    body_id = an_organisation(session, "Co-sponsor")
    asked, _ = co_sponsoring.invite(
        session, proposal, Asked(organisation_id=body_id), taken=NOW_TAKEN
    )
    proposer = somebody(Role.FOCAL_POINT, proposal.organisation_id)
    host = somebody(Role.ORGANIZER, proposal.host_id)
    sponsor = somebody(Role.FOCAL_POINT, body_id)
    linked = Asker(link=asked.link_token)

    def seen():
        found = []
        for each in (proposer, host, sponsor, linked, GUEST):
            try:
                found.append(queries.get_proposal(session, proposal.id, each) is proposal)
            except NotFound:
                found.append(False)
        return found

    def listed(asker):
        return list(session.scalars(queries.proposals_for(asker))) == [proposal]

    assert seen() == [True, False, True, True, False]
    assert [listed(each) for each in (proposer, host, sponsor)] == [True, False, True]
    proposing.submit(session, proposal, taken=NOW_TAKEN)
    assert seen() == [True, True, True, True, False]
    assert listed(host)


def test_the_proposer_answers_for_nobody_else(session):
    proposal = submitted(session)
    asked = a_co_sponsor(session, proposal)
    proposer = somebody(Role.FOCAL_POINT, proposal.organisation_id)
    host = somebody(Role.ORGANIZER, proposal.host_id)

    with pytest.raises(Forbidden):
        queries.get_answerable(session, asked.id, proposer)

    assert queries.get_answerable(session, asked.id, host) == (asked, proposal)
    assert queries.get_answerable(session, asked.id, Asker(link=asked.link_token))[0] is asked


def test_internal_comments_are_for_reviewers_alone(session):
    proposal = submitted(session)
    for text, is_internal in (("Clear.", False), ("Costly.", True)):
        co_sponsoring.comment(
            session, proposal, text, is_internal=is_internal, author_id=None, now=NOW
        )
    proposer = somebody(Role.FOCAL_POINT, proposal.organisation_id)
    host = somebody(Role.ORGANIZER, proposal.host_id)

    def read(asker):
        query = queries.comments_of(session, proposal, asker).order_by(ReviewComment.id)
        return [each.text for each in session.scalars(query)]

    assert read(proposer) == ["Clear."]
    assert read(host) == ["Clear.", "Costly."]


def test_an_erased_person_is_gone_from_proposals_and_their_review(session):
    proposal = submitted(session)
    asked = a_co_sponsor(session, proposal, name="Lin Hsiang-Hua", email=EMAIL)
    who = Forgotten(new_id(), EMAIL, ("Lin Hsiang-Hua",), owns_address=True)
    facts = {"is_internal": False, "author_id": who.person_id, "now": NOW}
    said = co_sponsoring.comment(session, proposal, f"Write to {EMAIL}.", **facts)
    held = dict(sections_of(session, who.person_id, EMAIL))

    erase_person(session, who, now=NOW)

    assert [len(held[name]) for name in ("project_proposals_overseen", "co_sponsorships")] == [1, 1]
    assert [row["text"] for row in held["review_comments"]] == [f"Write to {EMAIL}."]
    assert (proposal.overseer_name, asked.name, said.author_id) == ("erased", "erased", None)
    texts = f"{proposal.overseer_email} {asked.email} {said.text}"
    assert EMAIL not in texts
    after = dict(sections_of(session, who.person_id, EMAIL))
    assert [after[name] for name in ("project_proposals_overseen", "co_sponsorships")] == [[], []]


def test_what_was_entered_afterwards_stands_after_what_went_before_it(session):
    proposal = submitted(session)

    steps = timeline_of(session, proposal)

    assert [(step.transition.after, step.day, step.is_dated) for step in steps] == [
        ("draft", SUBMITTED, False),
        ("submitted", SUBMITTED, True),
    ]


def test_an_economy_is_answered_for_by_its_agency_at_the_host(session):
    proposal = a_proposal(session)
    asked = a_co_sponsor(session, proposal, "KR")
    agency, company, elsewhere = (
        an_organisation(session, f"Of Korea {kind}", kind)
        for kind in ("agency", "company", "agency")
    )
    for body_id in (agency, company, elsewhere):
        session.get_one(OrganisationCopy, body_id).economy = "KR"
    for body_id in (agency, company):
        belongs = {"member_id": body_id, "host_id": proposal.host_id, "is_active": True}
        session.add(MembershipCopy(id=new_id(), version=1, **belongs))
    session.flush()

    def sees(body_id):
        who = somebody(Role.FOCAL_POINT, body_id)
        found = session.scalars(queries.open_co_sponsorships(who)).all()
        assert queries.is_asked(session, asked, who) is bool(found)
        return [each.id for each in found]

    assert [sees(each) for each in (agency, company, elsewhere)] == [[asked.id], [], []]
