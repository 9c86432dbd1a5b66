"""The list of project proposals as a table."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.model import CoSponsorship, ProjectProposal
from services.events.queries.copies import names_of
from services.events.queries.proposals import co_sponsor_names
from shared.foundation.economies import economy_names
from shared.foundation.languages import ENGLISH, TRADITIONAL_CHINESE, in_language
from shared.foundation.sheets import Sheet
from shared.foundation.sheets import as_is as _

CENTS = 100


def proposals_sheet() -> Sheet:
    """One row a proposal; amounts in whole units of their currency."""
    headings = (
        *(_("Title"), _("Title (Chinese)"), _("Organisation"), _("Economy"), _("Host")),
        *(_("Project overseer"), _("Mail address"), _("State"), _("Submitted on")),
        *(_("Amount asked"), _("Currency"), _("Fund"), _("Amount approved"), _("Currency")),
        *(_("Approved on"), _("Co-sponsors"), _("Priorities"), _("Starts on"), _("Ends on")),
        _("ID"),
    )
    return Sheet(_("project-proposals"), headings, _cells)


def _cells(session: Session, rows: Sequence[ProjectProposal]) -> Iterable[Sequence[Any]]:
    names = names_of(session, {each for row in rows for each in (row.organisation_id, row.host_id)})
    co_sponsors = _confirmed(session, rows)
    for row in rows:
        yield [
            in_language(row.titles, ENGLISH),
            row.titles.get(TRADITIONAL_CHINESE),
            in_language(names.get(row.organisation_id), ENGLISH),
            economy_names(row.economy)[ENGLISH] if row.economy else None,
            in_language(names.get(row.host_id), ENGLISH),
            row.overseer_name,
            row.overseer_email,
            row.state,
            row.submitted_on,
            _whole(row.asked_cents),
            row.asked_currency,
            row.fund,
            _whole(row.approved_cents),
            row.approved_currency,
            row.approved_on,
            "; ".join(co_sponsors.get(row.id, [])),
            "; ".join(row.priorities),
            row.starts_on,
            row.ends_on,
            str(row.id),
        ]


def _whole(cents: int | None) -> float | None:
    return None if cents is None else cents / CENTS


def _confirmed(session: Session, rows: Sequence[ProjectProposal]) -> dict[Any, list[str]]:
    """proposal id → English names of those who have confirmed."""
    query = select(CoSponsorship).where(
        CoSponsorship.proposal_id.in_([row.id for row in rows]), CoSponsorship.state == "confirmed"
    )
    found = list(session.scalars(query.order_by(CoSponsorship.id)))
    names = co_sponsor_names(session, found)
    confirmed: dict[Any, list[str]] = {}
    for each in found:
        shown = in_language(names[each.id], ENGLISH)
        confirmed.setdefault(each.proposal_id, []).append(shown)
    return confirmed
