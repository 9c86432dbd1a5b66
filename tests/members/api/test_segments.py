"""Segments: who is in one, told in pieces, and never anybody of another association."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.members.actions import segmenting
from services.members.actions.segmenting import Wanted, evaluate, make_segment
from services.members.model import Affiliation, Organisation, Segment
from services.members.reactions import SEGMENTS_LAST, evaluate_segments
from shared.contracts.members_directory import SegmentMembersChanged, SegmentRecorded
from tests.members.builders import (
    NOW,
    a_member_of,
    a_person,
    an_affiliation,
    an_organisation,
    told,
)

NAMES = {"en": "All of ours"}
EVERYBODY = {"kind": "people", "names": NAMES, "filters": {}}


@pytest.fixture
def make(ask, world):
    """Make a segment of association A; answers the response."""

    def make(body, who="focal.a", owner="association_a"):
        return ask(who, "POST", f"/organisations/{world[owner]}/segments", body)

    return make


def members(ask, segment_id, who="focal.a"):
    answer = ask(who, "GET", f"/segments/{segment_id}/members")
    return {each["id"] for each in answer.json["items"]}


def test_a_segment_without_filters_is_everybody_of_the_organisation(ask, make, world):
    made = make(EVERYBODY)

    assert (made.status_code, made.json["member_count"]) == (201, 2)
    found = members(ask, made.json["id"])
    assert found == {str(world["person_a"]), str(world["focal_a"])}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"q": "delegate"}, {"person_a"}),
        ({"role": "focal_point"}, {"focal_a"}),
        ({"kind": "company"}, {"person_a"}),
        ({"economy": "PE"}, set()),
        ({"q": "delegate", "role": "focal_point"}, set()),
    ],
)
def test_all_filters_hold(ask, make, world, filters, expected):
    made = make(EVERYBODY | {"filters": filters})

    assert members(ask, made.json["id"]) == {str(world[each]) for each in expected}


def test_members_of_one_association_are_found_by_it(ask, make, world):
    filters = {"member_of": str(world["association_a"])}

    people = make(EVERYBODY | {"filters": filters})
    companies = make({"kind": "organisations", "names": NAMES, "filters": filters})

    assert members(ask, people.json["id"]) == {str(world["person_a"])}
    assert members(ask, companies.json["id"]) == {str(world["company_a"])}


def test_a_filter_by_another_association_finds_nobody_of_it(ask, make, world):
    filters = {"member_of": str(world["association_b"])}

    assert make(EVERYBODY | {"filters": filters}).json["member_count"] == 0


def test_somebody_can_be_picked_by_hand(ask, make, world):
    body = {"kind": "people", "names": NAMES, "member_ids": [str(world["person_a"])]}

    made = make(body)

    assert (made.json["filters"], made.json["member_count"]) == (None, 1)


def test_nobody_of_another_association_can_be_picked(make, world):
    picked = [str(world["person_a"]), str(world["person_b"])]

    refused = make({"kind": "people", "names": NAMES, "member_ids": picked})

    assert refused.status_code == 422
    assert [each["pointer"] for each in refused.json["errors"]] == ["/member_ids/1"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"filters": {"colour": "red"}}, "/filters/colour"),
        ({"filters": {"role": "king"}}, "/filters/role"),
        ({"filters": {"member_of": "x"}}, "/filters/member_of"),
        ({"member_ids": []}, "/filters"),
        ({"kind": "cats"}, "/kind"),
        ({"names": {}}, "/names"),
        ({"kind": "organisations", "filters": {"role": "delegate"}}, "/filters/role"),
    ],
)
def test_what_can_t_be_a_segment_is_refused_where_it_is_wrong(make, change, pointer):
    refused = make(EVERYBODY | change)

    assert refused.status_code == 422, refused.text
    assert refused.json["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize(
    ("method", "rest", "body"),
    [
        ("GET", "", None),
        ("PATCH", "", {"names": NAMES}),
        ("DELETE", "", None),
        ("POST", "/refresh", {}),
        ("GET", "/members", None),
    ],
)
def test_another_association_s_segment_is_not_there(ask, make, method, rest, body):
    made = make(EVERYBODY)

    assert ask("focal.b", method, f"/segments/{made.json['id']}{rest}", body).status_code == 404
    assert make(EVERYBODY, who="focal.b").status_code == 404


def test_a_stale_change_is_refused_and_a_removed_segment_is_gone(ask, make):
    made = make(EVERYBODY)
    path = f"/segments/{made.json['id']}"

    stale = ask("focal.a", "PATCH", path, {"names": NAMES}, headers={"If-Match": '"0"'})
    current = ask("focal.a", "GET", path)
    changed = ask(
        "focal.a",
        "PATCH",
        path,
        {"filters": {"q": "focal"}},
        headers={"If-Match": current.headers["ETag"]},
    )
    removed = ask("focal.a", "DELETE", path)

    assert (stale.status_code, changed.status_code, removed.status_code) == (412, 200, 204)
    assert changed.json["member_count"] == 1
    assert ask("focal.a", "GET", path).status_code == 404


def an_owner(session, count=0):
    owner = an_organisation(session)
    company = a_member_of(session, owner)
    for number in range(count):
        an_affiliation(session, a_person(session, f"P{number}"), company)
    session.flush()
    return owner, company


def test_members_are_told_in_pieces(session, monkeypatch):
    monkeypatch.setattr(segmenting, "PIECE", 2)
    owner, _ = an_owner(session, count=5)

    make_segment(session, owner, "people", NAMES, Wanted(filters={}), actor="x", now=NOW)

    messages = [each for each in told(session) if isinstance(each, SegmentMembersChanged)]
    assert [len(each.joined_ids) for each in messages] == [2, 2, 1]
    assert [each.version for each in messages] == [2, 3, 4]


def test_only_who_came_and_who_left_is_told_afterwards(session):
    owner, company = an_owner(session, count=2)
    made = make_segment(session, owner, "people", NAMES, Wanted(filters={}), actor="x", now=NOW)
    gone = session.scalars(
        select(Affiliation).where(Affiliation.organisation_id == company.id)
    ).first()
    gone.ended_at = NOW
    new = a_person(session, "Sun", "Amy")
    an_affiliation(session, new, company)
    before = len(told(session))

    evaluate(session, made, now=NOW)
    evaluate(session, made, now=NOW)

    messages = told(session)[before:]
    assert [(each.joined_ids, each.left_ids) for each in messages] == [
        ((new.id,), ()),
        ((), (gone.person_id,)),
    ]


def test_the_timer_evaluates_what_is_old(database):
    with database.writing() as session:
        owner, company = an_owner(session, count=1)
        segment_id = make_segment(
            session, owner, "people", NAMES, Wanted(filters={}), actor="x", now=NOW
        ).id
    with database.writing() as session:
        place = session.get_one(Organisation, company.id)
        an_affiliation(session, a_person(session, "Sun", "Amy"), place)

    evaluate_segments(database, NOW + timedelta(minutes=1))
    with database.reading() as session:
        early = session.get_one(Segment, segment_id).member_count
    evaluate_segments(database, NOW + SEGMENTS_LAST + timedelta(seconds=1))

    with database.reading() as session:
        assert (early, session.get_one(Segment, segment_id).member_count) == (1, 2)


def test_a_segment_is_told_before_its_members(session):
    owner, _ = an_owner(session, count=1)
    before = len(told(session))

    make_segment(session, owner, "people", NAMES, Wanted(filters={}), actor="x", now=NOW)

    assert [type(each) for each in told(session)[before:]] == [
        SegmentRecorded,
        SegmentMembersChanged,
    ]
