"""A project proposal of association A for the place, and bodies for its routes."""

from typing import Any, Final

from tests.support.alliance import EVENTS, Alliance

TEXTS: Final = {"en": "Green skills"}


def proposal_bodies(ids: dict[str, str]) -> dict[str, dict[str, Any]]:
    """`METHOD path below the prefix` → a good body."""
    path = "/proposals/{proposal_id}"
    amount = {"amount_cents": 12_000_000, "currency": "USD"}
    return {
        "POST /proposals": _proposal_of(ids),
        f"PATCH {path}": {"overseer": {"name": "Ada Lo", "email": "ada@people.example"}},
        f"POST {path}/approve": {"fund": "APEC", "amount": amount},
        f"POST {path}/complete": {"report": TEXTS},
        f"POST {path}/co-sponsors": {"economy": "KR"},
        f"POST {path}/comments": {"text": "Clear."},
        "PUT /organisations/{organisation_id}/proposal-rules": {"co_sponsors_needed": 2},
    }


def _proposal_of(ids: dict[str, str]) -> dict[str, Any]:
    overseer = {"person_id": ids["delegate"]}
    ours = {"organisation_id": ids["a"], "host_id": ids["alliance"]}
    return {"titles": TEXTS, "overseer": overseer} | ours


def add_proposal(place: Alliance) -> None:
    """Of association A, before the alliance, with an economy asked to co-sponsor it."""
    ids, by = place.ids, place.focal_a
    made = place.post(f"{EVENTS}/proposals", _proposal_of(ids), by=by)
    ids["proposal_id"], path = made["id"], f"{EVENTS}/proposals/{made['id']}"
    ids["co_sponsorship_id"] = place.post(f"{path}/co-sponsors", {"economy": "JP"}, by=by)["id"]
    place.post(f"{path}/submit", by=by)
    rules = f"{EVENTS}/organisations/{ids['a']}/proposal-rules"
    place.ask("PUT", rules, {"co_sponsors_needed": 1}, by=place.operator)
