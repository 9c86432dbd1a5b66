"""Two records of one organisation become one, and exactly the two again."""

import pytest
from sqlalchemy import select

from services.members.actions.failures import Circle, WrongState
from services.members.actions.joining import join_all, submit
from services.members.actions.signing_in import sign_in
from services.members.actions.uniting import merge_organisations, undo_organisation_merge
from services.members.model import Identifier, Membership, Organisation
from services.members.queries.scopes import ancestors_of
from shared.contracts.members_directory import OrganisationMerged
from shared.foundation.identities import Role
from tests.members.builders import (
    NOW,
    a_draft,
    a_grant,
    a_member_of,
    a_person,
    an_account,
    an_affiliation,
    an_appointment,
    an_organisation,
    told,
)

OPTIONS = {"actor": "x", "now": NOW}


@pytest.fixture
def twice(ask, world):
    """Company a, recorded by its association a second time; its id."""
    body = {
        "names": {"zh-Hant": "甲公司"},
        "kind": "company",
        "phone": "+88635820100",
        "identifiers": [{"scheme": "member-no", "value": "17"}],
    }
    made = ask("focal.a", "POST", "/organisations", body).json["id"]
    asked = {"member_id": made, "host_id": str(world["association_a"])}
    membership = ask("focal.a", "POST", "/memberships", asked).json["id"]
    ask("focal.a", "POST", f"/memberships/{membership}/submit", {})
    ask("focal.a", "POST", f"/memberships/{membership}/approve", {})
    return made


def merged(session, kept, gone, *take):
    return merge_organisations(session, kept, gone, take, **OPTIONS)


def undo(session, merge, settings=None):
    undo_organisation_merge(session, merge, settings=settings, **OPTIONS)


def memberships(session, *organisations):
    ids = [each.id for each in organisations]
    query = select(Membership).where(Membership.member_id.in_(ids) | Membership.host_id.in_(ids))
    rows = session.scalars(query.order_by(Membership.id))
    return [(each.id, each.member_id, each.host_id, each.state) for each in rows]


def test_a_merge_moves_what_the_other_had_and_takes_what_was_chosen(ask, world, twice):
    kept = f"/organisations/{world['company_a']}"

    made = ask("focal.a", "POST", f"{kept}/merge", {"other_id": twice, "take": ["phone"]})

    assert made.status_code == 201, made.text
    assert (made.json["taken"], made.json["rested_count"]) == (["names", "phone"], 1)
    found = ask("focal.a", "GET", kept).json
    assert found["phone"] == "+88635820100"
    assert found["names"] == {"en": "Company a", "zh-Hant": "甲公司"}
    assert found["identifiers"] == [{"scheme": "member-no", "value": "17"}]
    assert ask("focal.a", "GET", f"/organisations/{twice}").status_code == 404
    listed = ask("focal.a", "GET", "/organisations?q=甲").json["items"]
    assert [each["id"] for each in listed] == [str(world["company_a"])]


def test_undoing_it_gives_each_what_it_had(ask, world, twice):
    paths = [f"/organisations/{each}" for each in (world["company_a"], twice)]
    before = [ask("focal.a", "GET", path).json for path in paths]
    body = {"other_id": twice, "take": ["names", "phone"]}
    made = ask("focal.a", "POST", f"{paths[0]}/merge", body)
    listed = ask("focal.a", "GET", f"{paths[0]}/merges").json["items"]

    undone = ask("focal.a", "POST", f"/organisation-merges/{made.json['id']}/undo", {})
    again = ask("focal.a", "POST", f"/organisation-merges/{made.json['id']}/undo", {})

    after = [ask("focal.a", "GET", path).json for path in paths]
    assert [each["id"] for each in listed] == [made.json["id"]]
    assert undone.json["undone_at"] == again.json["undone_at"]
    assert [each | {"version": 0} for each in after] == [each | {"version": 0} for each in before]


def test_people_offices_grants_members_and_numbers_move_and_come_back(session, settings):
    kept, gone = (an_organisation(session, name) for name in ("Kept", "Gone"))
    gone_number = {"scheme": "no", "value": "7"}
    other = an_organisation(session, "Other", identifiers=[gone_number])
    member = a_member_of(session, other, "Member")
    person = a_person(session)
    rows = [
        an_affiliation(session, person, other),
        an_appointment(session, person, other),
        a_grant(session, person, Role.READER, other),
    ]
    session.flush()
    merge = merged(session, kept, other)
    number = session.scalars(select(Identifier.organisation_id)).one()

    assert {each.organisation_id for each in rows} == {number} == {kept.id}
    assert ancestors_of(session, member.id) == {member.id, kept.id}
    assert other.merged_into == kept.id

    undo(session, merge, settings)

    assert {each.organisation_id for each in rows} == {other.id}
    assert session.scalars(select(Identifier.organisation_id)).one() == other.id
    assert ancestors_of(session, member.id) == {member.id, other.id}
    assert (other.merged_into, other.withdrawn_at) == (None, None)
    assert gone.merged_into is None


