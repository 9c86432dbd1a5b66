"""Merges of people as an asker may see them."""

from datetime import date
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from services.members.model import Merge
from services.members.queries.people import get_managed_person
from shared.foundation.failures import NotFound
from shared.foundation.identities import Asker, Role


def merges_into(person_id: UUID, asker: Asker) -> Select[Merge]:
    """What was merged into the person and is not undone: by the asker; operators see all."""
    query = select(Merge).where(Merge.kept_id == person_id, Merge.undone_at.is_(None))
    return query if asker.has(Role.OPERATOR) else query.where(Merge.merged_by == asker.name)


def get_merge(session: Session, merge_id: UUID, asker: Asker, *, today: date) -> Merge:
    """The merge, for whoever made it and still manages the person, and operators.

    Raises NotFound; another's merge may tell of places that are not the asker's.
    """
    found = session.get(Merge, merge_id)
    if found is None or not (asker.has(Role.OPERATOR) or found.merged_by == asker.name):
        raise NotFound("There is no such merge.")
    get_managed_person(session, found.kept_id, asker, today=today)
    return found
