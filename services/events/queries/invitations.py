"""Invitations to register, as the invited person by link and the organizers may see them."""

from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from services.events.model import Registration, Workshop, WorkshopInvitation
from services.events.model.link import find_link
from services.events.queries.scopes import may_organize
from shared.foundation.failures import Forbidden, NotFound
from shared.foundation.identities import Asker
from shared.foundation.sheets import Sheet
from shared.foundation.sheets import as_is as _

MOST_LINES: Final = 500


def invitations_of(workshop: Workshop) -> Select[WorkshopInvitation]:
    """The workshop's, for its organizers."""
    return select(WorkshopInvitation).where(WorkshopInvitation.workshop_id == workshop.id)


def count_by_state(session: Session, workshop: Workshop) -> dict[str, int]:
    """state → how many, of those that there are."""
    query = select(WorkshopInvitation.state, func.count()).where(
        WorkshopInvitation.workshop_id == workshop.id
    )
    found = session.execute(query.group_by(WorkshopInvitation.state))
    return {row.state: row[1] for row in found}


def get_invitation(
    session: Session, invitation_id: UUID, asker: Asker
) -> tuple[WorkshopInvitation, Workshop]:
    """For the invited person and the organizers. Raises NotFound."""
    found = session.get(WorkshopInvitation, invitation_id)
    if found is not None:
        workshop = session.get_one(Workshop, found.workshop_id)
        if is_invitee(found, asker) or may_organize(session, asker, workshop.host_id):
            return found, workshop
    raise NotFound("There is no such invitation.")


def is_invitee(found: WorkshopInvitation, asker: Asker) -> bool:
    """Whether the asker is the person who was invited, by account or by link."""
    link = find_link(asker.link)
    if link is not None:
        return link.opens("invitation", found.id, found.secret)
    return asker.person_id is not None and asker.person_id == found.person_id


def get_own_invitation(
    session: Session, invitation_id: UUID, asker: Asker
) -> tuple[WorkshopInvitation, Workshop]:
    """For the invited person alone. Raises NotFound, or Forbidden where it is seen."""
    found, workshop = get_invitation(session, invitation_id, asker)
    if not is_invitee(found, asker):
        raise Forbidden("Only the invited person can answer.")
    return found, workshop


def get_organized_invitation(
    session: Session, invitation_id: UUID, asker: Asker
) -> tuple[WorkshopInvitation, Workshop]:
    """For the organizers. Raises NotFound, or Forbidden where it is seen."""
    found, workshop = get_invitation(session, invitation_id, asker)
    if not may_organize(session, asker, workshop.host_id):
        raise Forbidden("Only the organizers of this workshop may do this.")
    return found, workshop


def earlier_workshops(session: Session, workshop: Workshop) -> list[Workshop]:
    """Of the same host, whose people could be invited, latest first."""
    query = select(Workshop).where(
        Workshop.host_id == workshop.host_id,
        Workshop.id != workshop.id,
        Workshop.starts_at < workshop.starts_at,
        Workshop.state != "draft",
    )
    return list(session.scalars(query.order_by(Workshop.starts_at.desc()).limit(50)))


def lines_of(session: Session, workshop: Workshop) -> str:
    """Who had a seat there, a line each, as one would paste them."""
    query = select(Registration.name, Registration.email).where(
        Registration.workshop_id == workshop.id,
        Registration.state.in_(("confirmed", "attended")),
        Registration.email.not_like("%.invalid"),
    )
    found = session.execute(query.order_by(Registration.name_key).limit(MOST_LINES))
    return "\n".join(f"{name} <{email}>" for name, email in found)


def invitations_sheet() -> Sheet:
    """One row an invitation."""
    headings = (
        *(_("Name"), _("Mail address"), _("Language of mails"), _("State"), _("Expires at")),
        *(_("Invited at"), _("ID")),
    )

    def cells(_session: Session, rows: Sequence[WorkshopInvitation]) -> Iterable[Sequence[Any]]:
        for row in rows:
            yield [
                row.name,
                row.email,
                row.locale,
                row.state,
                row.expires_at,
                row.created_at,
                str(row.id),
            ]

    return Sheet(_("invitations"), headings, cells)
