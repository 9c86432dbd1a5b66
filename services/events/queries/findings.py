"""Findings and recommendations as an asker may see them.

Everyone who sees the workshop reads what is published. Who follows a recommendation up, besides
the organizers, are those whom it is addressed to and its owner.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, func, or_, select
from sqlalchemy.orm import Session

from services.events.model import Finding, Registration, Speaker, Transition, Workshop
from services.events.model.finding import OPEN
from services.events.queries.copies import names_of
from services.events.queries.proposals import names_of_people
from services.events.queries.scopes import ORGANIZERS, may_organize, may_speak_for, within
from services.events.queries.workshops import get_workshop
from shared.database import plain_row
from shared.foundation.failures import Forbidden, NotFound
from shared.foundation.identities import Asker, Role
from shared.foundation.languages import ENGLISH, TRADITIONAL_CHINESE, Text, in_language
from shared.foundation.sheets import Sheet
from shared.foundation.sheets import as_is as _

NO_FINDING: Final = _("There is no such finding.")
FOLLOWERS: Final = (Role.FOCAL_POINT, *ORGANIZERS)
MOST_PEOPLE: Final = 300


def findings_of(session: Session, workshop: Workshop, asker: Asker) -> Select[Finding]:
    """The workshop's: all for its organizers, the published ones for everyone else."""
    query = select(Finding).where(Finding.workshop_id == workshop.id)
    if may_organize(session, asker, workshop.host_id):
        return query
    return query.where(Finding.state != "draft")


def count_published(session: Session, workshop_id: UUID) -> int:
    """How many everyone can read."""
    query = select(func.count()).where(Finding.workshop_id == workshop_id, Finding.state != "draft")
    return session.scalar(query) or 0


def get_finding(session: Session, finding_id: UUID, asker: Asker) -> tuple[Finding, Workshop]:
    """For its followers, and once it is published for everyone who sees the workshop.

    Raises NotFound.
    """
    found = session.get(Finding, finding_id)
    if found is None:
        raise NotFound(NO_FINDING)
    workshop = session.get_one(Workshop, found.workshop_id)
    if may_organize(session, asker, workshop.host_id):
        return found, workshop
    if found.state == "draft":
        raise NotFound(NO_FINDING)
    if not is_addressee(session, found, asker):
        try:
            get_workshop(session, workshop.id, asker)
        except NotFound:
            raise NotFound(NO_FINDING) from None
    return found, workshop


def get_organized_finding(
    session: Session, finding_id: UUID, asker: Asker
) -> tuple[Finding, Workshop]:
    """For the organizers. Raises NotFound, or Forbidden where it is seen."""
    found, workshop = get_finding(session, finding_id, asker)
    if not may_organize(session, asker, workshop.host_id):
        raise Forbidden("Only the organizers of this workshop may do this.")
    return found, workshop


def get_followed(session: Session, finding_id: UUID, asker: Asker) -> tuple[Finding, Workshop]:
    """For those who follow it up. Raises NotFound, or Forbidden where it is seen."""
    found, workshop = get_finding(session, finding_id, asker)
    if not is_follower(session, found, workshop, asker):
        raise Forbidden("Only the organizers and those whom it is addressed to can do this.")
    return found, workshop


def is_addressee(session: Session, found: Finding, asker: Asker) -> bool:
    """Whether it is addressed to the asker or their body, or is theirs to follow up."""
    if asker.person_id is not None and asker.person_id in (found.person_id, found.owner_id):
        return True
    body_id = found.organisation_id
    if body_id is None:
        return False
    return may_speak_for(session, asker, body_id) or may_organize(session, asker, body_id)


def is_follower(session: Session, found: Finding, workshop: Workshop, asker: Asker) -> bool:
    """Whether the asker can take it a step further, and reads its notes."""
    is_organizer = may_organize(session, asker, workshop.host_id)
    return is_organizer or is_addressee(session, found, asker)


