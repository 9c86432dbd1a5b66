"""Groups as an asker may see them: their contact, their body, the organizers."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from services.events.model import Registration, RegistrationGroup, Transition, Workshop
from services.events.model.link import find_link
from services.events.queries.scopes import may_organize, may_speak_for
from shared.foundation.failures import Forbidden, NotFound
from shared.foundation.identities import Asker


@dataclass(frozen=True)
class GroupStanding:
    """A group and its people, in the order of the list."""

    group: RegistrationGroup
    people: Sequence[Registration]

    @property
    def counts(self) -> dict[str, int]:
        """state → how many of them are in it."""
        found: dict[str, int] = {}
        for each in self.people:
            found[each.state] = found.get(each.state, 0) + 1
        return found

    @property
    def first_waiting(self) -> Registration | None:
        """Whose place in line is the group's."""
        waiting = [each for each in self.people if each.queue_number is not None]
        return min(waiting, key=lambda each: each.queue_number or 0, default=None)


def groups_of(workshop: Workshop) -> Select[RegistrationGroup]:
    """The workshop's groups, in no order yet; for its organizers."""
    return select(RegistrationGroup).where(RegistrationGroup.workshop_id == workshop.id)


def standings_of(session: Session, groups: Sequence[RegistrationGroup]) -> list[GroupStanding]:
    """The groups in their order with their people, by one query."""
    ids = [each.id for each in groups]
    query = select(Registration).where(Registration.group_id.in_(ids)).order_by(Registration.id)
    people: dict[UUID | None, list[Registration]] = {}
    for each in session.scalars(query):
        people.setdefault(each.group_id, []).append(each)
    return [GroupStanding(each, people.get(each.id, [])) for each in groups]


def get_organized_group(
    session: Session, group_id: UUID, asker: Asker
) -> tuple[RegistrationGroup, Workshop]:
    """The group, for the organizers. Raises NotFound, or Forbidden where it is seen."""
    found = get_group(session, group_id, asker)
    workshop = session.get_one(Workshop, found.workshop_id)
    if not may_organize(session, asker, workshop.host_id):
        raise Forbidden("Only the organizers of this workshop may do this.")
    return found, workshop


def history_of_group(session: Session, group: RegistrationGroup) -> list[Transition]:
    """What organizers changed of its contact, oldest first."""
    query = select(Transition).where(
        Transition.subject == RegistrationGroup.__tablename__, Transition.subject_id == group.id
    )
    return list(session.scalars(query.order_by(Transition.number)))


def is_contact(group: RegistrationGroup, asker: Asker) -> bool:
    """Whether the asker registered the group, by account or by link."""
    link = find_link(asker.link)
    if link is not None:
        return link.opens("group", group.id, group.secret)
    return asker.person_id is not None and asker.person_id == group.person_id


def get_own_group(session: Session, group_id: UUID, asker: Asker) -> RegistrationGroup:
    """The group, for its contact alone. Raises NotFound, or Forbidden where it is seen."""
    found = get_group(session, group_id, asker)
    if not is_contact(found, asker):
        raise Forbidden("Only the contact of the group can answer.")
    return found


def get_group(session: Session, group_id: UUID, asker: Asker) -> RegistrationGroup:
    """The group, for its contact, its body's focal points and the organizers. Raises NotFound."""
    found = session.get(RegistrationGroup, group_id)
    if found is not None and (is_contact(found, asker) or _may_look_after(session, found, asker)):
        return found
    raise NotFound("There is no such group.")


def _may_look_after(session: Session, found: RegistrationGroup, asker: Asker) -> bool:
    if found.organisation_id is not None and may_speak_for(session, asker, found.organisation_id):
        return True
    workshop = session.get_one(Workshop, found.workshop_id)
    return may_organize(session, asker, workshop.host_id)


def find_together(session: Session, registration: Registration) -> RegistrationGroup | None:
    """The group that the person comes with or not at all."""
    if registration.group_id is None:
        return None
    found = session.get(RegistrationGroup, registration.group_id)
    return found if found is not None and found.is_together else None
