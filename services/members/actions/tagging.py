"""What things of an alliance's talent are tagged with: its capabilities, by lineage."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.model import Organisation
from services.members.queries.capabilities import capabilities_of, latest_published
from services.members.queries.scopes import ancestors_of
from shared.foundation.failures import Conflict, Invalid


def alliance_above(session: Session, organisation_id: UUID) -> Organisation:
    """The alliance that the organisation belongs to. Raises Conflict where there is none."""
    ids = ancestors_of(session, organisation_id)
    query = select(Organisation).where(Organisation.id.in_(ids), Organisation.kind == "alliance")
    found = session.scalars(query.order_by(Organisation.id)).first()
    if found is None:
        raise Conflict("The organisation belongs to no alliance.")
    return found


def require_inside(
    session: Session, organisation_id: UUID, alliance_id: UUID, *, at: str
) -> Organisation:
    """The organisation, if it belongs to the alliance. Raises Invalid at that pointer."""
    found = session.get(Organisation, organisation_id)
    if found is None or alliance_id not in ancestors_of(session, found.id):
        raise Invalid.at(at, "It does not belong to the alliance.")
    return found


def checked_capabilities(session: Session, alliance_id: UUID, ids: Sequence[UUID]) -> list[str]:
    """The lineages as they are kept, once each.

    Raises Invalid for one that the edition that holds now does not have.
    """
    edition = latest_published(session, alliance_id)
    known = (
        {each.lineage_id for each in session.scalars(capabilities_of(edition.id))}
        if (edition)
        else set()
    )
    for at, each in enumerate(ids):
        if each not in known:
            raise Invalid.at(f"/capability_ids/{at}", "It is not of the edition that holds now.")
    return [str(each) for each in dict.fromkeys(ids)]
