"""Custom fields and their values as an asker may see them.

A field belongs to the organisation that wants to know; it is asked of those below, and of itself.
Whoever manages an organisation fills in what is asked by those above their own place and below
it: never what another association asks of a member that both have.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from services.members.model import CustomField, CustomValue, Organisation
from services.members.queries.organisations import get_organisation
from services.members.queries.scopes import MANAGERS, ancestors_of, covers, holds, is_below, within
from shared.database import is_among
from shared.foundation.failures import Forbidden, NotFound
from shared.foundation.identities import Asker, Grant, Role


class Reach:
    """Which of the asker's grants have to do with the fields of an organisation."""

    def __init__(self, session: Session, asker: Asker):
        self._session, self._asker = session, asker
        self._grants = asker.identity.places(*MANAGERS) if asker.identity else []
        self._above: dict[UUID, set[UUID]] = {}

    def above(self, organisation_id: UUID) -> set[UUID]:
        """The organisation and all that it belongs to."""
        if organisation_id not in self._above:
            self._above[organisation_id] = ancestors_of(self._session, organisation_id)
        return self._above[organisation_id]

    def grants_to(self, owner_id: UUID) -> list[Grant]:
        """Those of a place below the owner, or that reach the owner."""
        return [each for each in self._grants if self._has_to_do(each, owner_id)]

    def _has_to_do(self, grant: Grant, owner_id: UUID) -> bool:
        place = grant.organisation_id
        if place is None or owner_id in self.above(place):
            return True
        return grant.subtree and place in self.above(owner_id)

    def manages(self, owner_id: UUID, organisation_id: UUID) -> bool:
        """Whether the asker fills in the owner's fields of that organisation."""
        return covers(self._session, self.grants_to(owner_id), organisation_id)

    def own_owners(self) -> set[UUID]:
        """The places of the asker's grants, and what is above them."""
        places = [each.organisation_id for each in self._grants if each.organisation_id]
        return {each for place in places for each in self.above(place)}

    @property
    def is_everywhere(self) -> bool:
        """Whether they manage all there is."""
        return any(each.organisation_id is None for each in self._grants)

    def asked_of(self, owner_id: UUID, ids: Sequence[UUID]) -> tuple[set[UUID], set[UUID]]:
        """Of these organisations, those whom the owner asks, and those that the asker fills in."""
        column = Organisation.id
        below = select(column).where(
            is_among(self._session, column, ids),
            or_(column == owner_id, is_below(column, owner_id)),
        )
        asked = set(self._session.scalars(below))
        grants = tuple(self.grants_to(owner_id))
        if not asked or not grants or self._asker.identity is None:
            return asked, set()
        narrowed = replace(self._asker, identity=replace(self._asker.identity, grants=grants))
        mine = select(column).where(
            is_among(self._session, column, asked), within(column, narrowed, *MANAGERS)
        )
        return asked, set(self._session.scalars(mine))


def get_definer(session: Session, organisation_id: UUID, asker: Asker) -> Organisation:
    """The organisation, for those who manage it with what is below it. Raises Forbidden."""
    found = get_organisation(session, organisation_id)
    if not holds(session, asker, Role.FOCAL_POINT, found.id, subtree=True):
        raise Forbidden("Only those who manage this organisation and what is below it may do this.")
    return found


def get_field(session: Session, field_id: UUID, asker: Asker) -> CustomField:
    """The field, for those who may define it. Raises NotFound."""
    found = session.get(CustomField, field_id)
    if found is not None and holds(
        session, asker, Role.FOCAL_POINT, found.organisation_id, subtree=True
    ):
        return found
    raise NotFound("There is no such field.")


def fields_of(organisation_id: UUID, *, with_archived: bool) -> Select[CustomField]:
    """What the organisation asks."""
    query = select(CustomField).where(CustomField.organisation_id == organisation_id)
    return query if with_archived else query.where(CustomField.archived_at.is_(None))


