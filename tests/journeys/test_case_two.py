"""The APEC workshop as it was, by a clock that moves: proposed in 2023, held on 5 September 2024."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from services.events import timers
from services.notifications.reactions import give_reminders, release_held
from tests.support.alliance import (
    EVENTS,
    MEMBERS,
    PASSWORD,
    Alliance,
    bearer_of,
    found_alliance,
    link_of,
    press,
)
from tests.support.apps import Apps, Standing
from tests.support.databases import Templates

TITLES = {
    "en": "The ROPES: Cultivating Green Tech Talent for the Sustainable Future",
    "zh-Hant": "ROPES：培育綠色科技人才",
}
SPONSORS = ("JP", "KR", "MY", "MX", "PE", "TH", "US")
BODIES = ("KR", "MY", "NZ", "PG", "PE", "PH", "TH", "US", "VN", "TW")
STARTS = datetime(2024, 9, 5, 1, 0, tzinfo=UTC)
ENDS = STARTS + timedelta(hours=8)
RELEASE = datetime(2024, 8, 5, 1, 0, tzinfo=UTC)
CONFIRM_BY = datetime(2024, 7, 20, 1, 0, tzinfo=UTC)
FOCAL = {"KR": "focal.a", "PE": "focal.b"}
"""The bodies whose focal points name people themselves."""


class Case(Alliance):
    """The case, at the moment where its clock stands."""

    apps: Apps

    def at(self, year: int, month: int, day: int, hour: int = 2) -> None:
        """It is then: what falls due happens, and everybody signs in anew."""
        moment = datetime(year, month, day, hour, tzinfo=UTC)
        self.apps.clock.now = moment
        events, told = (self.apps.databases[name] for name in ("events", "notifications"))
        for timer in (timers.keep_all_due_dates, timers.remind_all_bodies, timers.move_all_on):
            timer(events, moment)
        self.apps.settle()
        give_reminders(told, moment)
        release_held(told, moment)
        self.operator = self.plenary.sign_in("operator@head.example", PASSWORD)
        for key, name in (
            ("organizer", "organizer"),
            ("focal.a", "focal_a"),
            ("focal.b", "focal_b"),
        ):
            setattr(self, name, self.plenary.sign_in(f"{key}@people.example", PASSWORD))

    def by(self, economy: str) -> Any:
        return {"KR": self.focal_a, "PE": self.focal_b}.get(economy, self.organizer)

    def subjects_of(self, email: str) -> list[str]:
        return [mail.subject for mail in self.plenary.mails_to(email)]


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    apps = Apps(Templates(tmp_path), clock=Standing(datetime(2023, 5, 2, 2, tzinfo=UTC)))
    apps.start()
    made = found_alliance(apps)
    case = Case(**vars(made))
    case.apps = apps
    yield case
    apps.close()


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
def test_the_case_from_its_proposal_to_the_door(case: Case) -> None:
    proposal = _proposed(case)
    _approved(case, proposal)
    workshop = _published(case, proposal)
    people = _named(case, workshop)
    tickets = _confirmed(case, workshop, people)
    _released(case, workshop)
    _held(case, workshop, tickets)
    _reported(case, workshop, proposal)


def _proposed(case: Case) -> str:
    """Drafted in May 2023, seven economies asked and confirmed, submitted on 19 June."""
    host = case.ids["alliance"]
    rules = f"{EVENTS}/organisations/{host}/proposal-rules"
    case.ask("PUT", rules, {"co_sponsors_needed": 7}, by=case.organizer)
    case.apps.settle()
    made = case.post(
        f"{EVENTS}/proposals",
        {
            "titles": TITLES,
            "organisation_id": case.ids["a"],
            "host_id": host,
            "overseer": {"name": "Shih-Chang Chen", "email": "overseer@wda.example"},
            "sections": {"objectives": {"en": "Green skills for all.", "zh-Hant": "綠色技能"}},
            "priorities": ["Putrajaya Vision 2040", "Aotearoa Plan of Action"],
        },
        by=case.focal_a,
    )
    path = f"{EVENTS}/proposals/{made['id']}"
    asked = {}
    for economy in SPONSORS:
        body = {"economy": economy, "email": f"{economy.lower()}@economies.example"}
        asked[economy] = case.post(f"{path}/co-sponsors", body, by=case.focal_a, status=201)["id"]
    case.post(f"{path}/submit", by=case.focal_a, status=409)

    case.at(2023, 5, 30)
    for economy, sponsorship in asked.items():
        mail = case.plenary.await_mail(f"{economy.lower()}@economies.example", "co-sponsor")
        if economy == "JP":
            press(case.plenary, link_of(mail), "confirm")
        else:
            case.post(f"{EVENTS}/co-sponsorships/{sponsorship}/confirm", by=bearer_of(mail))

    case.at(2023, 6, 19)
    submitted = case.post(f"{path}/submit", by=case.focal_a)
    assert (submitted["state"], submitted["submitted_on"]) == ("submitted", "2023-06-19")
    return str(made["id"])


def _approved(case: Case, proposal: str) -> None:
    """Reviewed and endorsed, then approved for funding on 23 February 2024."""
    path = f"{EVENTS}/proposals/{proposal}"
    case.at(2023, 9, 4)
    for verb in ("begin-review", "endorse"):
        case.post(f"{path}/{verb}", by=case.organizer)
    case.at(2024, 2, 23)
    approval = {"fund": "APEC", "amount": {"amount_cents": 12_000_000, "currency": "USD"}}
    approved = case.post(f"{path}/approve", approval, by=case.organizer)
    assert (approved["state"], approved["approved_on"]) == ("approved", "2024-02-23")
    case.plenary.await_mail("overseer@wda.example", "Approved for funding")


def _published(case: Case, proposal: str) -> str:
    """With a session, its speakers, and two seats and an alternate for each of ten bodies."""
    case.at(2024, 5, 6)
    workshop = case.workshop(
        capacity=22,
        titles=TITLES,
        proposal_id=proposal,
        starts_at=STARTS.isoformat(),
        ends_at=ENDS.isoformat(),
        registration={"confirm_by": CONFIRM_BY.isoformat()},
    )
    path = f"{EVENTS}/workshops/{workshop}"
    session = {
        "titles": {"en": "Opening and talks"},
        "starts_at": STARTS.isoformat(),
        "ends_at": (STARTS + timedelta(hours=3)).isoformat(),
    }
    held = case.post(f"{path}/sessions", session, by=case.organizer)["id"]
    speaker = {
        "names": {"en": "So-Young Lee"},
        "affiliations": {"en": "IGES"},
        "economy": "JP",
        "topics": {"en": "Youth climate activism"},
    }
    who = case.post(f"{path}/speakers", speaker, by=case.organizer)["id"]
    talk = {"session_id": held, "speaker_id": who, "titles": {"en": "Youth climate activism"}}
    case.post(f"{path}/contributions", talk, by=case.organizer)
    for economy in BODIES:
        key = FOCAL.get(economy, "").removeprefix("focal.") or f"body.{economy}"
        if key not in case.ids:
            names = {"en": f"Ministry of Labour of {economy}"}
            body = {"names": names, "kind": "agency", "economy": economy}
            made = case.post(f"{MEMBERS}/organisations", body, by=case.operator)
            case.ids[key] = made["id"]
            case.belongs(key, "alliance")
        case.ids[economy] = case.ids[key]
    case.apps.settle()
    for economy in BODIES:
        allotment = {"seats": 2, "alternates": 1, "release_at": RELEASE.isoformat()}
        place = f"{path}/allotments/{case.ids[economy]}"
        case.ask("PUT", place, allotment, by=case.organizer, status=201)
    case.post(f"{path}/publish", by=case.organizer)
    page = case.plenary.api.get(f"/events/workshops/{workshop}").text
    assert all(each in page for each in ("So-Young Lee", "IGES", f"/events/projects/{proposal}"))
    return workshop


def _named(case: Case, workshop: str) -> dict[str, str]:
    """In June: a head and a member of each of four bodies, an alternate of Korea. Name → id."""
    case.at(2024, 6, 10)
    named = {}
    for economy, roles in {
        "KR": ("head", "member", "alternate"),
        "PE": ("head", "member"),
        "TH": ("head",),
        "VN": ("head",),
    }.items():
        for role in roles:
            name = f"{role.title()} {economy}"
            names = [
                {"kind": "romanised", "given": role, "family": economy, "order": "given_first"}
            ]
            person = {"names": names, "email": _email(name), "locale": "en"}
            body = {"organisation_id": case.ids[economy], "person": person, "role": role}
            path = f"{EVENTS}/workshops/{workshop}/nominations"
            made = case.post(path, body, by=case.by(economy), status=201)
            case.post(f"{EVENTS}/nominations/{made['id']}/submit", by=case.by(economy))
            named[name] = made["id"]
    assert case.seats(workshop)["held"] == 6
    return named


def _email(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@delegates.example"


def _confirmed(case: Case, workshop: str, people: dict[str, str]) -> dict[str, str]:
    """All confirm but Viet Nam's; Korea's member declines, so that the alternate is called up;
    Thailand's is substituted. Name → ticket."""
    case.at(2024, 6, 20)
    asked = {name: case.plenary.await_mail(_email(name), "nominates you") for name in people}
    for name in ("Head KR", "Alternate KR", "Head PE", "Member PE", "Head TH"):
        case.post(f"{EVENTS}/nominations/{people[name]}/confirm", by=bearer_of(asked[name]))
    case.post(
        f"{EVENTS}/nominations/{people['Member KR']}/decline", by=bearer_of(asked["Member KR"])
    )
    case.plenary.await_mail(_email("Alternate KR"), "You have a seat")
    names = [{"kind": "romanised", "given": "Second", "family": "TH", "order": "given_first"}]
    person = {"person": {"names": names, "email": _email("Second TH"), "locale": "en"}}
    case.post(f"{EVENTS}/nominations/{people['Head TH']}/substitute", person, by=case.organizer)
    second = case.plenary.await_mail(_email("Second TH"), "nominates you")
    press(case.plenary, link_of(second), "confirm")

    case.at(2024, 7, 21)
    lapsed = case.get(f"{EVENTS}/nominations/{people['Head VN']}", by=case.organizer)
    assert lapsed["state"] == "lapsed"
    assert case.subjects_of(_email("Head VN"))[-1].endswith("has lapsed")
    roster = case.get(f"{EVENTS}/workshops/{workshop}/registrations", by=case.organizer)["items"]
    assert {each["name"] for each in roster if each["state"] == "confirmed"} == {
        *("head KR", "alternate KR", "head PE", "member PE", "Second TH"),
    }
    return {
        each["name"]: case.get(f"{EVENTS}/registrations/{each['id']}/ticket", by=case.organizer)[
            "code"
        ]
        for each in roster
        if each["state"] == "confirmed"
    }


