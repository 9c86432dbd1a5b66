"""Naming several people at once, and the deadlines of nominations."""

from datetime import timedelta

import pytest
from flask import Flask
from flask_babel import Babel
from sqlalchemy import func, select

from services.events.actions.confirming import substitute
from services.events.actions.failures import WrongState
from services.events.actions.naming_many import name_many
from services.events.actions.nominating import Nominee, nominate, submit, withdraw
from services.events.actions.scheduling import change_workshop
from services.events.model import Nomination
from services.events.pages.naming_many import NO_LINE, read_lines
from shared.foundation.failures import Invalid
from shared.web.settings import templates_folder
from tests.events.builders import (
    IN_A_MONTH,
    NOW,
    a_nomination,
    a_workshop,
    an_organisation,
    gives_seats,
    seats_of,
)

TRANSLATIONS = templates_folder().parent / "translations"
PASTED = """Mei Lin <mei@one.example>
"Wang, An", an@one.example
Bo, Ed <ed@one.example>, alternate
林美\tlinmei@one.example\thead\texpert
nobody
Bad <bad@@one>
"""


def test_lines_are_read_as_mail_programs_and_spreadsheets_write_them():
    nominees, faults = read_lines(PASTED, locale="zh-Hant")

    assert [(each.name, each.email, each.role, each.capacity) for each in nominees] == [
        ("Mei Lin", "mei@one.example", "member", "delegate"),
        ("Wang, An", "an@one.example", "member", "delegate"),
        ("Bo, Ed", "ed@one.example", "alternate", "delegate"),
        ("林美", "linmei@one.example", "head", "expert"),
    ]
    assert [(each.name, each.reason) for each in faults] == [
        ("nobody", NO_LINE),
        ("Bad <bad@@one>", NO_LINE),
    ]


def test_a_role_is_read_in_the_language_of_the_page():
    app = Flask(__name__)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    Babel(app, locale_selector=lambda: "zh_Hant")

    with app.test_request_context():
        nominees, _ = read_lines("林美, mei@one.example, 候補團員, 專家", locale="zh-Hant")

    assert (nominees[0].role, nominees[0].capacity) == ("alternate", "expert")


def names(session, workshop, body, count, **rest):
    nominees = [
        Nominee(name=f"N{number}", email=f"n{number}@one.example") for number in range(count)
    ]
    return name_many(
        session, workshop, body, nominees, nominated_by=None, actor="test", now=NOW, **rest
    )


def test_each_gets_a_verdict_and_one_that_fails_stops_no_other(session):
    workshop, body = a_workshop(session, seats=9), an_organisation(session)
    gives_seats(session, workshop, body, 2)
    names(session, workshop, body, 1, is_dry_run=False)

    named = names(session, workshop, body, 3, is_dry_run=False)

    assert [each.verdict for each in named] == ["duplicate", "new", "error"]
    assert "All seats of your body are used (2)" in named[2].reason
    assert named[2].reason.values == {"seats": 2}
    assert seats_of(session, workshop) == {"held": 2, "free": 7}


def test_a_dry_run_says_the_same_and_does_nothing(session):
    workshop, body = a_workshop(session, seats=9), an_organisation(session)
    gives_seats(session, workshop, body, 2)

    named = names(session, workshop, body, 3, is_dry_run=True)

    assert [each.verdict for each in named] == ["new", "new", "error"]
    assert session.scalar(select(func.count()).select_from(Nomination)) == 0
    assert seats_of(session, workshop) == {"allotted": 2, "free": 7}


def test_nobody_is_named_after_the_deadline_and_answers_end_with_theirs(session):
    confirm_by = NOW + timedelta(days=20)
    workshop = a_workshop(
        session, seats=9, nominate_by=NOW + timedelta(days=9), confirm_by=confirm_by
    )
    body = an_organisation(session)
    gives_seats(session, workshop, body, 2)
    first = a_nomination(session, workshop, body, "Ann")
    assert first.confirm_by == confirm_by

    late, _ = nominate(
        session,
        workshop,
        body,
        Nominee(name="Ben", email="ben@one.example"),
        nominated_by=None,
        now=NOW,
    )
    with pytest.raises(WrongState, match="Nominations ended"):
        submit(session, late, actor="test", now=NOW + timedelta(days=9))


def test_nobody_is_substituted_after_the_cut_off(session):
    workshop = a_workshop(session, seats=9, substitute_by=NOW + timedelta(days=9))
    body = an_organisation(session)
    gives_seats(session, workshop, body, 2)
    first = a_nomination(session, workshop, body, "Ann")

    with pytest.raises(WrongState, match="substituted"):
        substitute(
            session,
            first,
            Nominee(name="Ben", email="ben@one.example"),
            actor="test",
            nominated_by=None,
            now=NOW + timedelta(days=9),
        )


def test_deadlines_lie_before_the_start_and_in_their_order(session):
    workshop = a_workshop(session)
    late = {"nominate_by": IN_A_MONTH + timedelta(hours=1)}
    crossed = {"nominate_by": NOW + timedelta(days=9), "confirm_by": NOW + timedelta(days=8)}

    for changes, pointer in ((late, "nominate_by"), (crossed, "confirm_by")):
        with pytest.raises(Invalid) as refused:
            change_workshop(session, workshop, changes, actor="test", now=NOW)
        assert refused.value.faults[0].pointer == f"/registration/{pointer}"
        session.refresh(workshop)


def test_who_was_checked_in_is_not_withdrawn(session):
    from services.events.actions.confirming import confirm
    from services.events.actions.nominating import find_registration

    workshop, body = a_workshop(session, seats=9), an_organisation(session)
    gives_seats(session, workshop, body, 2)
    named = confirm(session, a_nomination(session, workshop, body, "Ann"), actor="test", now=NOW)
    session.flush()
    find_registration(session, named).state = "attended"

    with pytest.raises(WrongState):
        withdraw(session, named, actor="test", now=NOW)
    assert seats_of(session, workshop)["confirmed"] == 1
