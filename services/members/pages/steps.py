"""The steps of something, as pages show them: each with who took it, when and why."""

from collections.abc import Iterable
from typing import Any, Final

from services.members.model import (
    Affiliation,
    Appointment,
    Case,
    Membership,
    Person,
    Referral,
    Transition,
)
from services.members.pages.audit_words import ACTORS, reason_of
from services.members.queries import audit
from services.members.queries.memberships import history_of
from shared.foundation.ids import find_id
from shared.web.context import current_session, this_day
from shared.web.identity import asker
from shared.web.pages import page_language

MOST: Final = 200


def history_facts(
    thing: Affiliation | Membership | Appointment | Case | Referral | Person,
    known: Iterable[Person] = (),
) -> dict[str, Any]:
    """What steps.html needs; names of those only whom the asker may see.

    known: whose names this history shows besides.
    """
    session = current_session()
    query = history_of(thing).order_by(Transition.number.desc()).limit(MOST)
    steps: list[Transition] = list(session.scalars(query))
    people = {person_id for each in steps if (person_id := find_id(each.actor))}
    language = page_language()
    seen = audit.names_seen(session, people, asker(), today=this_day(), language=language)
    return {
        "steps": steps,
        "people": {each.id: each.name_in(language) for each in known} | seen,
        "actors": ACTORS,
        "reason_of": reason_of,
        "person_id_of": find_id,
    }
