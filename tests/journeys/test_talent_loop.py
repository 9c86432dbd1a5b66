"""The talent loop: demand, gap, course, certificate; closed in numbers over all services."""

import csv
import io
from datetime import UTC, datetime, timedelta
from time import sleep
from typing import Any

import pytest

from tests.support.alliance import EVENTS, MEMBERS, Alliance, address_of, bearer_of
from tests.support.running import Running, eventually
from tests.support.running_real import RealPlenary

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]
ASSOCIATIONS = ("a", "b", "c", "d", "e", "f")
COMPANIES, FEWER = 500, 40
"""Of each association; and in embedded mode."""
EACH_BAD = 20
"""Every so many rows of a file, one can't be used."""
HEADS, SEATED, ATTENDED = 2, 4, 3
"""Heads a company needs; of each association seated, and come."""
PLANNED, SOON, TAKES = timedelta(days=1), timedelta(seconds=5), timedelta(seconds=2)
"""Until the run, at first and when it is brought forward; and how long it is."""
CELL = {"staff_level": "specialist", "job_kind": "hybrid"}
SECONDS = 300


def sheet_of(rows: list[tuple[Any, ...]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def take_in(alliance: Alliance, kind: str, key: str, rows: list[tuple[Any, ...]]) -> dict[str, int]:
    """Upload and apply; the counts of the preview."""
    api, by = alliance.plenary.api, alliance.operator
    made = api.post(
        f"{MEMBERS}/imports",
        data={"kind": kind, "organisation_id": alliance.ids[key]},
        files={"file": (f"{kind}.csv", sheet_of(rows), "text/csv")},
        headers=by,
        timeout=60,
    ).raise_for_status()
    path, found = f"{MEMBERS}/imports/{made.json()['id']}", made.json()
    assert found["state"] == "previewed", found
    api.post(f"{path}/apply", json={}, headers=by, timeout=60).raise_for_status()
    eventually(
        lambda: alliance.get(path, by=by)["state"] == "applied",
        seconds=SECONDS,
    )
    counts: dict[str, int] = found["counts"]
    return counts


def name_of(key: str, number: int) -> str:
    return f"Firm {key.upper()}{number} Industries"


@pytest.fixture(scope="module")
def framework(plenary: Running, alliance: Alliance) -> dict[str, str]:
    """The alliance's published framework: its capability's id and lineage."""
    by = alliance.operator
    body = {"organisation_id": alliance.ids["alliance"], "names": {"en": "Green capabilities"}}
    made = alliance.post(f"{MEMBERS}/capability-frameworks", body, by=by)
    path = f"{MEMBERS}/capability-frameworks/{made['id']}"
    capability = alliance.post(
        f"{path}/capabilities",
        {"root": "management", "code": "MG-01", "names": {"en": "Carbon inventory"}},
        by=by,
    )
    alliance.post(f"{path}/publish", by=by)
    return {"id": capability["id"], "lineage": capability["lineage_id"]}


@pytest.fixture(scope="module")
def companies(plenary: Running, alliance: Alliance) -> int:
    """How many companies each of the six associations has."""
    count = COMPANIES if isinstance(plenary, RealPlenary) else FEWER
    for key in ASSOCIATIONS:
        if key not in alliance.ids:
            alliance.organisation(key, {"en": f"Association {key.upper()}"}, "association")
            alliance.belongs(key, "alliance")
        rows = [("Name", "Email")]
        rows += [(name_of(key, n), f"office@{key}{n}.example") for n in range(count)]
        assert take_in(alliance, "companies", key, rows)["new"] == count
    return count


def open_rounds(alliance: Alliance, capability: str) -> dict[str, str]:
    """Each association's round, once all companies are asked; their paths."""
    by, paths = alliance.operator, {}
    for key in ASSOCIATIONS:
        body = {
            "organisation_id": alliance.ids[key],
            "titles": {"en": "Demand of this year"},
            "capability_ids": [capability],
            "closes_at": (datetime.now(UTC) + timedelta(days=30)).isoformat(),
        }
        made = alliance.post(f"{MEMBERS}/demand-rounds", body, by=by)
        paths[key] = f"{MEMBERS}/demand-rounds/{made['id']}"
    eventually(
        lambda: all(alliance.get(path, by=by)["is_asked"] for path in paths.values()),
        seconds=SECONDS,
    )
    return paths


def collect_demand(alliance: Alliance, capability: str, companies: int) -> int:
    """Companies' answers come as files with faults in them; all heads that are needed."""
    heads, bad = 0, companies // EACH_BAD
    for key, path in open_rounds(alliance, capability).items():
        rows = [("Company", "Capability", "Staff level", "Kind of job", "Quarter", "Headcount")]
        for n in range(companies):
            level = "nobody" if n % EACH_BAD == 0 else CELL["staff_level"]
            rows.append((name_of(key, n), "MG-01", level, CELL["job_kind"], "1", str(HEADS)))
        counts = take_in(alliance, "demand", key, rows)
        assert counts == {"new": companies - bad, "update": 0, "duplicate": 0, "error": bad}
        done = alliance.post(f"{path}/accept-answers", by=alliance.operator)["counts"]
        assert done["accepted"] == companies - bad
        heads += HEADS * done["accepted"]
    return heads


def gap_of(alliance: Alliance, by: str = "") -> list[dict[str, Any]]:
    """The cells of a new snapshot."""
    body = {"organisation_id": alliance.ids["alliance"]}
    made = alliance.post(f"{MEMBERS}/gap-snapshots", body, by=alliance.organizer)
    path = f"{MEMBERS}/gap-snapshots/{made['id']}/cells?by={by}"
    found: list[dict[str, Any]] = alliance.get(path, by=alliance.organizer)["items"]
    return found


def figures(cell: dict[str, Any], *names: str) -> tuple[Any, ...]:
    return tuple(cell[name] for name in names)


def test_the_gap_shrinks_by_exactly_those_who_learnt(plenary, alliance, framework, companies):
    heads = collect_demand(alliance, framework["id"], companies)
    (total,) = gap_of(alliance)
    assert figures(total, "demand", "supply", "pipeline", "gap") == (heads, 0, 0, heads)

    workshop = a_run(alliance, framework["lineage"])
    tickets = fill(alliance, workshop)
    seated = SEATED * len(ASSOCIATIONS)
    eventually(lambda: gap_of(alliance)[0]["pipeline"] == seated, seconds=SECONDS)
    (planned,) = gap_of(alliance)
    assert figures(planned, "planned", "seated", "gap") == (seated, seated, heads - seated)

    attend(alliance, workshop, tickets)
    certify(alliance, workshop)
    certified = ATTENDED * len(ASSOCIATIONS)
    eventually(lambda: gap_of(alliance)[0]["supply"] == certified, seconds=SECONDS)
    eventually(lambda: gap_of(alliance)[0]["certified"] == certified, seconds=SECONDS)
    (closed,) = gap_of(alliance)
    names = ("demand", "supply", "pipeline", "gap", "planned", "seated", "attended", "certified")
    assert figures(closed, *names) == (
        *(heads, certified, 0, heads - certified),
        *(seated, seated, certified, certified),
    )


def a_run(alliance: Alliance, lineage: str) -> str:
    """Planned from the gap by association: a seat for each need's share. Published."""
    cells = gap_of(alliance, by="association,capability")
    needs = [
        {"organisation_id": each["association_id"], "headcount": each["gap"]} for each in cells
    ]
    assert len({each["headcount"] for each in needs}) == 1
    course = {
        "host_id": alliance.ids["alliance"],
        "code": "CI-101",
        "names": {"en": "Carbon inventory in practice"},
        "capability_ids": [lineage],
        "hours": 6,
        **CELL,
    }
    by = alliance.organizer
    made = eventually(lambda: try_course(alliance, course), seconds=SECONDS)
    run = {
        "titles": {"en": "Carbon inventory, first run"},
        **times_of(datetime.now(UTC) + PLANNED),
        "time_zone": "Asia/Taipei",
        "venue": {"mode": "onsite", "name": "Hall 1"},
        "capacity": SEATED * len(ASSOCIATIONS),
        "needs": needs,
    }
    workshop: str = alliance.post(f"{EVENTS}/courses/{made['id']}/runs", run, by=by)["id"]
    alliance.post(f"{EVENTS}/workshops/{workshop}/publish", by=by)
    assert alliance.seats(workshop)["allotted"] == run["capacity"]
    return workshop


def times_of(starts_at: datetime) -> dict[str, str]:
    return {"starts_at": starts_at.isoformat(), "ends_at": (starts_at + TAKES).isoformat()}


def try_course(alliance: Alliance, course: dict[str, Any]) -> Any:
    """The course, once events has heard of the framework."""
    answer = alliance.plenary.api.post(f"{EVENTS}/courses", json=course, headers=alliance.organizer)
    assert answer.status_code in (201, 422), answer.text
    return answer.json() if answer.status_code == 201 else None


def fill(alliance: Alliance, workshop: str) -> list[str]:
    """Each association nominates, nominees confirm by mail; the tickets of those who will come."""
    path, by = f"{EVENTS}/workshops/{workshop}", alliance.operator
    made = [
        alliance.post(f"{path}/nominations", nominee_of(alliance, key, n), by=by)
        for key in ASSOCIATIONS
        for n in range(SEATED)
    ]
    for each in made:
        alliance.post(f"{EVENTS}/nominations/{each['id']}/submit", by=by)
    for each in made:
        asked = alliance.plenary.await_mail(each["email"], "confirm")
        alliance.post(f"{EVENTS}/nominations/{each['id']}/confirm", by=bearer_of(asked))
    seats = alliance.get(f"{path}/registrations?limit=100", by=alliance.organizer)["items"]
    assert [each["state"] for each in seats] == ["confirmed"] * len(made)
    coming = [each for each in seats if not each["email"].startswith("absent")]
    return [
        alliance.get(f"{EVENTS}/registrations/{each['id']}/ticket", by=alliance.organizer)["code"]
        for each in coming
    ]


def nominee_of(alliance: Alliance, key: str, number: int) -> dict[str, Any]:
    given = "Trainee" if number < ATTENDED else "Absent"
    names = [{"kind": "romanised", "given": given, "family": f"{key}{number}"}]
    names[0]["order"] = "given_first"
    person = {"names": names, "email": address_of(f"{given} {key}{number}"), "locale": "en"}
    return {"organisation_id": alliance.ids[key], "person": person}


def attend(alliance: Alliance, workshop: str, tickets: list[str]) -> None:
    """The run is brought forward; the scans of the door are sent together, and it ends."""
    starts_at = datetime.now(UTC) + SOON
    alliance.ask(
        "PATCH", f"{EVENTS}/workshops/{workshop}", times_of(starts_at), by=alliance.organizer
    )
    sleep(max(0.0, (starts_at - datetime.now(UTC)).total_seconds()))
    moment = datetime.now(UTC).isoformat()
    scans = [
        {"code": code, "scanned_at": moment, "scan_id": f"scan-{n}"}
        for n, code in enumerate(tickets)
    ]
    body = {"scans": scans}
    alliance.post(f"{EVENTS}/workshops/{workshop}/scans", body, by=alliance.organizer)
    sleep(max(0.0, (starts_at + TAKES + SOON - datetime.now(UTC)).total_seconds()))


def certify(alliance: Alliance, workshop: str) -> None:
    """Whoever attended gets a certificate."""
    path, by = f"{EVENTS}/workshops/{workshop}", alliance.organizer
    alliance.ask("PUT", f"{path}/certificate-rule", {"least_hours": 0}, by=by)
    alliance.post(f"{path}/certificates", by=by)
    wanted = ATTENDED * len(ASSOCIATIONS)
    eventually(
        lambda: len(alliance.get(f"{path}/certificates", by=by)["items"]) == wanted,
        seconds=SECONDS,
    )


def test_a_trainee_gets_an_expert_and_the_outcome_becomes_a_case(alliance, framework):
    lineages = [framework["lineage"]]
    alliance.organisation("firm", {"en": "Small Firm"}, "company")
    alliance.belongs("firm", "a")
    alliance.person("trainee", "Tai", "Ning")
    works = f"{MEMBERS}/organisations/{alliance.ids['firm']}/affiliations"
    alliance.post(works, {"person_id": alliance.ids["trainee"]}, by=alliance.operator)
    trainee, office = alliance.open_account("trainee"), alliance.focal_a
    expert = {
        "organisation_id": alliance.ids["b"],
        "kind": "expert",
        "names": {"en": "Heat pump doctor"},
        "capability_ids": lineages,
    }
    entry = alliance.post(f"{MEMBERS}/catalogue-entries", expert, by=alliance.focal_b)
    asked = {
        "organisation_id": alliance.ids["a"],
        "kind": "expert",
        "text": "Which heat pump for our dryer?",
        "capability_ids": lineages,
        "shown_to": ["association", "expert"],
    }
    need = alliance.post(f"{MEMBERS}/needs", asked, by=trainee)
    path = f"{MEMBERS}/needs/{need['id']}"
    alliance.get(path, by=alliance.organizer, status=404)

    offered = alliance.post(f"{path}/referrals", {"entry_id": entry["id"]}, by=office)
    referral = f"{MEMBERS}/referrals/{offered['id']}"
    for side in (trainee, alliance.focal_b):
        alliance.post(f"{referral}/accept", by=side)
    alliance.post(f"{referral}/meet", by=trainee)
    outcome = {"outcome": "solved", "text": "A 40 kW pump saves a third of the gas."}
    assert alliance.post(f"{referral}/close", outcome, by=trainee)["state"] == "closed"
    made = alliance.post(f"{referral}/case", by=office)
    case = f"{MEMBERS}/cases/{made['id']}"
    alliance.get(case, status=404)
    written = {"summaries": {"en": "A third less gas"}, "texts": {"en": "How we chose the pump."}}
    alliance.ask("PATCH", case, written, by=office)
    for verb, by in (("submit", office), ("endorse", office), ("publish", alliance.organizer)):
        alliance.post(f"{case}/{verb}", by=by)

    assert alliance.get(case)["state"] == "published"
    assert alliance.get(path, by=trainee)["state"] not in ("open", "offered")
