"""A host's course with its run, trainer and path for the place, and bodies for their routes."""

from typing import Any, Final

from tests.support.alliance import EVENTS, MEMBERS, Alliance

NAMES: Final = {"en": "Carbon inventory"}
TIMES: Final = {"starts_at": "2027-10-05T09:00:00+08:00", "ends_at": "2027-10-05T17:00:00+08:00"}
WHERE: Final = {"time_zone": "Asia/Taipei", "venue": {"mode": "online"}}


def course_bodies(ids: dict[str, str]) -> dict[str, dict[str, Any]]:
    """`METHOD path below the prefix` → a good body."""
    host = {"host_id": ids["alliance"], "names": NAMES}
    need = {"organisation_id": ids["a"], "headcount": 3}
    return {
        "POST /courses": course_of(ids) | {"code": "CI-102"},
        "PATCH /courses/{course_id}": {"hours": 12},
        "POST /courses/{course_id}/runs": TIMES | WHERE | {"capacity": 9, "needs": [need]},
        "POST /trainers": host,
        "PATCH /trainers/{trainer_id}": {"names": NAMES},
        "POST /learning-paths": host | {"course_ids": [ids["course_id"]]},
        "PATCH /learning-paths/{path_id}": {"names": NAMES},
        "PUT /workshops/{workshop_id}/trainers": {"trainer_ids": [ids["trainer_id"]]},
        "POST /workshops/{workshop_id}/prerequisite-waivers": {"email": "ada@people.example"},
    }


def course_of(ids: dict[str, str]) -> dict[str, Any]:
    """Of the alliance."""
    return {
        "host_id": ids["alliance"],
        "code": "CI-101",
        "names": NAMES,
        "staff_level": "specialist",
        "job_kind": "hybrid",
        "capability_ids": [ids["lineage_id"]],
        "hours": 6,
    }


def add_course(place: Alliance) -> None:
    """Of the alliance: a course that teaches its capability, a trainer, a path."""
    ids, by = place.ids, place.organizer
    known = place.get(f"{MEMBERS}/capabilities/{ids['published_capability']}", by=by)
    ids["lineage_id"] = known["lineage_id"]
    host = {"host_id": ids["alliance"], "names": NAMES}
    ids["trainer_id"] = place.post(f"{EVENTS}/trainers", host, by=by)["id"]
    course = course_of(ids) | {"trainer_ids": [ids["trainer_id"]]}
    ids["course_id"] = place.post(f"{EVENTS}/courses", course, by=by)["id"]
    path = host | {"course_ids": [ids["course_id"]]}
    ids["path_id"] = place.post(f"{EVENTS}/learning-paths", path, by=by)["id"]


def add_waiver(place: Alliance) -> None:
    """Of the place's workshop, which runs the course."""
    path = f"{EVENTS}/workshops/{place.ids['workshop_id']}/prerequisite-waivers"
    made = place.post(path, {"email": "bo@people.example"}, by=place.organizer)
    place.ids["waiver_id"] = made["id"]