@pytest.mark.parametrize("is_kept_further", [True, False])
def test_of_two_memberships_of_one_pair_the_one_that_came_further_goes_on(session, is_kept_further):
    host = an_organisation(session, "Host")
    kept, gone = (an_organisation(session, name, kind="company") for name in ("Kept", "Gone"))
    further, behind = (kept, gone) if is_kept_further else (gone, kept)
    join_all(session, host, [further], starts_on=NOW.date(), **OPTIONS)
    submit(session, a_draft(session, behind, host), **OPTIONS)
    session.flush()
    before = memberships(session, kept, gone)

    merge = merged(session, kept, gone)
    while_merged = memberships(session, kept, gone)
    undo(session, merge)

    states = sorted(state for _, _, _, state in while_merged)
    live = [member for _, member, _, state in while_merged if state == "active"]
    assert (states, live) == (["active", "merged"], [kept.id])
    assert ancestors_of(session, kept.id) == ({kept.id, host.id} if is_kept_further else {kept.id})
    assert memberships(session, kept, gone) == before


def test_memberships_of_both_at_one_member_and_with_each_other_rest_and_return(session):
    kept, gone = (an_organisation(session, name) for name in ("Kept", "Gone"))
    company = a_member_of(session, kept, "Company")
    join_all(session, gone, [company], starts_on=NOW.date(), **OPTIONS)
    join_all(session, kept, [gone], starts_on=NOW.date(), **OPTIONS)
    session.flush()
    before = memberships(session, kept, gone)

    merge = merged(session, kept, gone)
    states = sorted(state for _, _, _, state in memberships(session, kept, gone))
    above = ancestors_of(session, company.id)
    undo(session, merge)

    assert states == ["active", "merged", "merged"]
    assert above == {company.id, kept.id}
    assert memberships(session, kept, gone) == before


@pytest.mark.parametrize("is_kept_above", [True, False])
def test_what_would_belong_to_itself_by_a_third_is_not_merged(session, is_kept_above):
    top = an_organisation(session, "Top")
    middle = a_member_of(session, top, "Middle", kind="association")
    low = a_member_of(session, middle, "Low")
    session.flush()

    with pytest.raises(Circle):
        merged(session, *((top, low) if is_kept_above else (low, top)))


def test_what_was_changed_since_stays_as_it_was_changed(session):
    kept = an_organisation(session, "Kept", kind="company", sector="pumps")
    gone = an_organisation(session, "Gone", kind="company", sector="wind", phone="+88635820100")
    merge = merged(session, kept, gone, "sector", "phone")
    kept.sector = "solar"

    undo(session, merge)

    assert (kept.sector, kept.phone) == ("solar", None)


def test_a_membership_that_came_since_is_not_doubled_by_undoing(session):
    host = an_organisation(session, "Host")
    kept, gone = (an_organisation(session, name, kind="company") for name in ("Kept", "Gone"))
    join_all(session, host, [gone], starts_on=NOW.date(), **OPTIONS)
    a_draft(session, kept, host)
    session.flush()
    merge = merged(session, kept, gone)
    went_on = select(Membership).where(Membership.host_id == host.id, Membership.state == "active")
    session.scalars(went_on).one().state = "resigned"
    session.flush()
    new = a_draft(session, kept, host)

    undo(session, merge)

    states = {id_: state for id_, _, _, state in memberships(session, kept, gone)}
    assert sorted(states.values()) == ["draft", "merged", "resigned"]
    assert states[new.id] == "draft"


def test_a_merge_below_a_later_one_is_undone_after_it(session):
    first, second, third = (an_organisation(session, name, kind="company") for name in "ABC")
    below = merged(session, second, first)
    above = merged(session, third, second)

    with pytest.raises(WrongState, match="merged again"):
        undo(session, below)
    undo(session, above)
    undo(session, below)

    assert [each.merged_into for each in (first, second, third)] == [None, None, None]


def test_every_service_is_told_of_the_merge_and_of_its_end(session):
    kept, gone = (an_organisation(session, name) for name in ("Kept", "Gone"))
    undo(session, merged(session, kept, gone))

    messages = [each for each in told(session) if isinstance(each, OrganisationMerged)]

    assert [(each.version, each.is_undone) for each in messages] == [(1, False), (2, True)]


