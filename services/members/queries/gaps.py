"""Published snapshots of the talent gap, as an asker may read them.

Those who manage or read the alliance see every association's cells; an association's own people
see what is said of all together, and of their own association.
"""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from services.members.model import (
    Capability,
    CapabilityFramework,
    GapCell,
    GapSnapshot,
    Membership,
    Organisation,
)
from services.members.model.capability import PUBLISHED
from services.members.model.gap import DIMENSIONS, VIEWS, view_of
from services.members.model.membership import ACTIVE
from services.members.queries.capabilities import PLACE_OF_ROOT
from services.members.queries.scopes import READERS, may_manage, within
from shared.foundation.failures import Invalid, NotFound
from shared.foundation.identities import Asker
from shared.foundation.sentences import said
from shared.foundation.sheets import Cell, Sheet
from shared.foundation.sheets import as_is as _

HEADINGS: Final = (
    *(_("Association"), _("Sector"), _("Capability"), _("Staff level"), _("Kind of job")),
    *(_("Quarter"), _("Demand"), _("Supply"), _("Pipeline"), _("Gap"), _("Planned")),
    *(_("Seated"), _("Attended"), _("Certified")),
)
FIGURES: Final = (
    *("demand", "supply", "pipeline", "gap"),
    *("planned", "seated", "attended", "certified"),
)


def readable(asker: Asker) -> ColumnElement[bool]:
    """Snapshots of alliances that the asker reads, or of which they read an association."""
    body = aliased(Membership)
    has_body = exists().where(
        body.host_id == GapSnapshot.organisation_id,
        body.state.in_(ACTIVE),
        within(body.member_id, asker, *READERS),
    )
    return or_(within(GapSnapshot.organisation_id, asker, *READERS), has_body)


def snapshots_for(asker: Asker, organisation_id: UUID | None = None) -> Select[GapSnapshot]:
    """All that the asker may read."""
    query = select(GapSnapshot).where(readable(asker))
    if organisation_id is None:
        return query
    return query.where(GapSnapshot.organisation_id == organisation_id)


def newest_totals(session: Session, asker: Asker) -> list[tuple[Organisation, GapCell | None]]:
    """Each alliance whose gap the asker may read, with the whole of its newest snapshot.

    None where the whole is hidden, or not for them.
    """
    newest = (
        snapshots_for(asker)
        .with_only_columns(
            func.max(GapSnapshot.number).label("number"), GapSnapshot.organisation_id
        )
        .group_by(GapSnapshot.organisation_id)
        .subquery()
    )
    query = (
        select(Organisation, GapCell)
        .join(newest, newest.c.organisation_id == Organisation.id)
        .join(
            GapSnapshot,
            (GapSnapshot.organisation_id == Organisation.id)
            & (GapSnapshot.number == newest.c.number),
        )
        .outerjoin(GapCell, (GapCell.snapshot_id == GapSnapshot.id) & (GapCell.view == ""))
        .order_by(Organisation.sort_key)
    )
    return [(alliance, cell) for alliance, cell in session.execute(query)]


def has_gap(session: Session, organisation: Organisation, asker: Asker) -> bool:
    """Whether there is one to read, or one to be made by those who manage the alliance."""
    if organisation.kind != "alliance":
        return False
    found = snapshots_for(asker, organisation.id).with_only_columns(GapSnapshot.id).limit(1)
    return may_manage(session, asker, organisation.id) or session.scalar(found) is not None


def get_snapshot(session: Session, snapshot_id: UUID, asker: Asker) -> GapSnapshot:
    """One that the asker may read. Raises NotFound."""
    found = session.scalars(snapshots_for(asker).where(GapSnapshot.id == snapshot_id)).first()
    if found is None:
        raise NotFound("There is no such snapshot.")
    return found


