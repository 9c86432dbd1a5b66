"""Imports and their rows as an asker may see them."""

from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from services.members.model import Import, ImportRow
from services.members.queries.demand import speaks_for
from services.members.queries.scopes import MANAGERS, managed, may_manage
from shared.foundation.failures import NotFound
from shared.foundation.identities import Asker


def imports_for(asker: Asker) -> Select[Import]:
    """Those of the organisations that the asker manages; of demand, where they speak for it."""
    query = select(Import).where(managed(Import.organisation_id, asker))
    grants = asker.identity.places(*MANAGERS) if asker.identity else []
    own = [each.organisation_id for each in grants]
    if None in own:
        return query
    return query.where(or_(Import.kind != "demand", Import.organisation_id.in_(own)))


def get_import(session: Session, import_id: UUID, asker: Asker) -> Import:
    """The import, for those who manage its organisation. Raises NotFound.

    One of demand is for those who speak for the organisation itself: see queries.demand.
    """
    found = session.get(Import, import_id)
    if (
        found is not None
        and may_manage(session, asker, found.organisation_id)
        and (found.kind != "demand" or speaks_for(asker, found.organisation_id))
    ):
        return found
    raise NotFound("There is no such import.")


def rows_of(import_id: UUID, *, verdict: str | None = None) -> Select[ImportRow]:
    """The import's rows."""
    query = select(ImportRow).where(ImportRow.import_id == import_id)
    return query.where(ImportRow.verdict == verdict) if verdict else query
