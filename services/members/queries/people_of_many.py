"""People as somebody sees them who reaches many organisations: asked for each person found.

The list of all whom they reach would take longer than a page of it.
"""

from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, Select, Subquery, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from services.members.model import Affiliation, Appointment, Person
from services.members.queries.people import own_unplaced
from services.members.queries.scopes import READERS, below, is_above_by_walking
from services.members.queries.searching import holds_word
from shared.foundation.identities import Asker
from shared.foundation.names import words_of

MANY: Final = 2000


def reaches_many(session: Session, asker: Asker) -> bool:
    """Whether the asker's subtrees have more organisations than one would list for each read."""
    grants = asker.identity.places(*READERS) if asker.identity else []
    wide = [g.organisation_id for g in grants if g.organisation_id and g.subtree]
    if not wide or any(grant.organisation_id is None for grant in grants):
        return False
    some = below(wide).limit(MANY).subquery()
    return session.scalar(select(func.count()).select_from(some)) == MANY


def _walked(asker: Asker, today: date) -> ColumnElement[bool]:
    """Who is reached, asked for each person: for those who reach many of all."""
    grants = asker.identity.places(*READERS) if asker.identity else []
    own = [g.organisation_id for g in grants if g.organisation_id]
    wide = [g.organisation_id for g in grants if g.organisation_id and g.subtree]
    places = []
    for kind in (Affiliation, Appointment):
        place = kind.__table__.c.organisation_id
        is_reached = or_(place.in_(own), is_above_by_walking(place, wide))
        reaching = select(kind.person_id).where(
            kind.person_id == Person.id, kind.is_live_on(today), is_reached
        )
        # The offset keeps PostgreSQL from asking for everybody at once instead.
        places.append(exists(reaching.offset(0)))
    reached = or_(Person.id == asker.person_id, *places, own_unplaced(asker))
    return and_(Person.is_there(), reached)


def people_for_many(
    asker: Asker, *, today: date, words: str | None = None, is_descending: bool = False
) -> Select[Person]:
    """As `people_for`, of an asker of whom `reaches_many` is true: read by a page at a time.

    is_descending: how the reader sorts the names.
    """
    query, wanted = select(Person).where(_walked(asker, today)), words_of(words)
    if not wanted:
        return query
    named = _named_in_order(wanted, is_descending=is_descending)
    return query.join(named, and_(named.c.id == Person.id, named.c.sort_key == Person.sort_key))


def _named_in_order(words: list[str], *, is_descending: bool) -> Subquery:
    """Who has such a name. Its order, and the offset that keeps it apart, make PostgreSQL ask
    from the first name on whether the asker reaches it, and end with the page."""
    keys = [each.desc() if is_descending else each for each in (Person.sort_key, Person.id)]
    query = select(Person.id, Person.sort_key).where(
        Person.is_there(), *(holds_word(Person.search_key, each) for each in words)
    )
    return query.order_by(*keys).offset(0).subquery()
