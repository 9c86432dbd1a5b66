"""The list of people with its filters: the same by API, on its page, and in files."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.orm import Session

from services.members.model import Person
from services.members.queries.former import former_people
from services.members.queries.people import people_for, placed_at
from services.members.queries.people_of_many import people_for_many, reaches_many
from services.members.queries.scopes import READERS
from services.members.queries.searching import SortColumn, order_of
from shared.foundation.identities import Asker
from shared.foundation.names import fold_email, words_of


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Filters; None: any. words: of a name. organisation_id, role: where they work or hold it.

    is_former: those instead who left lately and are nowhere now.
    """

    words: str | None = None
    email: str | None = None
    economy: str | None = None
    organisation_id: UUID | None = None
    role: str | None = None
    is_former: bool = False


def people_listed(
    session: Session, asker: Asker, wanted: Wanted, *, today: date, is_descending: bool = False
) -> Select[Person]:
    """The people whom the asker may see and who are wanted: read by a page at a time.

    is_descending: how the reader sorts the names.
    """
    if wanted.is_former:
        query = former_people(asker, today=today, words=wanted.words)
    elif reaches_many(session, asker):
        query = people_for_many(asker, today=today, words=wanted.words, is_descending=is_descending)
    else:
        query = people_for(asker, today=today, words=wanted.words)
    if wanted.email:
        query = query.where(Person.email_key == fold_email(wanted.email))
    if wanted.economy:
        query = query.where(Person.economy == wanted.economy)
    if wanted.organisation_id or wanted.role:
        query = placed_at(
            query,
            asker,
            today=today,
            organisation_id=wanted.organisation_id,
            role=wanted.role,
        )
    return query


def names_in_order(
    session: Session, asker: Asker, wanted: Wanted, *, is_descending: bool = False
) -> SortColumn:
    """What such a list is sorted by; for whoever sees everybody, by how a search is fastest."""
    grants = asker.identity.places(*READERS) if asker.identity else []
    if wanted.is_former or all(grant.organisation_id is not None for grant in grants):
        return Person.sort_key
    return order_of(session, Person, words_of(wanted.words), is_descending=is_descending)
