"""Groups as an asker may see them: their contact, their body, the organizers."""

from uuid import UUID

from sqlalchemy.orm import Session

from services.events.model import Registration, RegistrationGroup, Workshop
from services.events.model.link import find_link
from services.events.queries.scopes import may_organize, may_speak_for
from shared.foundation.failures import Forbidden, NotFound
from shared.foundation.identities import Asker


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
