"""What the place has of talent: a draft of the alliance's capability framework."""

from typing import Any, Final
from uuid import UUID

from services.members.actions.demanding import ask_next
from services.members.actions.joining import add_members
from services.members.model import DemandRound, Organisation
from services.members.queries.demand import answers_of
from tests.support.alliance import MEMBERS, Alliance
from tests.support.apps import Apps

NAMES: Final = {"en": "Green skills"}
CAPABILITY: Final = {"root": "management", "code": "MG-01", "names": NAMES}


def capability_bodies(ids: dict[str, str]) -> dict[str, dict[str, Any]]:
    """`METHOD path below the prefix` → a good body."""
    edition, code = "/capability-frameworks/{framework_id}", {"code": "MG-02"}
    cell = {"staff_level": "manager", "job_kind": "hybrid", "quarter": 1, "headcount": 3}
    return {
        "POST /demand-rounds": round_of(ids),
        "POST /gap-snapshots": {"organisation_id": ids["alliance"]},
        "PUT /demand-answers/{answer_id}": {
            "lines": [cell | {"capability_id": ids["published_capability"]}]
        },
        "POST /capability-frameworks": {"organisation_id": ids["alliance"], "names": NAMES},
        f"PATCH {edition}": {"names": NAMES},
        f"POST {edition}/capabilities": CAPABILITY | code,
        "PATCH /capabilities/{capability_id}": {"names": NAMES},
    }


def add_framework(place: Alliance) -> None:
    """The alliance's: a published edition with one capability, and a draft of the next."""
    ids, path = place.ids, f"{MEMBERS}/capability-frameworks"
    body = {"organisation_id": ids["alliance"], "names": NAMES}
    first = f"{path}/{place.post(path, body, by=place.organizer)['id']}"
    added = place.post(f"{first}/capabilities", CAPABILITY, by=place.organizer)
    ids["published_capability"] = added["id"]
    place.ask("POST", f"{first}/publish", {}, by=place.organizer)
    ids["framework_id"] = place.post(path, body, by=place.organizer)["id"]
    copies = place.get(f"{path}/{ids['framework_id']}/capabilities", by=place.organizer)
    ids["capability_id"] = copies["items"][0]["id"]


def round_of(ids: dict[str, str]) -> dict[str, Any]:
    """A round of association A."""
    return {
        "organisation_id": ids["a"],
        "titles": NAMES,
        "capability_ids": [ids["published_capability"]],
        "closes_at": "2030-01-01T00:00:00Z",
    }


def add_round(place: Alliance) -> None:
    """Of association A, in which one company has been asked."""
    ids, apps = place.ids, place.plenary
    assert isinstance(apps, Apps)
    ids["round_id"] = place.post(f"{MEMBERS}/demand-rounds", round_of(ids), by=place.focal_a)["id"]
    now = apps.clock()
    with apps.databases["members"].writing() as session:
        association = session.get_one(Organisation, UUID(ids["a"]))
        company = {"names": {"en": "Asked Co."}, "kind": "company"}
        starts_on = now.date()
        add_members(session, association, [company], starts_on=starts_on, actor="test", now=now)
    with apps.databases["members"].writing() as session:
        found = session.get_one(DemandRound, UUID(ids["round_id"]))
        ask_next(session, found, key="0" * 32, now=now)
        answer = session.scalars(answers_of(found.id)).one()
        ids["answer_id"] = str(answer.id)


def add_gap(place: Alliance) -> None:
    """A snapshot of the alliance's talent gap."""
    body = {"organisation_id": place.ids["alliance"]}
    made = place.post(f"{MEMBERS}/gap-snapshots", body, by=place.organizer)
    place.ids["snapshot_id"] = made["id"]
