"""What events keeps for a while: answers to forms, and refused scans."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from services.events.actions.retaining import KINDS, RETENTION
from services.events.model import CheckIn, Registration, RegistrationChange
from shared.foundation.failures import BadSettings
from shared.foundation.ids import new_id
from tests.events.builders import NOW, a_workshop, comes

TEXT = {"key": "food", "type": "text", "labels": {"en": "What do you eat?"}, "required": False}


def count(session, kind):
    return session.scalar(select(func.count()).select_from(kind))


def answered(session, *, days):
    """Somebody who has answered, of a workshop that ended so many days after NOW."""
    ends_at = NOW + timedelta(days=days)
    workshop = a_workshop(session, starts_at=ends_at - timedelta(hours=2), ends_at=ends_at)
    made = session.get_one(Registration, comes(session, workshop, "Ann").registration.id)
    made.answers = {"food": "no nuts"}
    change = {"registration_id": made.id, "workshop_id": workshop.id}
    session.add(RegistrationChange(id=new_id(), wanted={"answers": {}}, asked_at=NOW, **change))
    session.flush()
    return made


def test_answers_are_blanked_two_years_after_the_workshop_and_the_people_stay(session):
    early, late = answered(session, days=10), answered(session, days=20)
    now = NOW + timedelta(days=730 + 15)

    forgotten = RETENTION.retain(session, RETENTION.chosen(""), now=now)

    session.expire_all()
    assert forgotten["form_answers"] == 1
    assert (early.answers, late.answers) == ({}, {"food": "no nuts"})
    assert (count(session, Registration), count(session, RegistrationChange)) == (2, 1)
    again = RETENTION.retain(session, RETENTION.chosen(""), now=now + timedelta(days=1))
    assert again["form_answers"] == 0


def test_only_refused_scans_go(session):
    made = answered(session, days=10)
    for number, verdict in enumerate(("refused", "in")):
        session.add(
            CheckIn(
                id=new_id(),
                workshop_id=made.workshop_id,
                list_id=None,
                registration_id=made.id,
                scan_id=f"scan-{number}",
                direction="in",
                verdict=verdict,
                reason="",
                scanned_at=NOW,
                counts_at=NOW,
                received_at=NOW,
                actor="door",
            )
        )
    session.flush()

    RETENTION.retain(session, RETENTION.chosen("refused_scans=5"), now=NOW + timedelta(days=4))
    before = count(session, CheckIn)
    RETENTION.retain(session, RETENTION.chosen("refused_scans=5"), now=NOW + timedelta(days=6))

    assert (before, session.scalars(select(CheckIn.verdict)).all()) == (2, ["in"])


@pytest.mark.parametrize("text", ["form_answers", "form_answers=29", "audit_addresses=60"])
def test_a_setting_that_makes_no_sense_is_told_with_its_name(text):
    with pytest.raises(BadSettings, match="PLENARY_EVENTS_KEEP_DAYS"):
        RETENTION.chosen(text)


def test_each_kind_has_a_name_of_its_own():
    assert len({each.name for each in KINDS}) == len(KINDS)