def test_grants_that_go_back_end_the_sessions_that_had_them(session, settings):
    kept, gone = (an_organisation(session, name) for name in ("Kept", "Gone"))
    person = an_account(session)
    a_grant(session, person, Role.READER, gone)
    merge = merged(session, kept, gone)
    opened = sign_in(session, person.id, settings=settings, agent="", now=NOW).session

    undo(session, merge, settings)

    assert not opened.is_live(NOW)


@pytest.mark.parametrize(
    ("who", "kept", "other", "status"),
    [
        ("focal.a", "company_a", "company_b", 422),
        ("focal.a", "company_b", "company_a", 403),
        ("focal.a", "company_a", "company_a", 422),
        ("focal.a", "company_a", "association_a", 422),
        ("focal.a", "alliance", "company_a", 403),
        ("attendee", "company_a", "company_b", 403),
        ("organizer", "alliance", "association_b", 403),
        ("operator", "association_a", "association_b", 201),
        ("organizer", "company_a", "company_b", 201),
    ],
)
def test_nobody_merges_beyond_what_they_manage(ask, world, who, kept, other, status):
    path = f"/organisations/{world[kept]}/merge"

    answer = ask(who, "POST", path, {"other_id": str(world[other])})

    assert answer.status_code == status, answer.text


def test_who_may_do_more_in_the_other_is_not_given_more_by_a_merge(ask, world, database, twice):
    with database.writing() as session:
        place = session.get(Organisation, world["company_a"])
        a_grant(session, a_person(session), Role.ORGANIZER, place)

    refused = ask(
        "focal.a", "POST", f"/organisations/{world['company_a']}/merge", {"other_id": twice}
    )

    assert refused.json["code"] == "not_held"


def test_another_association_s_merge_is_not_there(ask, world, twice):
    path = f"/organisations/{world['company_a']}"
    made = ask("focal.a", "POST", f"{path}/merge", {"other_id": twice})

    undo_path = f"/organisation-merges/{made.json['id']}/undo"
    assert ask("focal.b", "POST", undo_path, {}).status_code == 404
    assert ask("focal.b", "GET", f"{path}/merges").status_code == 403


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/other_id"),
        ({"other_id": "x"}, "/other_id"),
        ({"take": ["kind"]}, "/take/0"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_a_bad_body_is_refused_where_it_is_wrong(ask, world, twice, body, pointer):
    body = {"other_id": twice} | body if body else body

    refused = ask("focal.a", "POST", f"/organisations/{world['company_a']}/merge", body)

    assert refused.status_code == 422
    assert pointer in [each["pointer"] for each in refused.json["errors"]]


def test_values_of_custom_fields_follow_and_go_back(ask, world, twice):
    path = f"/organisations/{world['association_a']}/custom-fields"
    for key in ("size", "site"):
        body = {"kind": "company", "key": key, "labels": {"en": key}, "type": "text"}
        ask("focal.a", "POST", path, body)
    kept, gone = f"/organisations/{world['company_a']}", f"/organisations/{twice}"
    ask("focal.a", "PATCH", kept, {"custom": {"size": "large"}})
    ask("focal.a", "PATCH", gone, {"custom": {"size": "small", "site": "here"}})

    made = ask("focal.a", "POST", f"{kept}/merge", {"other_id": twice}).json
    while_merged = ask("focal.a", "GET", kept).json["custom"]
    ask("focal.a", "POST", f"/organisation-merges/{made['id']}/undo", {})

    assert while_merged == {"size": "large", "site": "here"}
    assert ask("focal.a", "GET", kept).json["custom"] == {"size": "large"}
    assert ask("focal.a", "GET", gone).json["custom"] == {"size": "small", "site": "here"}


def test_what_may_be_recorded_twice_is_found_by_name_and_number(ask, world):
    number = [{"scheme": "member-no", "value": "17"}]
    names = ("Solar Ltd.", "SOLAR Co., Ltd.", "Wind", "Rain")
    for name, given in zip(names, ([], [], number, number), strict=True):
        body = {"names": {"en": name}, "kind": "company", "identifiers": given}
        assert ask("focal.a", "POST", "/organisations", body).status_code == 201

    first = ask("focal.a", "GET", "/organisation-duplicates?limit=1").json
    second = ask("focal.a", "GET", first["next"].removeprefix("/members/api/v1")).json
    others = ask("focal.b", "GET", "/organisation-duplicates").json["items"]

    found = first["items"] + second["items"]
    assert [(each["by"], each["same"]) for each in found] == [
        ("identifier", "member-no 17"),
        ("name", "solar"),
    ]
    assert {each["names"]["en"] for each in found[1]["organisations"]} == set(names[:2])
    assert (second["next"], others) == (None, [])