def _released(case: Case, workshop: str) -> None:
    """Three guests: two take what is free, the third waits until the bodies' seats return."""
    case.at(2024, 7, 25)
    states = [case.register(workshop, f"Guest {n}")["state"] for n in range(3)]
    assert states == ["confirmed", "confirmed", "waiting"]
    assert case.seats(workshop)["allotted"] == 15

    case.at(2024, 8, 6)
    offered = case.plenary.await_mail("guest.2@guests.example", "A seat is free for you")
    press(case.plenary, link_of(offered), "accept")
    seats = case.seats(workshop)
    assert seats == {"capacity": 22, "confirmed": 8, "free": 14}


def _held(case: Case, workshop: str, tickets: dict[str, str]) -> None:
    """On the day: a ticket twice, late and out of order, one goes out early, a walk-in."""
    case.at(2024, 9, 4, 4)
    assert case.subjects_of(_email("Head KR"))[-1] == f"Soon: {TITLES['en']}"
    case.at(2024, 9, 5, 3)
    scans = [
        {"code": code, "scanned_at": _minutes_in(n), "scan_id": str(uuid4())}
        for n, (name, code) in enumerate(tickets.items())
        if name != "member PE"
    ]
    path = f"{EVENTS}/workshops/{workshop}"
    verdicts = [
        case.post(f"{path}/check-ins", each, by=case.organizer)["verdict"] for each in scans
    ]
    again = case.ask("POST", f"{path}/check-ins", scans[0], by=case.organizer, status=200)
    out = scans[0] | {
        "direction": "out",
        "scan_id": str(uuid4()),
        "scanned_at": _minutes_in(120),
    }
    case.post(f"{path}/check-ins", out, by=case.organizer, status=201)
    guest = {"name": "Walk In", "email": "walk.in@guests.example", "scan_id": str(uuid4())}
    case.post(f"{path}/walk-ins", guest | {"scanned_at": _minutes_in(0)}, by=case.organizer)

    assert verdicts == ["accepted"] * 4
    assert again["scan_id"] == scans[0]["scan_id"]


def _minutes_in(minutes: int) -> str:
    return (STARTS + timedelta(minutes=minutes)).isoformat()


def _reported(case: Case, workshop: str, proposal: str) -> None:
    """The day after: who was there and how long, who missed it, and the project's report."""
    case.at(2024, 9, 6)
    path = f"{EVENTS}/workshops/{workshop}"
    assert case.get(path, by=case.organizer)["state"] == "held"
    hours = {
        each["name"]: each["hours"]
        for each in case.get(f"{path}/attendance", by=case.organizer)["items"]
    }
    roster = case.get(f"{path}/registrations", by=case.organizer)["items"]
    missed = {each["name"] for each in roster if each["state"] == "no_show"}
    assert hours["head KR"] == pytest.approx(2.0)
    assert missed == {"member PE", "Guest 0", "Guest 1", "Guest 2"}
    report = {"report": {"en": "Three findings, each followed up."}}
    done = case.post(f"{EVENTS}/proposals/{proposal}/complete", report, by=case.focal_a)
    assert done["state"] == "completed"
    steps = case.get(f"{EVENTS}/proposals/{proposal}/steps", by=case.focal_a)["items"]
    assert (steps[-1]["after"], steps[-1]["at"][:10]) == ("completed", "2024-09-06")
