"""Organisations are recorded, found in any script, and changed."""

import pytest
from sqlalchemy import select

from services.members.actions import enrolling
from services.members.actions.failures import IdentifierTaken
from services.members.model import Organisation
from services.members.queries.organisations import searched
from shared.contracts.members import OrganisationRecorded
from shared.foundation.failures import Invalid
from tests.members.builders import NOW, a_member_of, an_organisation, told

TEEMA = {
    "en": "Taiwan Electrical and Electronic Manufacturers' Association",
    "zh-Hant": "台灣區電機電子工業同業公會",
}


def found(session, words):
    return list(session.scalars(searched(select(Organisation), words)))


@pytest.mark.parametrize(
    "words",
    [
        "臺灣區電機",
        "台湾区电机电子",
        "公會 電機",
        "taiwan ELECTRICAL",
        "manufacturers association",
        "ｔａｉｗａｎ",
    ],
)
def test_a_search_finds_names_that_contain_every_word_in_any_script(session, words):
    organisation = an_organisation(session, names=TEEMA)

    assert found(session, words) == [organisation]


@pytest.mark.parametrize("words", ["台灣區機械", "taiwan machinery", "electronical", "100%"])
def test_a_search_does_not_find_what_is_merely_similar(session, words):
    an_organisation(session, names=TEEMA)

    assert found(session, words) == []


def test_recording_tells_the_whole_of_it(session):
    organisation = an_organisation(session, names=TEEMA, economy="TW", email="hi@teema.example")

    assert told(session) == [
        OrganisationRecorded(
            organisation_id=organisation.id,
            version=1,
            names=TEEMA,
            kind="association",
            economy="TW",
            email="hi@teema.example",
        )
    ]


def test_a_change_tells_the_next_version_and_one_that_changes_nothing_tells_nothing(session):
    organisation = an_organisation(session, names=TEEMA)
    session.info.clear()

    for _ in range(2):
        enrolling.change_organisation(
            session, organisation, {"names": {"en": "TEEMA"}}, actor="test", now=NOW
        )

    assert [message.version for message in told(session)] == [2]
    assert organisation.search_key == "teema"


def test_no_two_organisations_have_one_identifier(session):
    number = {"identifiers": [{"scheme": "tw-ubn", "value": "00501503"}]}
    an_organisation(session, **number)

    with pytest.raises(IdentifierTaken):
        an_organisation(session, "Another", **number)


def test_a_bad_tax_number_is_pointed_at(session):
    with pytest.raises(Invalid) as refused:
        an_organisation(session, identifiers=[{"scheme": "TW-UBN", "value": "12345678"}])

    assert [fault.pointer for fault in refused.value.faults] == ["/identifiers/0/value"]


def test_identifiers_can_be_replaced_by_themselves(session):
    number = [{"scheme": "tw-ubn", "value": "00501503"}]
    organisation = an_organisation(session, identifiers=number)
    versions = []

    for given in (number, [*number, {"scheme": "member-no", "value": "7"}]):
        enrolling.change_organisation(
            session, organisation, {"identifiers": given}, actor="test", now=NOW
        )
        versions.append(organisation.version)

    assert versions == [1, 2]


def test_an_added_member_is_told_with_its_membership(session):
    host = an_organisation(session)
    session.info.clear()

    member = a_member_of(session, host)

    recorded, joined = told(session)
    assert recorded.organisation_id == member.id
    assert (joined.member_id, joined.host_id, joined.state) == (member.id, host.id, "active")
