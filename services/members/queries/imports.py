"""Imports and their rows as an asker may see them."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from services.members.model import Import, ImportRow
from services.members.queries.demand import speaks_for
from services.members.queries.scopes import managed, may_manage
from shared.foundation.failures import NotFound
from shared.foundation.identities import Asker

"""How long an import that nobody applies is kept, and the cells of one that was."""


def imports_for(asker: Asker) -> Select[Import]:
    """Those of the organisations that the asker manages."""
    return select(Import).where(managed(Import.organisation_id, asker))


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
