"""The lists of one workshop as tables: its roster and its nominations."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.events.model import (
    CheckIn,
    CheckInList,
    Nomination,
    Registration,
    RegistrationGroup,
    Workshop,
)
from services.events.model.erased import known_address
from services.events.model.form import Question, label_of, shown_answer
from services.events.queries.certificates import get_rule
from services.events.queries.certificates import standings_of as certificate_standings_of
from services.events.queries.copies import names_of
from services.events.queries.groups import standings_of
from shared.foundation.languages import both_languages, in_language
from shared.foundation.sheets import Sheet
from shared.foundation.sheets import as_is as _


def roster_sheet(asked: Sequence[Question], *, language: str) -> Sheet:
    """Who is registered; a column for each question that was ever asked, in that language."""
    questions = {each["key"]: each for each in asked if not each.get("counts_as")}
    headings = (
        *(_("Name"), _("Mail address"), _("Organisation"), _("Organisation (Chinese)")),
        *(_("State"), _("Language"), _("Registered at"), _("ID")),
        *(label_of(each, language) for each in questions.values()),
    )

    def cells(session: Session, rows: Sequence[Registration]) -> Iterable[Sequence[Any]]:
        names = names_of(session, {row.organisation_id for row in rows if row.organisation_id})
        for row in rows:
            yield [
                row.name,
                known_address(row.email),
                *both_languages(names.get(row.organisation_id) if row.organisation_id else None),
                row.state,
                row.locale,
                row.created_at,
                str(row.id),
                *(
                    shown_answer(each, row.answers.get(key), language)
                    for key, each in questions.items()
                ),
            ]

    return Sheet(_("registrations"), headings, cells)


def nominations_sheet() -> Sheet:
    """Whom the bodies named."""
    headings = (
        *(_("Name"), _("Mail address"), _("Telephone")),
        *(_("Organisation"), _("Organisation (Chinese)"), _("Role"), _("Capacity")),
        *(_("State"), _("Answer until"), _("Nominated at"), _("ID")),
    )

    def cells(session: Session, rows: Sequence[Nomination]) -> Iterable[Sequence[Any]]:
        names = names_of(session, {row.organisation_id for row in rows})
        for row in rows:
            yield [
                row.name,
                known_address(row.email),
                row.phone,
                *both_languages(names.get(row.organisation_id)),
                row.role,
                row.capacity,
                row.state,
                row.confirm_by,
                row.created_at,
                str(row.id),
            ]

    return Sheet(_("nominations"), headings, cells)


def scans_sheet(*, language: str) -> Sheet:
    """Every scan at the doors, the refused ones too."""
    headings = (
        *(_("Name"), _("List"), _("Direction"), _("Verdict"), _("Reason")),
        *(_("Scanned at"), _("Received at"), _("Scanned by"), _("ID")),
    )

    def cells(session: Session, rows: Sequence[CheckIn]) -> Iterable[Sequence[Any]]:
        for row in rows:
            whose = session.get(Registration, row.registration_id) if row.registration_id else None
            entered = session.get(CheckInList, row.list_id) if row.list_id else None
            yield [
                whose.name if whose else None,
                in_language(entered.titles, language) if entered else None,
                row.direction,
                row.verdict,
                row.reason,
                row.scanned_at,
                row.received_at,
                row.actor,
                row.scan_id,
            ]

    return Sheet(_("scans"), headings, cells)


def standings_sheet(workshop_id: UUID, *, now: datetime) -> Sheet:
    """Who has earned a certificate, and what the others lack."""
    headings = (
        *(_("Name"), _("Mail address"), _("Hours"), _("Hours needed"), _("Score")),
        *(_("Earned"), _("Missing"), _("Certificate"), _("ID")),
    )

    def cells(session: Session, rows: Sequence[Registration]) -> Iterable[Sequence[Any]]:
        workshop = session.get_one(Workshop, workshop_id)
        rule = get_rule(session, workshop)
        for found in certificate_standings_of(session, workshop, rule, rows, now=now):
            made, person = found.certificate, found.registration
            yield [
                person.name,
                known_address(person.email),
                found.hours,
                found.needed_hours,
                found.score,
                found.qualifies,
                ", ".join(found.lacks),
                str(made.id) if made else None,
                str(person.id),
            ]

    return Sheet(_("certificates"), headings, cells)


def groups_sheet() -> Sheet:
    """Everybody in a group, a row each, beside their contact."""
    headings = (
        *(_("Contact"), _("Mail address of the contact"), _("Together"), _("Name")),
        *(_("Mail address"), _("State"), _("Registered at"), _("Group"), _("ID")),
    )

    def cells(session: Session, rows: Sequence[RegistrationGroup]) -> Iterable[Sequence[Any]]:
        for found in standings_of(session, rows):
            group = found.group
            for each in found.people:
                own = known_address(each.email) if each.email_key != group.key_of_people else None
                yield [
                    *(group.name, known_address(group.email), group.is_together, each.name),
                    *(own, each.state, each.created_at, str(group.id), str(each.id)),
                ]

    return Sheet(_("groups"), headings, cells)
