"""Deliveries and suppressed addresses as tables, on both databases."""

from services.notifications.actions.suppressing import suppress_by_hand
from services.notifications.queries.deliveries import deliveries_for, suppressions
from services.notifications.queries.sheets import deliveries_sheet, suppressions_sheet
from shared.foundation.identities import Asker, Grant, Identity, Role
from shared.foundation.ids import new_id
from tests.notifications.builders import NOW, hears
from tests.notifications.test_memberships import a_notice, somebody


def rows_for(session, host_id):
    grant = Grant(Role.ORGANIZER, host_id, subtree=False)
    asker = Asker(Identity(new_id(), new_id(), "", "", "en", (grant,)))
    found = list(session.scalars(deliveries_for(asker)))
    sheet = deliveries_sheet()
    return [dict(zip(sheet.headings, row, strict=True)) for row in sheet.cells(session, found)]


def test_a_host_s_file_has_the_deliveries_of_that_host_alone(session):
    person, host_id = somebody(session), new_id()
    hears(session, a_notice(person, host_id=host_id))
    hears(session, a_notice(somebody(session, email="kai@two.example")))
    session.flush()

    rows = rows_for(session, host_id)

    assert {row["Recipient"] for row in rows if row["Channel"] == "mail"} == {"mei@one.example"}
    assert {row["Kind"] for row in rows} == {"membership_returned"}
    assert {row["Subject ID"] for row in rows} == {str(person)}


def test_the_file_of_suppressed_addresses_says_why_and_until_when(session):
    facts = {"scope": "all", "actor": "operator", "now": NOW}
    suppress_by_hand(session, "mei@one.example", reason="asked", expires_at=None, **facts)
    session.flush()

    sheet, found = suppressions_sheet(), list(session.scalars(suppressions(now=NOW)))
    (row,) = (dict(zip(sheet.headings, each, strict=True)) for each in sheet.cells(session, found))

    assert (row["Address"], row["Reason"], row["Holds for"]) == ("mei@one.example", "asked", "all")
    assert (row["Since"], row["Until"]) == (NOW, None)