def named(fields: Iterable[CustomField]) -> dict[str, CustomField]:
    """name → field, in the order of forms: its key, or its id where several have the key."""
    ordered = sorted(fields, key=lambda each: (each.position, each.id))
    keys = [each.key for each in ordered]
    return {each.key if keys.count(each.key) == 1 else str(each.id): each for each in ordered}


def fields_of_line(
    session: Session, organisation_id: UUID, kind: str, *, with_archived: bool = False
) -> list[CustomField]:
    """What is asked of organisations of the kind, by the organisation and all above it."""
    query = select(CustomField).where(
        CustomField.organisation_id.in_(ancestors_of(session, organisation_id)),
        CustomField.kind == kind,
    )
    if not with_archived:
        query = query.where(CustomField.archived_at.is_(None))
    return list(session.scalars(query))


def fields_to_fill(session: Session, organisation: Organisation, asker: Asker) -> list[CustomField]:
    """What the asker fills in for the organisation."""
    reach = Reach(session, asker)
    found = fields_of_line(session, organisation.id, organisation.kind)
    return [each for each in found if reach.manages(each.organisation_id, organisation.id)]


def fields_of_members(
    session: Session, host: Organisation, kind: str, asker: Asker
) -> list[CustomField]:
    """What the asker fills in for a new member of the host."""
    reach = Reach(session, asker)
    found = fields_of_line(session, host.id, kind)
    return [each for each in found if reach.manages(each.organisation_id, host.id)]


def fields_of_new(
    session: Session, kind: str, asker: Asker
) -> tuple[list[CustomField], list[CustomField]]:
    """What the asker may fill in for one that belongs nowhere yet, and what they have to."""
    reach = Reach(session, asker)
    query = select(CustomField).where(CustomField.kind == kind, CustomField.archived_at.is_(None))
    own = reach.own_owners()
    if not reach.is_everywhere:
        query = query.where(CustomField.organisation_id.in_(own))
    found = list(session.scalars(query))
    return found, [each for each in found if each.is_required and each.organisation_id in own]


def contents_of(
    session: Session, field_ids: Iterable[UUID], organisation_id: UUID
) -> dict[UUID, list[Any]]:
    """field id → what the organisation has in it."""
    query = select(CustomValue).where(
        CustomValue.organisation_id == organisation_id, CustomValue.field_id.in_(list(field_ids))
    )
    return {each.field_id: each.content for each in session.scalars(query)}


def visible_values(
    session: Session, ids: Sequence[UUID], asker: Asker
) -> dict[UUID, list[tuple[CustomField, list[Any]]]]:
    """organisation id → what the asker sees: the fields that have a value, and their contents.

    What is archived is seen by those who manage the organisation.
    """
    query = (
        select(CustomValue, CustomField, Organisation.kind)
        .join(CustomField, CustomField.id == CustomValue.field_id)
        .join(Organisation, Organisation.id == CustomValue.organisation_id)
        .where(is_among(session, CustomValue.organisation_id, ids))
    )
    rows = [row for row in session.execute(query) if row[1].kind == row[2]]
    reach = Reach(session, asker)
    scopes = {
        owner: reach.asked_of(owner, ids) for owner in {row[1].organisation_id for row in rows}
    }
    found: dict[UUID, list[tuple[CustomField, list[Any]]]] = {}
    for value, field, _ in rows:
        asked, mine = scopes[field.organisation_id]
        is_open = field.audience == "everyone" and field.archived_at is None
        if value.organisation_id in (asked if is_open else mine):
            found.setdefault(value.organisation_id, []).append((field, value.content))
    return found


def shown_fields(session: Session, asker: Asker) -> list[CustomField]:
    """What the asker may find values of in lists: of everyone's, and of their own line."""
    query = select(CustomField).where(CustomField.archived_at.is_(None))
    reach = Reach(session, asker)
    order = (CustomField.organisation_id, CustomField.position, CustomField.id)
    return [
        each
        for each in session.scalars(query.order_by(*order))
        if each.audience == "everyone" or reach.grants_to(each.organisation_id)
    ]
