"""The demo's workshops: those that were held, and those to come, with people in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.demo import programme
from services.demo.courses import NEEDS, PRACTICE, load_courses, load_planned_run
from services.events.actions import allotting, confirming, nominating, programming, scheduling
from services.events.actions.asking import checked_form
from services.events.actions.attending import Attendee
from services.events.actions.nominating import Nominee
from services.events.actions.registering import register
from services.events.model import AppointmentCopy, Course, OrganisationCopy, PersonCopy, Workshop
from services.members.model.zones import zone_of

ACTOR: Final = "demo"
HOUR: Final = timedelta(hours=1)
TAIPEI: Final = zone_of("TW")


@dataclass(frozen=True)
class Known:
    """What events has heard of the alliances: English name → id, body → delegates."""

    organisations: Mapping[str, UUID]
    delegates: Mapping[UUID, Sequence[PersonCopy]]

    def body(self, name: str) -> UUID:
        """The organisation whose English name begins so."""
        return next(found for each, found in self.organisations.items() if each.startswith(name))


def known(session: Session) -> Known:
    """Read the copies."""
    organisations = session.scalars(
        select(OrganisationCopy).where(OrganisationCopy.kind != "company")
    )
    held = select(AppointmentCopy.organisation_id, PersonCopy).join(
        PersonCopy, PersonCopy.id == AppointmentCopy.person_id
    )
    delegates: dict[UUID, list[PersonCopy]] = {}
    for body_id, person in session.execute(held.where(AppointmentCopy.role == "delegate")):
        delegates.setdefault(body_id, []).append(person)
    return Known({each.names["en"]: each.id for each in organisations}, delegates)


def _values(titles: Mapping[str, str], host_id: UUID, starts_at: datetime, **rest: Any) -> Any:
    plain = {
        "titles": dict(titles),
        "summary": {},
        "kind": "workshop",
        "host_id": host_id,
        "course_id": None,
        "starts_at": starts_at,
        "ends_at": starts_at + 8 * HOUR,
        "time_zone": TAIPEI,
        "venue": {"mode": "onsite", "name": "Taipei International Convention Center"},
        "capacity": None,
        "opens_at": None,
        "closes_at": None,
        "mode": "open",
        "form": [],
        "languages": ["en", "zh-Hant"],
        "visibility": "public",
    }
    return plain | rest


def _add_programme(session: Session, workshop: Workshop) -> None:
    parts = []
    for begins, ends, titles in programme.SESSIONS:
        times = {
            "starts_at": workshop.starts_at + begins * HOUR,
            "ends_at": workshop.starts_at + ends * HOUR,
        }
        parts.append(
            programming.add_session(session, workshop, {"titles": titles, "room": "", **times})
        )
    session.flush()
    for place, facts in programme.SPEAKERS:
        speaker = programming.add_speaker(session, workshop, facts | {"person_id": None})
        session.flush()
        talk = {
            "session_id": parts[place].id,
            "speaker_id": speaker.id,
            "titles": facts["topics"],
            "summary": {},
        }
        programming.add_contribution(session, workshop, talk)


def _nominee(person: PersonCopy, role: str) -> Nominee:
    return Nominee(
        name=person.name_in(person.locale),
        email=person.email or "",
        locale=person.locale,
        person_id=person.id,
        role=role,
    )


def load_workshop_of_2024(
    session: Session, alliances: Known, *, proposal_id: UUID | None = None
) -> Workshop:
    """The APEC workshop as it was: speakers, ten bodies' allotments, delegates confirmed."""
    prepared_at = programme.HELD_AT - timedelta(days=60)
    host_id = alliances.body("Workforce Development Agency")
    values = _values(programme.TITLES, host_id, programme.HELD_AT)
    values |= {
        "summary": programme.SUMMARY,
        "ends_at": programme.ENDED_AT,
        "capacity": 60,
        "mode": "nomination",
        "proposal_id": proposal_id,
    }
    workshop = scheduling.create_workshop(session, values, actor=ACTOR, now=prepared_at)
    _add_programme(session, workshop)
    scheduling.publish(session, workshop, actor=ACTOR, now=prepared_at)
    release_at = programme.HELD_AT - timedelta(days=14)
    for body_id, delegates in _apec_bodies(alliances):
        allotting.allot(
            session,
            workshop,
            body_id,
            seats=4,
            alternates=1,
            release_at=release_at,
            now=prepared_at,
        )
        for place, person in enumerate(delegates):
            role = "member" if place else "head"
            made, _ = nominating.nominate(
                session,
                workshop,
                body_id,
                _nominee(person, role),
                nominated_by=None,
                now=prepared_at,
            )
            nominating.submit(session, made, actor=ACTOR, now=prepared_at)
            confirming.confirm(session, made, actor="link", now=prepared_at + 24 * HOUR)
    allotting.keep_due_dates(session, workshop.id, now=release_at)
    scheduling.close(session, workshop, actor=ACTOR, now=release_at)
    return workshop


def _apec_bodies(alliances: Known) -> list[tuple[UUID, Sequence[PersonCopy]]]:
    names = (
        "Ministry of Employment and Labor",
        "Ministry of Human Resources",
        "Ministry of Business",
        "Department of Labour and Industrial",
        "Ministry of Labour and Employment Promotion",
        "Department of Labor and Employment",
        "Ministry of Labour",
        "Department of Labor",
        "Ministry of Labour, Invalids",
        "Workforce Development Agency",
    )
    exact = {"Ministry of Labour", "Department of Labor"}
    found = [
        alliances.organisations[name] if name in exact else alliances.body(name) for name in names
    ]
    return [(body_id, alliances.delegates[body_id]) for body_id in found]


