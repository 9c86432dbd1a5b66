"""Organisations' own words, who may see and change them, and their versions."""

from typing import Final
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from services.notifications.model import OrganisationCopy, Template, TemplateVersion
from services.notifications.queries.places import MOST_CHOICES
from services.notifications.queries.scopes import ORGANIZERS, covers, within
from shared.foundation.failures import Forbidden, Invalid, NotFound
from shared.foundation.identities import Asker

MOST_SHOWN: Final = 40


def templates_for(asker: Asker, *, organisation_id: UUID | None = None) -> Select[Template]:
    """Those in use, of organisations that the asker organizes for."""
    query = select(Template).where(
        Template.is_used, within(Template.organisation_id, asker, *ORGANIZERS)
    )
    return query.where(Template.organisation_id == organisation_id) if organisation_id else query


def get_template(
    session: Session, template_id: UUID, asker: Asker, *, to_change: bool = False
) -> Template:
    """One that the asker may see; locked where it is to change. Raises NotFound."""
    query = templates_for(asker).where(Template.id == template_id)
    if to_change:
        query = query.with_for_update(of=Template)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("There is no such template.")
    return found


def find_template(session: Session, organisation_id: UUID, kind: str) -> Template | None:
    """The organisation's own words of a kind, where it uses any."""
    query = select(Template).where(
        Template.organisation_id == organisation_id, Template.kind == kind, Template.is_used
    )
    return session.scalars(query).one_or_none()


def require_writer(session: Session, organisation_id: UUID, asker: Asker) -> None:
    """Raise Invalid for no organisation, Forbidden where the asker does not organize for it."""
    if session.get(OrganisationCopy, organisation_id) is None:
        raise Invalid.at("/organisation_id", "There is no such organisation.")
    if not covers(session, asker, organisation_id, *ORGANIZERS):
        raise Forbidden("You don't organize for this organisation.")


def versions_of(template: Template) -> Select[TemplateVersion]:
    """Every version of every language."""
    return select(TemplateVersion).where(TemplateVersion.template_id == template.id)


def newest_of(session: Session, template: Template) -> list[TemplateVersion]:
    """The last versions, newest first."""
    newest = (TemplateVersion.created_at.desc(), TemplateVersion.number.desc())
    query = versions_of(template).order_by(*newest, TemplateVersion.locale)
    return list(session.scalars(query.limit(MOST_SHOWN)))


def organized_by(session: Session, asker: Asker) -> list[OrganisationCopy]:
    """Those that the asker's grants name; of an operator's all, the alliances and associations."""
    grants = asker.identity.places(*ORGANIZERS) if asker.identity else []
    query = select(OrganisationCopy)
    if any(grant.organisation_id is None for grant in grants):
        query = query.where(OrganisationCopy.kind.in_(("alliance", "association", "agency")))
    else:
        query = query.where(OrganisationCopy.id.in_([each.organisation_id for each in grants]))
    return list(session.scalars(query.order_by(OrganisationCopy.id).limit(MOST_CHOICES)))