def recommendations_for(asker: Asker) -> Select[Finding]:
    """Published recommendations to the asker or their bodies, or theirs to follow up."""
    mine: ColumnElement[bool] = false()
    if asker.person_id is not None:
        mine = or_(Finding.person_id == asker.person_id, Finding.owner_id == asker.person_id)
    return select(Finding).where(
        Finding.kind == "recommendation",
        Finding.state != "draft",
        or_(mine, within(Finding.organisation_id, asker, *FOLLOWERS)),
    )


def open_recommendations_for(asker: Asker) -> Select[Finding]:
    """Those of them for which something is still to be done."""
    return recommendations_for(asker).where(Finding.state.in_(OPEN))


def steps_of(found: Finding) -> Select[Transition]:
    """What happened to it, in no order yet."""
    return select(Transition).where(Transition.subject_id == found.id)


def addressees_of(
    session: Session, rows: Sequence[Finding], *, with_people: bool
) -> dict[UUID, Text]:
    """finding id → whom it is addressed to; people only where they may be named."""
    bodies = names_of(session, {row.organisation_id for row in rows if row.organisation_id})
    ids = [row.person_id for row in rows] if with_people else []
    people = {
        language: names_of_people(session, ids, language=language)
        for language in (ENGLISH, TRADITIONAL_CHINESE)
    }

    def of(row: Finding) -> Text:
        if row.organisation_id is not None:
            return bodies.get(row.organisation_id, {})
        if row.person_id is not None:
            return {
                tag: found[row.person_id] for tag, found in people.items() if row.person_id in found
            }
        return row.addressed_to

    return {row.id: of(row) for row in rows}


def people_to_choose(session: Session, workshop: Workshop) -> set[UUID]:
    """The people known by an account or record who speak or are registered at the workshop."""
    speakers = select(Speaker.person_id).where(Speaker.workshop_id == workshop.id)
    here = select(Registration.person_id).where(Registration.workshop_id == workshop.id)
    found: set[UUID] = set()
    for query in (speakers, here):
        found |= {each for each in session.scalars(query.limit(MOST_PEOPLE)) if each}
    return found


def findings_sheet(*, with_people: bool = True) -> Sheet:
    """One row a finding or recommendation."""
    headings = (
        *(_("Workshop"), _("Kind"), _("Text"), _("Text (Chinese)"), _("Addressed to"), _("State")),
        *(_("Follows it up"), _("Review on"), _("Written at"), _("ID")),
    )

    def cells(session: Session, rows: Sequence[Finding]) -> Iterable[Sequence[Any]]:
        addressed = addressees_of(session, rows, with_people=with_people)
        owners = [row.owner_id for row in rows] if with_people else []
        names = names_of_people(session, owners, language=ENGLISH)
        ids = {row.workshop_id for row in rows}
        query = select(Workshop.id, Workshop.titles).where(Workshop.id.in_(ids))
        titles = {each.id: each.titles for each in session.execute(query)}
        for row in rows:
            yield [
                in_language(titles[row.workshop_id], ENGLISH),
                row.kind,
                in_language(row.texts, ENGLISH),
                row.texts.get(TRADITIONAL_CHINESE),
                in_language(addressed[row.id], ENGLISH),
                row.state,
                names.get(row.owner_id) if row.owner_id else None,
                row.review_on,
                row.created_at,
                str(row.id),
            ]

    return Sheet(_("findings"), headings, cells)


def finding_sections(
    session: Session, person_id: UUID
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """(section, rows): recommendations to the person or theirs to follow up, what they wrote."""
    mine = or_(Finding.person_id == person_id, Finding.owner_id == person_id)
    for section, which in (
        ("recommendations", mine),
        ("findings_written", Finding.written_by == person_id),
    ):
        found = session.scalars(select(Finding).where(which).order_by(Finding.id))
        yield section, [_own_row(row, person_id) for row in found]


def _own_row(row: Finding, person_id: UUID) -> dict[str, Any]:
    """Without the ids of other people."""
    people = ("person_id", "owner_id", "written_by")
    others = {name for name in people if getattr(row, name) != person_id}
    return plain_row(row, frozenset(others))
