"""Powers: by which grant, and for which organisation, somebody did what they did."""

from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.actions.auditing.doings import Doing
from services.members.model import Affiliation, Appointment, RoleGrant
from services.members.queries.scopes import MANAGERS, ancestors_of
from shared.foundation.identities import Grant, Identity

NONE: dict[str, Any] = {"acting_role": None, "acting_for": None, "grant_id": None}


class Powers:
    """Those of whoever does the work of one transaction.

    acts_for: the organisation that work without an identity, as a worker's, is done for.
    """

    def __init__(self, session: Session, identity: Identity | None, acts_for: UUID | None):
        self.session, self.identity, self.acts_for = session, identity, acts_for
        self._above: dict[UUID, set[UUID]] = {}
        self._ids: dict[Grant, UUID | None] = {}

    @cached_property
    def _held(self) -> list[Grant]:
        """The narrowest first."""
        held = self.identity.places(*MANAGERS) if self.identity else []
        return sorted(held, key=lambda grant: grant.organisation_id is None)

    def used_by(self, actor: str, doing: Doing) -> dict[str, Any]:
        """The entry's columns: none for what people do of their own, or anybody may."""
        if self.identity is None:
            return NONE | {"acting_for": self.acts_for}
        if actor != str(self.identity.person_id) or str(doing.person_id) == actor:
            return NONE
        grant = self._reaching(doing) if self._held else None
        if grant is None:
            return NONE
        return {
            "acting_role": grant.role.value,
            "acting_for": grant.organisation_id,
            "grant_id": self._id_of(grant),
        }

    def _reaching(self, doing: Doing) -> Grant | None:
        places = self._places(doing)
        for grant in self._held:
            if grant.organisation_id is None or grant.organisation_id in places:
                return grant
            if grant.subtree and any(grant.organisation_id in self._over(each) for each in places):
                return grant
        return None

    def _places(self, doing: Doing) -> set[UUID]:
        places = {each for each in (doing.organisation_id, doing.counterpart_id) if each}
        if places or doing.person_id is None:
            return places
        for kind in (Affiliation, Appointment):
            query = select(kind.organisation_id).where(kind.person_id == doing.person_id)
            places |= set(self.session.scalars(query))
        return places

    def _over(self, organisation_id: UUID) -> set[UUID]:
        if organisation_id not in self._above:
            self._above[organisation_id] = ancestors_of(self.session, organisation_id)
        return self._above[organisation_id]

    def _id_of(self, grant: Grant) -> UUID | None:
        if self.identity is not None and grant not in self._ids:
            query = select(RoleGrant.id).where(
                RoleGrant.person_id == self.identity.person_id,
                RoleGrant.role == grant.role.value,
                RoleGrant.organisation_id == grant.organisation_id
                if grant.organisation_id
                else RoleGrant.organisation_id.is_(None),
                RoleGrant.revoked_at.is_(None),
            )
            self._ids[grant] = self.session.scalars(query.order_by(RoleGrant.id.desc())).first()
        return self._ids[grant]
