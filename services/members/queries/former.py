"""Who was with the asker's organisations until lately, and is nowhere now.

Whoever ends a place by a slip can still find the person and mend it, merge them or erase them on
their wish. Nobody sees in this way who works or holds an office anywhere, nor who has an account:
what they write of themselves since is not their last office's.
"""

from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, exists, or_, select, union_all
from sqlalchemy.orm import aliased

from services.members.model import Affiliation, Appointment, Person
from services.members.queries.scopes import MANAGERS, within
from services.members.queries.searching import holds_word
from shared.foundation.identities import Asker
from shared.foundation.names import words_of

FORMER_DAYS: Final = 90
"""How long after its last day the last organisation still sees a person."""


def _left(asker: Asker, kind: type[Any], today: date) -> Select[Any]:
    """Ids of those whose last place, of this kind, was with the asker."""
    later = []
    for other in (aliased(Affiliation), aliased(Appointment)):
        is_later = or_(other.is_live_on(today), other.ends_on > kind.ends_on)
        later.append(exists().where(other.person_id == kind.person_id, is_later))
    return select(kind.person_id).where(
        kind.ends_on >= today - timedelta(days=FORMER_DAYS),
        ~kind.is_live_on(today),
        within(kind.organisation_id, asker, *MANAGERS),
        *(~each for each in later),
    )


def _ids(asker: Asker, today: date) -> CompoundSelect[Any]:
    return union_all(*(_left(asker, kind, today) for kind in (Affiliation, Appointment)))


def was_here(asker: Asker, *, today: date) -> ColumnElement[bool]:
    """Of the people asked for one by one: those who left the asker's organisations lately."""
    reached = (
        exists(_left(asker, kind, today).where(kind.person_id == Person.id))
        for kind in (Affiliation, Appointment)
    )
    return and_(Person.has_account.is_(False), or_(*reached))


def former_people(asker: Asker, *, today: date, words: str | None = None) -> Select[Person]:
    """All of those, for a list. words: each is contained in a name, folded."""
    return select(Person).where(
        Person.is_there(),
        Person.has_account.is_(False),
        Person.id.in_(_ids(asker, today)),
        *(holds_word(Person.search_key, each, by_index=False) for each in words_of(words)),
    )
