"""The demo's accounts, one for each kind of user."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from services.demo.apec import WorkingGroup
from services.demo.people import named
from services.demo.talent import TalentAlliance
from services.members.actions.appointing import affiliate, appoint
from services.members.actions.granting import grant
from services.members.actions.hashing import hash_password
from services.members.actions.introducing import record_person
from services.members.actions.signing_up import open_account
from services.members.model import Organisation, Person
from shared.days import day_of
from shared.foundation.identities import Role

ACTOR: Final = "demo"
OPERATOR: Final = "operator@demo.example"
ORGANIZER: Final = "organizer@demo.example"
ATTENDEE: Final = "attendee@demo.example"
# what the account is for, by address
ACCOUNTS: Final = {
    OPERATOR: "runs this installation",
    ORGANIZER: "organizes for both alliances",
    "focal.teema@demo.example": "focal point of the electrical manufacturers (TEEMA)",
    "focal.tami@demo.example": "focal point of the machinery industry (TAMI)",
    "focal.korea@demo.example": "focal point of Korea",
    "focal.peru@demo.example": "focal point of Peru",
    ATTENDEE: "takes part",
}
NAMES: Final[dict[str, dict[str, Any]]] = {
    OPERATOR: {"given": "Olivia", "family": "Peng", "economy": "TW"},
    ORGANIZER: {"given": "Hsiang-Hua", "family": "Lin", "native": ("林", "湘樺"), "economy": "TW"},
    "focal.teema@demo.example": {
        "given": "Yu-Wen",
        "family": "Chiu",
        "native": ("邱", "郁雯"),
        "economy": "TW",
    },
    "focal.tami@demo.example": {
        "given": "Kuo-Hao",
        "family": "Tseng",
        "native": ("曾", "國豪"),
        "economy": "TW",
    },
    "focal.korea@demo.example": {
        "given": "Soo-Jin",
        "family": "Choi",
        "native": ("최", "수진"),
        "economy": "KR",
    },
    "focal.peru@demo.example": {"given": "Rosa", "family": "Flores", "economy": "PE"},
    ATTENDEE: {"given": "Alex", "family": "Morgan", "economy": "US"},
}


def load_accounts(
    session: Session,
    talent: TalentAlliance,
    working_group: WorkingGroup,
    *,
    password: str,
    now: datetime,
) -> dict[str, Person]:
    """Address → person, each with an account and what it may do."""
    password_hash = hash_password(password)
    people = {}
    for email, facts in NAMES.items():
        values = named(place="demo", email=email, **facts)
        person = people[email] = record_person(session, values, actor=ACTOR, now=now)
        open_account(session, person, email, password_hash=password_hash, actor=ACTOR, now=now)
    grant(session, people[OPERATOR], Role.OPERATOR, None, actor=ACTOR, now=now)
    for alliance in (talent.alliance, working_group.group):
        grant(session, people[ORGANIZER], Role.ORGANIZER, alliance.id, actor=ACTOR, now=now)
    focal_points = {
        "focal.teema@demo.example": talent.bodies["teema"],
        "focal.tami@demo.example": talent.bodies["tami"],
        "focal.korea@demo.example": working_group.bodies["KR"],
        "focal.peru@demo.example": working_group.bodies["PE"],
    }
    for email, body in focal_points.items():
        _make_focal_point(session, people[email], body, now=now)
    return people


def _make_focal_point(
    session: Session, person: Person, body: Organisation, *, now: datetime
) -> None:
    affiliate(session, person, body, title="Focal point", actor=ACTOR, now=now)
    appoint(
        session, person, body, "focal_point", starts_on=day_of(session, now), actor=ACTOR, now=now
    )
