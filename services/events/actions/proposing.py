"""Project proposals as their proposers have them: write, change, submit, withdraw, report."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.events.actions.failures import CoSponsorsMissing
from services.events.actions.recording import record, require_state
from services.events.actions.stepping import Taken, begin_step, end_step
from services.events.model import (
    PersonCopy,
    ProjectProposal,
)
from services.events.model.proposal import LIVE, WRITABLE
from services.events.queries.copies import get_organisation
from services.events.queries.proposals import co_sponsors_needed, confirmed_count
from services.events.queries.scopes import TREE
from shared.contracts import events_proposals as told
from shared.foundation.failures import Invalid
from shared.foundation.ids import new_id
from shared.foundation.languages import Text
from shared.foundation.names import fold_email
from shared.foundation.sentences import said


@dataclass(frozen=True, kw_only=True)
class Overseer:
    """The project overseer: who answers for the project."""

    name: str
    email: str
    locale: str = "en"
    person_id: UUID | None = None

    @classmethod
    def of(cls, person: PersonCopy) -> "Overseer":
        """A person whom we know, in their language. Raises Invalid without a mail address."""
        if not person.email:
            raise Invalid.at("/overseer/person_id", "This person has no mail address.")
        name = person.name_in(person.locale)
        return cls(name=name, email=person.email, locale=person.locale, person_id=person.id)

    @property
    def columns(self) -> dict[str, Any]:
        """As the proposal keeps them."""
        return {
            "overseer_id": self.person_id,
            "overseer_name": self.name,
            "overseer_email": self.email,
            "overseer_email_key": fold_email(self.email),
            "overseer_locale": self.locale,
        }


def propose(
    session: Session,
    values: Mapping[str, Any],
    overseer: Overseer,
    *,
    proposed_by: UUID | None,
    taken: Taken,
) -> ProjectProposal:
    """A draft. values: titles, organisation_id, host_id, and any other of its columns.

    Raises Invalid when the organisation does not belong to the host.
    """
    taken.require_past()
    organisation = get_organisation(session, values["organisation_id"])
    if values["host_id"] not in TREE.ancestors_of(session, organisation.id):
        raise Invalid.at(
            "/host_id", "The organisation is no member of this host; choose one that it is in."
        )
    plain: dict[str, Any] = {"economy": organisation.economy, "sections": {}, "priorities": []}
    given = {name: value for name, value in values.items() if value is not None}
    proposal = ProjectProposal(
        **(plain | given | overseer.columns),
        id=new_id(),
        version=1,
        state="draft",
        fund="",
        conditions={},
        report={},
        proposed_by=proposed_by,
        created_at=taken.now,
    )
    _require_order(proposal)
    session.add(proposal)
    session.flush()
    record(
        session,
        proposal,
        before=None,
        actor=taken.actor,
        now=taken.now,
        reason=taken.reason,
        happened_on=taken.happened_on,
    )
    return proposal


def _require_order(proposal: ProjectProposal) -> None:
    starts_on, ends_on = proposal.starts_on, proposal.ends_on
    if starts_on and ends_on and ends_on < starts_on:
        raise Invalid.at("/ends_on", "It can't end before it starts.")


def change_proposal(
    session: Session,
    proposal: ProjectProposal,
    changes: Mapping[str, Any],
    overseer: Overseer | None,
    *,
    actor: str,
    now: datetime,
) -> ProjectProposal:
    """Change some columns of a draft or of one that was returned; the overseer at any time.

    Raises WrongState while the proposal is before its host, and after its end.
    """
    columns = {**changes, **(overseer.columns if overseer else {})}
    changed = [name for name, value in columns.items() if getattr(proposal, name) != value]
    if not changed:
        return proposal
    writable = WRITABLE if set(changed) & changes.keys() else LIVE
    require_state(proposal, *writable, to="be changed")
    for name in changed:
        setattr(proposal, name, columns[name])
    _require_order(proposal)
    proposal.version += 1
    shown = sorted({"overseer" if name.startswith("overseer") else name for name in changed})
    record(
        session,
        proposal,
        before=proposal.state,
        actor=actor,
        now=now,
        reason=f"changed {', '.join(shown)}",
    )
    return proposal


def submit(session: Session, proposal: ProjectProposal, *, taken: Taken) -> ProjectProposal:
    """Put it before the host. Tells ProjectProposalSubmitted.

    Raises CoSponsorsMissing while fewer have confirmed than the host asks for.
    """
    if not begin_step(session, proposal, "submitted", WRITABLE, to="be submitted", taken=taken):
        return proposal
    needed = co_sponsors_needed(session, proposal.host_id)
    confirmed = confirmed_count(session, proposal.id)
    if confirmed < needed:
        raise CoSponsorsMissing(
            said(
                "%(needed)s co-sponsors must have confirmed before it is submitted;"
                " %(confirmed)s have.",
                needed=needed,
                confirmed=confirmed,
            )
        )
    proposal.submitted_on = taken.day(session)
    return end_step(session, proposal, "submitted", told.ProjectProposalSubmitted, taken=taken)


def withdraw(session: Session, proposal: ProjectProposal, *, taken: Taken) -> ProjectProposal:
    """The proposer takes it back before it is decided. Tells ProjectProposalWithdrawn."""
    before = ("draft", "submitted", "in_review", "returned", "endorsed")
    if not begin_step(session, proposal, "withdrawn", before, to="be withdrawn", taken=taken):
        return proposal
    return end_step(session, proposal, "withdrawn", told.ProjectProposalWithdrawn, taken=taken)


def complete(
    session: Session, proposal: ProjectProposal, *, report: Text, taken: Taken
) -> ProjectProposal:
    """The project is done; the report says what came of it. Tells ProjectProposalCompleted."""
    if not begin_step(
        session, proposal, "completed", ("approved",), to="be completed", taken=taken
    ):
        return proposal
    proposal.report = report
    return end_step(session, proposal, "completed", told.ProjectProposalCompleted, taken=taken)
