"""The case library, the catalogues and referrals on SQLite and on PostgreSQL."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from services.members.actions.cataloguing import offer_entry
from services.members.actions.framing import add_capability, draft_framework, publish_framework
from services.members.actions.needing import forget_needs_of, state_need, tell_late
from services.members.actions.referring import (
    accept_referral,
    close_referral,
    draft_case_of,
    meet,
    offer_referral,
)
from services.members.actions.reviewing_cases import endorse_case, publish_case, submit_case
from services.members.actions.writing_cases import write_case
from services.members.model import Case, Organisation, Person, TalentNeed
from services.members.queries.cases import cases_for, cases_where, companies_named
from services.members.queries.helping import associations_for
from services.members.queries.matching import matches_of
from services.members.queries.referrals import Sides, needs_for, referrals_for
from shared.foundation.identities import GUEST
from tests.members.builders import (
    NOW,
    a_member_of,
    a_person,
    an_affiliation,
    an_asker,
    an_organisation,
)
from tests.members.test_both_databases import migrated, session  # noqa: F401

OPTIONS: Any = {"actor": "test", "now": NOW}


@dataclass
class Place:
    """An alliance, its association, a company and a trainee."""

    session: Session
    alliance: Organisation
    association: Organisation
    company: Organisation
    trainee: Person
    lineage: UUID


@pytest.fixture
def place(session: Session) -> Place:  # noqa: F811
    alliance = an_organisation(session, "Alliance", kind="alliance")
    association = a_member_of(session, alliance, "Association", kind="association")
    company = a_member_of(session, association, "Company")
    framework = draft_framework(session, alliance, {"en": "Framework"}, **OPTIONS)
    values = {"root": "management", "code": "MG-01", "names": {"en": "Carbon inventory"}}
    capability = add_capability(session, framework, values, **OPTIONS)
    publish_framework(session, framework, **OPTIONS)
    trainee = a_person(session)
    an_affiliation(session, trainee, company)
    return Place(session, alliance, association, company, trainee, capability.lineage_id)


def published(place: Place, title: str, **values: Any) -> Case:
    texts = {name: {"zh-Hant": title} for name in ("titles", "summaries", "texts")}
    made = write_case(place.session, place.company, place.association, texts | values, **OPTIONS)
    for step in (submit_case, endorse_case, publish_case):
        step(place.session, made, **OPTIONS)
    place.session.flush()
    return made


def needed(place: Place) -> TalentNeed:
    values = {
        "kind": "expert",
        "text": "Which heat pump?",
        "language": "en",
        "capability_ids": [place.lineage],
        "sector": "機械",
        "shown_to": ["association", "expert"],
    }
    made = state_need(place.session, place.trainee, place.association, values, **OPTIONS)
    place.session.flush()
    return made


def offered(place: Place, name: str, **values: Any) -> Any:
    entry = {"kind": "expert", "names": {"en": name}, "capability_ids": [place.lineage]} | values
    made = offer_entry(place.session, place.association, entry, **OPTIONS)
    place.session.flush()
    return made


def test_cases_are_found_by_words_tags_and_names(place):
    case = published(place, "臺中廠節電", capability_ids=[place.lineage], sectors=["機械"])
    published(place, "another")

    def found(**wanted):
        return list(place.session.scalars(cases_where(cases_for(GUEST), **wanted)))

    assert found(words="台中") == found(words="電") == [case]
    assert found(capability_id=place.lineage) == found(sector="機械") == [case]
    assert companies_named(place.session, place.alliance.id, "company") == [place.company]


def test_matches_are_ordered_and_the_trainee_finds_their_association(place):
    need = needed(place)
    best = offered(place, "Both", sectors=["机械"])
    other = offered(place, "One")

    matches = matches_of(place.session, need)

    assert [each.entry.id for each in matches] == [best.id, other.id]
    found = associations_for(place.session, place.trainee.id, today=NOW.date())
    assert found == [place.association]


def test_a_referral_comes_to_a_case_and_is_forgotten(place):
    session, need = place.session, needed(place)  # noqa: F811
    referral = offer_referral(session, need, offered(place, "Dr Lin"), **OPTIONS)
    accept_referral(session, referral, sides=Sides(True, True), **OPTIONS)
    meet(session, referral, **OPTIONS)
    close_referral(session, referral, "solved", "Done.", **OPTIONS)
    session.flush()
    asker = an_asker(session, place.trainee)

    assert list(session.scalars(referrals_for(asker))) == [referral]
    assert draft_case_of(session, referral, **OPTIONS).summaries == {"en": "Done."}
    forgotten = forget_needs_of(session, place.trainee.id, now=NOW)
    session.flush()
    assert forgotten == {"needs": 1, "referrals": 1}
    assert list(session.scalars(needs_for(asker))) == []


def test_what_is_late_is_told_once_to_each(place):
    session, need = place.session, needed(place)  # noqa: F811

    counts = [
        tell_late(session, now=NOW + timedelta(days=days), at_once=10) for days in (9, 11, 12, 20)
    ]

    assert (counts, need.told_late) == ([0, 1, 0, 1], 2)
