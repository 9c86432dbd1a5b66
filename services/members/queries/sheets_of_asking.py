"""Whom an organisation invited, and who consented to what it asks, as tables."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from services.members.model import Consent, Invitation
from services.members.queries.organisations import names_of
from services.members.queries.people import people_seen
from services.members.queries.sheets import both_languages
from services.members.queries.sheets_of_people import NAMES, names_of_person
from shared.days import day_of
from shared.foundation.identities import Asker
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
