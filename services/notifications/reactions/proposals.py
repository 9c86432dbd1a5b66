"""What is told of project proposals: to their overseers and writers, and to co-sponsors."""

from typing import Any, Final

from sqlalchemy.orm import Session

from services.notifications.actions.composing import Addressee, News, tell_people
from services.notifications.actions.knowing import addressees_of
from shared.contracts import events_proposals as told
from shared.foundation.names import fold_email
from shared.messaging.inbox import Heard, Reaction, Reactions


def _facts(proposal: told.ProjectProposalState, reason: str = "") -> dict[str, Any]:
    facts: dict[str, Any] = {
        "titles": proposal.titles,
        "organisation_names": proposal.organisation_names,
        "host_names": proposal.host_names,
        "fund": proposal.fund,
        "conditions": proposal.conditions,
        "reason": reason,
    }
    if proposal.amount is not None:
        facts["amount"] = vars(proposal.amount)
    return facts


def on_co_sponsor_invited(session: Session, message: told.CoSponsorInvited, heard: Heard) -> None:
    """Mail the link by which they confirm or decline."""
    state = message.co_sponsor
    if state.email is None:
        return
    facts = _facts(state.proposal) | {"co_sponsor_names": state.names}
    news = News(
        kind="co_sponsor_invited",
        message_id=heard.id,
        facts=facts,
        host_id=state.proposal.host_id,
    )
    addressee = Addressee(
        about_id=state.co_sponsorship_id,
        name=state.name,
        email=state.email,
        locale=state.locale,
        path=f"/events/links/{state.link_token}",
    )
    tell_people(session, [(news, addressee)], now=heard.now)


def _on_step(kind: str) -> Reaction:
    def react(session: Session, message: told.AboutProjectProposal, heard: Heard) -> None:
        news = News(
            kind=kind,
            message_id=heard.id,
            facts=_facts(message.proposal, message.reason),
            host_id=message.proposal.host_id,
        )
        people = _people(session, message.proposal)
        tell_people(session, [(news, each) for each in people], now=heard.now)

    return react


def _people(session: Session, proposal: told.ProjectProposalState) -> list[Addressee]:
    """The overseer, and whoever wrote it if that is somebody else."""
    path, overseer = f"/events/proposals/{proposal.proposal_id}", proposal.overseer
    ids = {each for each in (overseer.person_id, proposal.proposed_by) if each is not None}
    people = addressees_of(session, sorted(ids), path=path)
    if overseer.person_id is None:
        key = fold_email(overseer.email)
        people = [each for each in people if fold_email(each.email) != key]
        addressee = Addressee(
            about_id=proposal.proposal_id,
            name=overseer.name,
            email=overseer.email,
            locale=overseer.locale,
            path=path,
        )
        people.insert(0, addressee)
    return people


REACTIONS: Final[Reactions] = {
    told.CoSponsorInvited: on_co_sponsor_invited,
    told.ProjectProposalReturned: _on_step("proposal_returned"),
    told.ProjectProposalEndorsed: _on_step("proposal_endorsed"),
    told.ProjectProposalApproved: _on_step("proposal_approved"),
    told.ProjectProposalDeclined: _on_step("proposal_declined"),
}
