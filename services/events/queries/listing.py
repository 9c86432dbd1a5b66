"""The public list of workshops, by kind, economy of the host, language and time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, cast, func, literal, select
from sqlalchemy.orm import Session

from services.events.model import OrganisationCopy, Workshop
from services.events.queries.workshops import is_upcoming, workshops_for
from shared.database import Instant
from shared.foundation.economies import economy_order
from shared.foundation.identities import Asker

MOST_OF_A_MONTH: Final = 200
LATEST: Final = 500
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What to look for; "" is anything. economy: of the host."""

    kind: str = ""
    economy: str = ""
    language: str = ""
    host_id: UUID | None = None


def listed(asker: Asker, wanted: Wanted) -> Select[Workshop]:
    """The workshops that the asker may see, drafts left out, filtered, in no order yet."""
    query = workshops_for(asker).where(Workshop.state != "draft")
    if wanted.kind:
        query = query.where(Workshop.kind == wanted.kind)
    if wanted.language:
        query = query.where(cast(Workshop.languages, String).contains(f'"{wanted.language}"'))
    if wanted.host_id:
        query = query.where(Workshop.host_id == wanted.host_id)
    if wanted.economy:
        hosts = select(OrganisationCopy.id).where(OrganisationCopy.economy == wanted.economy)
        query = query.where(Workshop.host_id.in_(hosts))
    return query


def of_time(
    session: Session, query: Select[Workshop], *, is_past: bool, now: datetime
) -> Select[Workshop]:
    """Of these, those to come, or those that have ended.

    Both are listed by their beginning: the bounds of that spare walking through the other half.
    """
    if is_past:
        return query.where(~is_upcoming(now), Workshop.starts_at < now)
    return query.where(is_upcoming(now), *_may_go_on(session, now))


def _may_go_on(session: Session, now: datetime) -> list[ColumnElement[bool]]:
    """On PostgreSQL, what began so lately that even the longest of all had not ended by now."""
    if session.get_bind().dialect.name != "postgresql":
        return []
    longest = select(func.max(Workshop.ends_at - Workshop.starts_at)).scalar_subquery()
    return [Workshop.starts_at >= literal(now, Instant()) - longest]


def of_month(session: Session, query: Select[Workshop], first: date) -> Sequence[Workshop]:
    """Of these, those that begin in the month anywhere, in order; `first` is its first day."""
    begin = datetime(first.year, first.month, 1, tzinfo=UTC)
    following = (begin + 32 * DAY).replace(day=1)
    within = query.where(
        Workshop.starts_at >= begin - DAY, Workshop.starts_at < following + DAY
    ).order_by(Workshop.starts_at, Workshop.id)
    return session.scalars(within.limit(MOST_OF_A_MONTH)).all()


def _latest_hosts(asker: Asker) -> Select[UUID]:
    """The hosts of the latest workshops that the asker may see: however many there ever were."""
    latest = listed(asker, Wanted()).with_only_columns(Workshop.host_id)
    return latest.order_by(Workshop.starts_at.desc(), Workshop.id.desc()).limit(LATEST)


def host_economies(session: Session, asker: Asker) -> list[str]:
    """The economies of the hosts of the latest workshops, in APEC's order."""
    hosts = select(_latest_hosts(asker).subquery().c.host_id)
    query = select(OrganisationCopy.economy).where(OrganisationCopy.id.in_(hosts)).distinct()
    return sorted((code for code in session.scalars(query) if code), key=economy_order)


def hosts_of(session: Session, asker: Asker, *, limit: int) -> list[OrganisationCopy]:
    """Who holds the latest workshops that the asker may see, those with most first."""
    shown = _latest_hosts(asker).subquery()
    ranked = (
        select(OrganisationCopy.id)
        .join(shown, shown.c.host_id == OrganisationCopy.id)
        .group_by(OrganisationCopy.id)
        .order_by(func.count().desc(), OrganisationCopy.id)
        .limit(limit)
    )
    ids = list(session.scalars(ranked))
    found = {
        each.id: each
        for each in session.scalars(select(OrganisationCopy).where(OrganisationCopy.id.in_(ids)))
    }
    return [found[each] for each in ids]
