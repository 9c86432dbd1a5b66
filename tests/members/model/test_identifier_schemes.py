"""Numbers that states and ISO give out are checked; other schemes are free."""

import pytest

from services.members.actions.failures import IdentifierTaken
from services.members.model.identifier_schemes import require_identifier
from shared.foundation.failures import Invalid
from tests.members.builders import an_organisation


@pytest.mark.parametrize(
    ("scheme", "written", "plain"),
    [
        ("tw-ubn", "0050-1503", "00501503"),
        ("lei", "213800KUD8LAJWSQ9D15", "213800KUD8LAJWSQ9D15"),
        ("kr-brn", "116-82-00276", "1168200276"),
        ("jp-cn", "5-8356-7825-6246", "5835678256246"),
    ],
)
def test_a_number_is_kept_in_its_plain_form(scheme, written, plain):
    assert require_identifier(scheme, written) == plain


@pytest.mark.parametrize(
    ("scheme", "written"), [("tw-ubn", "1"), ("lei", "x 1"), ("kr-brn", "1"), ("jp-cn", "")]
)
def test_a_number_that_can_t_be_one_is_refused(scheme, written):
    with pytest.raises(Invalid):
        require_identifier(scheme, written)


def test_other_schemes_are_taken_as_they_are():
    assert require_identifier("member-number", "x 1") == "x 1"


def test_two_associations_may_number_their_members_alike(session):
    for name in ("One", "Two"):
        an_organisation(session, name, identifiers=[{"scheme": "member-number", "value": "7"}])


def test_a_number_given_out_once_in_the_world_is_one_organisation_s(session):
    number = [{"scheme": "duns", "value": "123456789"}]
    an_organisation(session, "One", identifiers=number)

    with pytest.raises(IdentifierTaken):
        an_organisation(session, "Two", identifiers=number)
