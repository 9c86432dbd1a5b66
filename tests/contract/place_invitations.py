"""An invitation to one of association A's people for the place, and bodies for its routes."""

from typing import Any, Final

from tests.support.alliance import EVENTS, Alliance

INVITEE: Final = {"name": "Ines Ito", "email": "ines.ito@people.example"}


def invitation_bodies() -> dict[str, dict[str, Any]]:
    """`METHOD path below the prefix` → a good body."""
    someone = {"name": "Ian Ip", "email": "ian.ip@people.example"}
    return {
        "POST /workshops/{workshop_id}/invitations": {"people": [someone]},
        "POST /workshop-invitations/{workshop_invitation_id}/register": {"locale": "en"},
    }


def add_invitation(place: Alliance) -> None:
    """To a workshop to which people come by invitation alone."""
    workshop = place.published(capacity=3, registration={"mode": "invitation"})
    path = f"{EVENTS}/workshops/{workshop}/invitations"
    made = place.post(path, {"people": [INVITEE]}, by=place.organizer, status=200)
    place.ids["by_invitation"] = workshop
    place.ids["workshop_invitation_id"] = made["items"][0]["invitation"]["id"]
