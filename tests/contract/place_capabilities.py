"""What the place has of talent: a draft of the alliance's capability framework."""

from typing import Any, Final

from tests.support.alliance import MEMBERS, Alliance

NAMES: Final = {"en": "Green skills"}
CAPABILITY: Final = {"root": "management", "code": "MG-01", "names": NAMES}


def capability_bodies(ids: dict[str, str]) -> dict[str, dict[str, Any]]:
    """`METHOD path below the prefix` → a good body."""
    edition, code = "/capability-frameworks/{framework_id}", {"code": "MG-02"}
    return {
        "POST /capability-frameworks": {"organisation_id": ids["alliance"], "names": NAMES},
        f"PATCH {edition}": {"names": NAMES},
        f"POST {edition}/capabilities": CAPABILITY | code,
        "PATCH /capabilities/{capability_id}": {"names": NAMES},
    }


def add_framework(place: Alliance) -> None:
    """A draft of the alliance's, with one capability."""
    ids, path = place.ids, f"{MEMBERS}/capability-frameworks"
    body = {"organisation_id": ids["alliance"], "names": NAMES}
    made = place.post(path, body, by=place.organizer)
    ids["framework_id"] = made["id"]
    added = place.post(f"{path}/{made['id']}/capabilities", CAPABILITY, by=place.organizer)
    ids["capability_id"] = added["id"]
