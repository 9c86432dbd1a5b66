"""A workshop's lists as tables, on both databases."""

from services.events.actions.confirming import confirm
from services.events.actions.judging import write_review
from services.events.queries.call_sheets import submissions_sheet
from services.events.queries.calls import submissions_to
from services.events.queries.registrations import nominations_of, roster
from services.events.queries.reports import participants_of, participants_sheet
from services.events.queries.sheets import nominations_sheet, roster_sheet
from services.events.queries.workshop_sheets import workshops_sheet
from services.events.queries.workshops import workshops_run_by
from shared.foundation.identities import Asker, Grant, Identity, Role
from shared.foundation.ids import new_id
from tests.events.builders import NOW, a_nomination, a_workshop, an_organisation, comes, gives_seats
from tests.events.call_builders import a_call, a_person, a_submission

MEAL = {
    "key": "meal",
    "kind": "text",
    "labels": {"en": "Meal", "zh-Hant": "餐點"},
    "options": [],
    "is_required": False,
}


def rows_of(session, sheet, query):
    cells = sheet.cells(session, list(session.scalars(query)))
    return [dict(zip(sheet.headings, row, strict=True)) for row in cells]


def an_asker(role, organisation_id=None):
    grants = (Grant(role, organisation_id, subtree=True),)
    return Asker(Identity(new_id(), new_id(), "", "", "en", grants))


OPERATOR = an_asker(Role.OPERATOR)


def test_the_roster_has_a_column_for_each_question(session):
    body = an_organisation(session, "A body")
    workshop = a_workshop(session, form=[MEAL])
    comes(session, workshop, "Ann", organisation_id=body, answers={"meal": "=vegetarian"})
    session.flush()

    sheet = roster_sheet([MEAL], language="zh-Hant")
    (row,) = rows_of(session, sheet, roster(session, workshop, OPERATOR))

    assert row["餐點"] == "=vegetarian"
    assert (row["Name"], row["Organisation"], row["State"]) == ("Ann", "A body", "confirmed")


def test_a_body_s_file_has_its_own_nominees_only(session):
    mine, other = an_organisation(session, "Mine"), an_organisation(session, "Other")
    workshop = a_workshop(session, seats=9)
    for body, name in ((mine, "Min"), (other, "Oto")):
        gives_seats(session, workshop, body, 2)
        a_nomination(session, workshop, body, name)
    session.flush()

    asker = an_asker(Role.FOCAL_POINT, mine)
    rows = rows_of(session, nominations_sheet(), nominations_of(session, workshop, asker))

    assert [row["Name"] for row in rows] == ["Min"]


def test_the_file_of_participants_says_for_whom_they_come_and_as_what(session):
    body = an_organisation(session, "A body")
    workshop = a_workshop(session, seats=9)
    gives_seats(session, workshop, body, 2)
    nomination = a_nomination(session, workshop, body, "Min", role="head", capacity="expert")
    confirm(session, nomination, actor="nominee", now=NOW)
    comes(session, workshop, "Guest")
    session.flush()

    sheet = participants_sheet(workshop, language="en")
    rows = rows_of(session, sheet, participants_of(workshop))

    assert [(row["Name"], row["Organisation"], row["Role"], row["Capacity"]) for row in rows] == [
        ("Min", "A body", "head", "expert"),
        ("Guest", None, None, None),
    ]


def test_the_file_of_submissions_has_what_the_reviews_come_to_and_who_would_speak(session):
    call = a_call(session, a_workshop(session))
    scored, unseen = (a_submission(session, call, title=each) for each in ("=Scored", "Unseen"))
    for name, fit, has_conflict in (("Kim", 5, False), ("Lou", 2, False), ("Max", 1, True)):
        scores = {"fit": fit, "new": 3}
        who = a_person(session, name).person_id
        said = {"scores": scores, "comment": "", "has_conflict": has_conflict}
        write_review(session, scored, who, now=NOW, **said)

    first, second = rows_of(session, submissions_sheet(call, language="en"), submissions_to(call))

    assert (first["Title of the contribution"], first["State"]) == ("=Scored", "submitted")
    figures = [first[each] for each in ("Mean score", "Spread", "Reviews", "Conflicts of interest")]
    assert figures == [3.25, 1.5, 2, 1]
    assert (first["Fit"], first["New"], first["Topic"]) == (3.5, 3, "Skills")
    assert first["Speakers"] == "Ann Lee, Dr, IGES, JP; Bo Chen"
    assert (second["ID"], second["Mean score"], second["Fit"]) == (str(unseen.id), None, None)


def test_an_organizer_s_file_has_their_workshops_with_the_seats(session):
    host = an_organisation(session, "Host")
    workshop = a_workshop(session, seats=2, taken=2, host_id=host, titles={"zh-Hant": "碳盤查"})
    comes(session, workshop, "Ann")
    a_workshop(session, titles={"en": "Of another host"})
    session.flush()

    query = workshops_run_by(an_asker(Role.ORGANIZER, host))
    (row,) = rows_of(session, workshops_sheet(), query)

    assert (row["Title (English)"], row["Title (Chinese)"]) == (None, "碳盤查")
    assert (row["Host"], row["State"]) == ("Host", "published")
    assert (row["Seats"], row["Confirmed"], row["Waiting"]) == (2, 2, 1)
