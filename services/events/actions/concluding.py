"""What a workshop concluded: writing findings and recommendations, and publishing them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session as DatabaseSession

from services.events.actions.failures import WrongState
from services.events.actions.programming import require_own
from services.events.actions.recording import move, record, require_state
from services.events.model import Finding, Session, Workshop
from services.events.queries.copies import organisation_names, require_organisation, require_person
from shared.contracts.events_findings import RecommendationPublished, RecommendationState
from shared.foundation.failures import Invalid
from shared.foundation.ids import new_id
from shared.messaging.outbox import tell

ADDRESSEES: Final = ("organisation_id", "person_id", "addressed_to")
OF_RECOMMENDATIONS: Final = (*ADDRESSEES, "owner_id", "review_on")
WORDS: Final = ("kind", "texts", "session_id")
UNSAID: Final[Mapping[str, Any]] = {
    **dict.fromkeys(("session_id", "organisation_id", "person_id", "owner_id", "review_on")),
    "addressed_to": {},
}


def conclude(
    session: DatabaseSession,
    workshop: Workshop,
    values: Mapping[str, Any],
    *,
    written_by: UUID | None,
    actor: str,
    now: datetime,
) -> Finding:
    """A draft. values: kind, texts and any other of its columns."""
    made = Finding(
        **{**UNSAID, **values},
        id=new_id(),
        version=1,
        workshop_id=workshop.id,
        state="draft",
        written_by=written_by,
        created_at=now,
    )
    _require_good(session, made)
    session.add(made)
    session.flush()
    record(session, made, before=None, actor=actor, now=now)
    return made


def change_finding(
    session: DatabaseSession,
    found: Finding,
    changes: Mapping[str, Any],
    *,
    actor: str,
    now: datetime,
) -> Finding:
    """Change a draft; of a published one who follows it up, its addressee and day of review.

    Raises WrongState for words that were published, and once it is done or declined.
    """
    changed = {name: value for name, value in changes.items() if getattr(found, name) != value}
    if not changed:
        return found
    if changed.keys() & set(WORDS):
        require_state(found, "draft", to="be rewritten")
    if found.state in ("done", "declined"):
        raise WrongState("It is settled and can't be changed any more.")
    for name, value in changed.items():
        setattr(found, name, value)
    _require_good(session, found)
    found.version += 1
    reason = f"changed {', '.join(sorted(changed))}"
    record(session, found, before=found.state, actor=actor, now=now, reason=reason)
    session.flush()
    return found


def publish_finding(
    session: DatabaseSession, found: Finding, *, actor: str, now: datetime, reason: str = ""
) -> Finding:
    """Everyone who sees the workshop can read it. Twice is once.

    Tells RecommendationPublished of a recommendation. Raises WrongState for one to nobody, and
    while the workshop is a draft.
    """
    session.refresh(found, with_for_update=True)
    if found.state == "published":
        return found
    require_state(found, "draft", to="be published")
    workshop = session.get_one(Workshop, found.workshop_id)
    if workshop.state == "draft":
        raise WrongState("Publish the workshop first.")
    is_recommendation = found.kind == "recommendation"
    if is_recommendation and not any(getattr(found, name) for name in ADDRESSEES):
        raise WrongState("Say first to whom it is addressed.")
    move(session, found, "published", actor=actor, now=now, reason=reason)
    if is_recommendation:
        message = RecommendationPublished(recommendation=told_state(session, found))
        tell(session, message, now=now)
    return found


def drop_finding(
    session: DatabaseSession, found: Finding, *, actor: str, now: datetime, reason: str = ""
) -> None:
    """A draft that nobody was shown goes. Raises WrongState for one that was published."""
    session.refresh(found, with_for_update=True)
    require_state(found, "draft", to="be removed")
    reason = f"removed {reason}".strip()
    record(session, found, before=found.state, actor=actor, now=now, reason=reason)
    session.delete(found)
    session.flush()


def told_state(session: DatabaseSession, found: Finding) -> RecommendationState:
    """The recommendation as messages carry it."""
    workshop = session.get_one(Workshop, found.workshop_id)
    return found.told_as(
        workshop.titles,
        workshop.host_id,
        organisation_names(session, workshop.host_id),
        organisation_names(session, found.organisation_id),
    )


def _require_good(session: DatabaseSession, found: Finding) -> None:
    """Raise Invalid for what does not fit together, and for ids that nothing has."""
    if not any(found.texts.values()):
        raise Invalid.at("/texts", "Write it in one language at least.")
    workshop = session.get_one(Workshop, found.workshop_id)
    require_own(session, workshop, Session, found.session_id, at="/session_id")
    said = [name for name in OF_RECOMMENDATIONS if getattr(found, name)]
    if found.kind == "finding" and said:
        raise Invalid.at(f"/{said[0]}", "Only a recommendation is addressed and followed up.")
    addressed = [name for name in ADDRESSEES if name in said]
    if len(addressed) > 1:
        raise Invalid.at(f"/{addressed[1]}", "Address it to a body, a person or others: to one.")
    if found.organisation_id is not None:
        require_organisation(session, found.organisation_id, "/organisation_id")
    for name in ("person_id", "owner_id"):
        if getattr(found, name) is not None:
            require_person(session, getattr(found, name), f"/{name}")