def load_twin(session: Session, alliances: Known, *, now: datetime) -> Workshop:
    """The workshop of 2024 once more, to come: its seats allotted, open for registration."""
    starts_at = datetime.combine(
        (now + timedelta(days=75)).date(), programme.HELD_AT.timetz()
    ).astimezone(UTC)
    titles = {
        "en": "The ROPES II: Green Tech Talent, One Step On",
        "zh-Hant": "APEC 綠色人才解決方案後續工作坊",
    }
    host_id = alliances.body("Workforce Development Agency")
    values = _values(titles, host_id, starts_at, summary=programme.SUMMARY, capacity=80)
    values["venue"] = {
        "mode": "hybrid",
        "name": "Taipei International Convention Center",
        "address": "1, Hsin-Yi Rd., Sec. 5, Taipei",
        "url": "https://meet.demo.example/ropes-2",
    }
    values["form"] = checked_form([programme.LETTER])
    workshop = scheduling.create_workshop(session, values, actor=ACTOR, now=now)
    _add_programme(session, workshop)
    scheduling.publish(session, workshop, actor=ACTOR, now=now)
    release_at = starts_at - timedelta(days=14)
    for body_id, _ in _apec_bodies(alliances):
        allotting.allot(
            session, workshop, body_id, seats=4, alternates=2, release_at=release_at, now=now
        )
    return workshop


def load_talent_workshops(session: Session, alliances: Known, *, now: datetime) -> None:
    """The founding ceremony of 2022, a course run with allotments, and a full workshop."""
    host_id = alliances.body("Net-Zero Sustainability Talent Alliance")
    founded_at = datetime(2022, 5, 31, 6, 0, tzinfo=UTC)
    announced_at = founded_at - timedelta(days=14)
    titles = {
        "en": "Founding of the Net-Zero Sustainability Talent Alliance and School",
        "zh-Hant": "淨零永續人才聯盟暨淨零永續學校成立記者會",
    }
    values = _values(titles, host_id, founded_at, kind="ceremony", ends_at=founded_at + 2 * HOUR)
    founding = scheduling.create_workshop(session, values, actor=ACTOR, now=announced_at)
    scheduling.publish(session, founding, actor=ACTOR, now=announced_at)
    scheduling.close(session, founding, actor=ACTOR, now=founded_at)
    courses = load_courses(session, host_id, now=now)
    _load_course_run(session, alliances, courses[PRACTICE], now=now)
    needs = {alliances.body(name): heads for name, heads in NEEDS.items()}
    load_planned_run(session, courses["EN-201"], needs, now=now)
    _load_full_workshop(session, alliances, host_id, now=now)


def _load_course_run(session: Session, alliances: Known, course: Course, *, now: datetime) -> None:
    starts_at = datetime.combine((now + timedelta(days=33)).date(), founding_time())
    titles = {"en": "Carbon inventory in practice", "zh-Hant": "碳盤查實務班"}
    summary = {
        "en": "Finding carbon hot spots, computing emissions, low-carbon manufacturing and "
        "energy management, by practice, for every staff level.",
        "zh-Hant": "以實務教學找出碳熱點、計算排碳量，並學習低碳製造與能源管理，適合企業各階層員工。",
    }
    values = _values(titles, course.host_id, starts_at, summary=summary, capacity=40)
    values |= {"kind": "course_run", "course_id": course.id}
    run = scheduling.create_workshop(session, values, actor=ACTOR, now=now)
    scheduling.publish(session, run, actor=ACTOR, now=now)
    for name in (
        "Chinese National",
        "Taiwan Electrical",
        "Taiwan Association",
        "Taiwan Chemical",
        "Taiwan Printed",
        "Circular",
    ):
        allotting.allot(
            session,
            run,
            alliances.body(name),
            seats=4,
            alternates=2,
            release_at=starts_at - timedelta(days=10),
            now=now,
        )


def founding_time() -> Any:
    """Nine in the morning in Taipei, in UTC."""
    return programme.HELD_AT.timetz()


def _load_full_workshop(
    session: Session, alliances: Known, host_id: UUID, *, now: datetime
) -> None:
    starts_at = datetime.combine((now + timedelta(days=20)).date(), founding_time())
    titles = {
        "en": "Large leads small: exemplary cases of carbon reduction",
        "zh-Hant": "以大帶小：減碳典範案例分享",
    }
    values = _values(titles, host_id, starts_at, capacity=6, ends_at=starts_at + 3 * HOUR)
    full = scheduling.create_workshop(session, values, actor=ACTOR, now=now)
    scheduling.publish(session, full, actor=ACTOR, now=now)
    for body_id in (alliances.body("Taiwan Electrical"), alliances.body("Taiwan Association")):
        for person in alliances.delegates[body_id]:
            attendee = Attendee(
                name=person.name_in(person.locale),
                email=person.email or "",
                locale=person.locale,
                organisation_id=body_id,
                person_id=person.id,
            )
            register(session, full, attendee, actor=ACTOR, now=now)
