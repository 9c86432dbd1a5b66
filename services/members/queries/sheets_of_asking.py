"""What an organisation asks and offers, whom it invited and who consented, as tables."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from services.members.model import (
    Consent,
    ConsentPurpose,
    CustomField,
    IdentityProvider,
    Invitation,
    MembershipType,
)
from services.members.queries.consents import counts_of, newest_words
from services.members.queries.organisations import names_of
from services.members.queries.people import people_seen
from services.members.queries.providers import domains_by_organisation
from services.members.queries.sheets_of_bodies import NAMES as BOTH_NAMES
from services.members.queries.sheets_of_people import NAMES, names_of_person
from shared.days import day_of
from shared.foundation.identities import Asker
from shared.foundation.languages import ENGLISH, both_languages, in_language
from shared.foundation.sheets import Cell, Sheet
from shared.foundation.sheets import as_is as _


def invitations_sheet(*, now: datetime) -> Sheet:
    """Who was invited to what, and what became of it."""

    def cells(session: Session, rows: Sequence[Invitation]) -> Iterable[Sequence[Cell]]:
        names = names_of(session, {row.organisation_id for row in rows if row.organisation_id})
        for row in rows:
            place = names.get(row.organisation_id) if row.organisation_id else None
            yield [
                *(row.email, row.name, row.role, *both_languages(place)),
                *(row.state_at(now), row.sent_at, row.expires_at, row.accepted_at, str(row.id)),
            ]

    headings = (
        *(_("Mail address"), _("Name"), _("Role"), _("Organisation"), _("Organisation (Chinese)")),
        *(_("State"), _("Sent"), _("Until"), _("Accepted"), _("ID")),
    )
    return Sheet(_("invitations"), headings, cells)


def consents_sheet(asker: Asker, *, now: datetime) -> Sheet:
    """Who gave a consent, to which version, and took it back; names of those whom one sees."""

    def cells(session: Session, rows: Sequence[Consent]) -> Iterable[Sequence[Cell]]:
        people = people_seen(
            session, [row.person_id for row in rows], asker, today=day_of(session, now)
        )
        for row in rows:
            yield [
                *names_of_person(people.get(row.person_id)),
                *(row.purpose_key, row.text_number, row.text_hash, row.language),
                *(row.given_at, row.given_way, row.withdrawn_at, row.withdrawn_way, str(row.id)),
            ]

    headings = (
        *NAMES,
        *(_("Purpose"), _("Version"), _("Hash of the text"), _("Language")),
        *(
            _("Given"),
            _("Given in this way"),
            _("Taken back"),
            _("Taken back in this way"),
            _("ID"),
        ),
    )
    return Sheet(_("consents"), headings, cells)


def purposes_sheet() -> Sheet:
    """What an organisation asks consent for, in which words now, and how many have given it."""

    def cells(session: Session, rows: Sequence[ConsentPurpose]) -> Iterable[Sequence[Cell]]:
        words, counts = newest_words(session, rows), counts_of(session, [row.id for row in rows])
        for row in rows:
            text = words[row.id]
            yield [
                *(*both_languages(text.titles), row.key, row.text_number),
                *(*both_languages(text.texts), text.hash, text.published_at),
                *(counts.get(row.id, 0), row.archived_at, str(row.id)),
            ]

    headings = (
        *(
            _("Title (English)"),
            _("Title (Chinese)"),
            _("Short name"),
            _("Version"),
            _("Text (English)"),
        ),
        *(_("Text (Chinese)"), _("Hash of the text"), _("Published"), _("Given")),
        *(_("Archived"), _("ID")),
    )
    return Sheet(_("consent-purposes"), headings, cells)


def providers_sheet() -> Sheet:
    """Which organisations have a sign-in of their own; no secrets."""

    def cells(session: Session, rows: Sequence[IdentityProvider]) -> Iterable[Sequence[Cell]]:
        ids = [row.organisation_id for row in rows]
        names, domains = names_of(session, ids), domains_by_organisation(session, ids)
        for row in rows:
            place = row.organisation_id
            yield [
                *(*both_languages(names.get(place)), row.issuer, row.client_id),
                *("; ".join(domains[place]), row.created_at, row.approved_at, str(place)),
            ]

    headings = (
        *(_("Organisation"), _("Organisation (Chinese)"), _("Issuer"), _("Client ID")),
        *(_("Mail domains"), _("Asked for"), _("Approved"), _("ID")),
    )
    return Sheet(_("identity-providers"), headings, cells)


def custom_fields_sheet() -> Sheet:
    """What an organisation wants to know of those below it."""

    def cells(_session: Session, rows: Sequence[CustomField]) -> Iterable[Sequence[Cell]]:
        for row in rows:
            labels = row.choice_labels.items()
            choices = "; ".join(in_language(texts, ENGLISH) or key for key, texts in labels)
            limits = "; ".join(f"{name}: {value}" for name, value in row.limits.items())
            yield [
                *(*both_languages(row.labels), row.key, row.kind, row.type, row.is_required),
                *(choices, limits, row.audience, row.position, row.archived_at, str(row.id)),
            ]

    headings = (
        *(_("Label"), _("Label (Chinese)"), _("Short name"), _("Of"), _("Type"), _("Required")),
        *(_("Choices"), _("Limits"), _("Seen by"), _("Place in forms"), _("Archived"), _("ID")),
    )
    return Sheet(_("custom-fields"), headings, cells)


def membership_types_sheet() -> Sheet:
    """What an organisation offers to those who would be its members."""

    def cells(_session: Session, rows: Sequence[MembershipType]) -> Iterable[Sequence[Cell]]:
        for row in rows:
            yield [
                *(*both_languages(row.names), row.key, row.term, row.months),
                *(row.year_starts_month, row.grace_days, row.notice_days),
                *("; ".join(row.kinds), row.retired_at, str(row.id)),
            ]

    headings = (
        *(*BOTH_NAMES, _("Short name"), _("Term"), _("Months")),
        *(_("Month in which the year begins"), _("Days of grace after it")),
        *(_("Days of notice before its end"), _("For"), _("Retired"), _("ID")),
    )
    return Sheet(_("membership-types"), headings, cells)
