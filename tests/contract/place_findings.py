"""A recommendation to association A for the place, and bodies for its routes."""

from typing import Any, Final

from tests.support.alliance import EVENTS, Alliance

TEXTS: Final = {"en": "Assess the needs of each industry."}


def finding_bodies(ids: dict[str, str]) -> dict[str, dict[str, Any]]:
    """`METHOD path below the prefix` → a good body."""
    recommendation = {"kind": "recommendation", "texts": TEXTS, "organisation_id": ids["a"]}
    return {
        "POST /workshops/{workshop_id}/findings": recommendation,
        "PATCH /findings/{finding_id}": {"review_on": "2027-10-01"},
        "POST /findings/{finding_id}/decline": {"reason": "Not ours."},
        "POST /findings/{finding_id}/note": {"reason": "A first course is planned."},
    }


def add_finding(place: Alliance) -> None:
    """Published, of A's workshop."""
    ids, by = place.ids, place.organizer
    path = f"{EVENTS}/workshops/{ids['workshop_id']}/findings"
    body = finding_bodies(ids)["POST /workshops/{workshop_id}/findings"]
    ids["finding_id"] = place.post(path, body, by=by)["id"]
    place.post(f"{EVENTS}/findings/{ids['finding_id']}/publish", by=by)