def wanted_view(by: set[str], filters: Mapping[str, Any]) -> str:
    """The view that is told apart by these and by what is filtered. Raises Invalid for none."""
    view = view_of({*by, *(name for name, value in filters.items() if value is not None)})
    if view is None:
        known = "; ".join(",".join(each) for each in VIEWS if each)
        raise Invalid.at(
            "/by", said("This view is not published. There are: %(known)s.", known=known)
        )
    return view


def cells_of(
    session: Session,
    snapshot: GapSnapshot,
    asker: Asker,
    view: str,
    filters: Mapping[str, Any],
) -> Select[GapCell]:
    """The cells of one view, with these values. filters: dimension → its value."""
    query = select(GapCell).where(GapCell.snapshot_id == snapshot.id, GapCell.view == view)
    for name, value in filters.items():
        if value is not None:
            query = query.where(getattr(GapCell, DIMENSIONS[name]) == value)
    if "association" in view.split(","):
        query = query.where(_own_cells(session, snapshot, asker))
    return query


def _own_cells(session: Session, snapshot: GapSnapshot, asker: Asker) -> ColumnElement[bool]:
    whole = select(GapSnapshot.id).where(
        GapSnapshot.id == snapshot.id, within(GapSnapshot.organisation_id, asker, *READERS)
    )
    if session.scalar(whole) is not None:
        return true()
    return within(GapCell.association_id, asker, *READERS)


def associations_for(session: Session, snapshot: GapSnapshot, asker: Asker) -> list[Organisation]:
    """Those whose cells the asker sees, by name."""
    cells = cells_of(session, snapshot, asker, "association", {}).with_only_columns(
        GapCell.association_id
    )
    query = select(Organisation).where(Organisation.id.in_(cells))
    return list(session.scalars(query.order_by(Organisation.sort_key)))


def capabilities_in(session: Session, snapshot: GapSnapshot) -> dict[UUID, Capability]:
    """lineage id → the capability, by root and code, as of the newest edition that has it."""
    query = (
        select(Capability)
        .join(CapabilityFramework, CapabilityFramework.id == Capability.framework_id)
        .where(
            Capability.organisation_id == snapshot.organisation_id,
            CapabilityFramework.state == PUBLISHED,
        )
    )
    newest = {
        each.lineage_id: each
        for each in session.scalars(query.order_by(CapabilityFramework.number))
    }
    ordered = select(Capability.lineage_id).where(
        Capability.id.in_([each.id for each in newest.values()])
    )
    lineages = session.scalars(ordered.order_by(PLACE_OF_ROOT, Capability.code))
    return {each: newest[each] for each in lineages}


def values_of(session: Session, snapshot: GapSnapshot, name: str) -> list[str]:
    """The sectors or quarters that the snapshot tells apart, in order."""
    column = getattr(GapCell, DIMENSIONS[name])
    query = select(column).where(GapCell.snapshot_id == snapshot.id, GapCell.view == name)
    return [each for each in session.scalars(query.order_by(column)) if each]


def cells_sheet(session: Session, snapshot: GapSnapshot, language: str) -> Sheet:
    """Cells as a table; what is hidden is an empty cell."""
    capabilities = {each: known.code for each, known in capabilities_in(session, snapshot).items()}
    ids = select(GapCell.association_id).where(
        GapCell.snapshot_id == snapshot.id, GapCell.view == "association"
    )
    bodies = {
        each.id: each.names.get(language) or next(iter(each.names.values()))
        for each in session.scalars(select(Organisation).where(Organisation.id.in_(ids)))
    }

    def cells(_session: Session, rows: Any) -> list[list[Cell]]:
        return [
            [
                bodies.get(row.association_id),
                row.sector,
                capabilities.get(row.lineage_id),
                row.staff_level,
                row.job_kind,
                row.quarter,
                *(getattr(row, name) for name in FIGURES),
            ]
            for row in rows
        ]

    return Sheet(f"gap-{snapshot.number}", HEADINGS, cells)
