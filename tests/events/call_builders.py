"""Calls for contributions and what is submitted to them, for tests."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.events.actions.naming_reviewers import set_reviewers
from services.events.actions.submitting import set_call, submit
from services.events.model import Call, PersonCopy, Submission, Workshop
from shared.foundation.identities import Asker, Identity
from shared.foundation.ids import new_id
from tests.events.builders import NOW

CRITERIA = [{"key": "fit", "labels": {"en": "Fit"}}, {"key": "new", "labels": {"en": "New"}}]
CALL = {
    "is_published": True,
    "texts": {"en": "Tell us."},
    "opens_at": NOW - timedelta(days=1),
    "closes_at": NOW + timedelta(days=10),
    "topics": [{"key": "skills", "labels": {"en": "Skills"}}],
    "kinds": [],
    "criteria": CRITERIA,
    "is_blind": False,
    "takes_file": True,
}
SUBMISSION = {
    "name": "Ann Lee",
    "email": "ann@people.example",
    "locale": "en",
    "title": "Green portals",
    "abstract": "How **portals** help.",
    "topic": "skills",
    "kind": None,
    "speakers": [
        {"name": "Ann Lee", "title": "Dr", "affiliation": "IGES", "economy": "JP", "email": None},
        {"name": "Bo Chen", "title": "", "affiliation": "", "economy": None, "email": None},
    ],
}


def a_call(session: Session, workshop: Workshop, **values: Any) -> Call:
    return set_call(session, workshop, CALL | values, now=NOW)


def a_submission(
    session: Session, call: Call, *, person_id: UUID | None = None, **values: Any
) -> Submission:
    made, _ = submit(
        session, call, SUBMISSION | values, person_id=person_id, actor="guest", now=NOW
    )
    return made


def a_person(session: Session, name: str) -> Asker:
    """Somebody with an account, whom members has told of."""
    email = f"{name.lower()}@people.example"
    person = PersonCopy(
        id=new_id(),
        version=1,
        names=[{"kind": "romanised", "given": name, "family": "Fox", "order": "given_first"}],
        email=email,
        phone=None,
        economy=None,
        locale="en",
        is_erased=False,
    )
    session.add(person)
    session.flush()
    identity = Identity(
        person_id=person.id, session_id=new_id(), name=name, email=email, locale="en", grants=()
    )
    return Asker(identity)


def reviewers(session: Session, call: Call, *people: Asker) -> None:
    set_reviewers(session, call, [each.person_id for each in people if each.person_id], now=NOW)
