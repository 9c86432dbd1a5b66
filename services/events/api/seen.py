"""Registrations and their changes as whoever asks may see them in an answer."""

from typing import Any

from services.events.actions.asking import questions_ever
from services.events.actions.registering import Registered
from services.events.api.views import registration_out
from services.events.model import RegistrationChange, Workshop
from services.events.model.form import without_counted
from services.events.queries.registrations import is_own
from shared.web.context import current_session
from shared.web.identity import asker


def _for_others(workshop: Workshop, answers: dict[str, Any]) -> dict[str, Any]:
    return without_counted(questions_ever(current_session(), workshop), answers)


def registration_seen(found: Registered) -> dict[str, Any]:
    """For RegistrationOut; answers that are shown in totals alone are its person's to see."""
    plain, row = registration_out(found), found.registration
    if is_own(row, asker()):
        return plain
    workshop = current_session().get_one(Workshop, row.workshop_id)
    return plain | {"answers": _for_others(workshop, plain["answers"])}


def registration_made(found: Registered, *, is_theirs: bool) -> dict[str, Any]:
    """For RegistrationOut; of one that was there before without its answers.

    A name and an address are no proof of who sends them. is_theirs: it is a signed-in person's own
    address.
    """
    plain = registration_out(found)
    if found.is_new or is_theirs or is_own(found.registration, asker()):
        return plain
    return plain | {"answers": {}}


def change_seen(change: RegistrationChange) -> dict[str, Any]:
    """For RegistrationChangeOut, without what is shown in totals alone."""
    wanted = dict(change.wanted)
    if "answers" in wanted:
        workshop = current_session().get_one(Workshop, change.workshop_id)
        wanted["answers"] = _for_others(workshop, wanted["answers"])
    names = ("id", "registration_id", "workshop_id", "state", "asked_at")
    return {name: getattr(change, name) for name in names} | {"wanted": wanted}
