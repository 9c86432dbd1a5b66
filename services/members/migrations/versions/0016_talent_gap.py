"""Runs of courses that events tells of, and snapshots of the talent gap."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.database import Instant

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))


def _texts(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=nullable) for name in names]


def upgrade() -> None:
    json = sa.JSON().with_variant(JSONB(), "postgresql")
    with op.batch_alter_table("earned_certificates") as table:
        for column in _texts("staff_level", "job_kind", nullable=True):
            table.add_column(column)
    op.create_table(
        "course_runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("course_names", json, nullable=False),
        sa.Column("capability_ids", json, nullable=False),
        *_texts("staff_level", "job_kind"),
        sa.Column("host_id", sa.Uuid(), nullable=False),
        sa.Column("titles", json, nullable=False),
        *_texts("state"),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("counts", json, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_runs")),
    )
    op.create_table(
        "gap_snapshots",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("framework_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        *_texts("made_by", "basis"),
        sa.Column("held_back", sa.Integer(), nullable=False),
        _refers("gap_snapshots", "organisation_id", "organisations"),
        _refers("gap_snapshots", "framework_id", "capability_frameworks"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap_snapshots")),
        sa.UniqueConstraint(
            "organisation_id", "number", name=op.f("uq_gap_snapshots_organisation_id_number")
        ),
    )
    op.create_table(
        "gap_cells",
        sa.Column("snapshot_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        *_texts("view"),
        sa.Column("association_id", sa.Uuid(), nullable=True),
        *_texts("sector", nullable=True),
        sa.Column("lineage_id", sa.Uuid(), nullable=True),
        *_texts("staff_level", "job_kind", "quarter", nullable=True),
        *(
            sa.Column(name, sa.Integer(), nullable=True)
            for name in ("demand", "supply", "pipeline", "gap")
        ),
        *(
            sa.Column(name, sa.Integer(), nullable=True)
            for name in ("planned", "seated", "attended", "certified")
        ),
        _refers("gap_cells", "snapshot_id", "gap_snapshots"),
        sa.PrimaryKeyConstraint("snapshot_id", "number", name=op.f("pk_gap_cells")),
    )
    op.create_index("ix_gap_cells_view", "gap_cells", ["snapshot_id", "view", "number"])
    op.create_index(op.f("ix_gap_cells_association_id"), "gap_cells", ["association_id"])
    op.create_table(
        "gap_bases",
        sa.Column("snapshot_id", sa.Uuid(), nullable=False),
        sa.Column("released", json, nullable=False),
        _refers("gap_bases", "snapshot_id", "gap_snapshots"),
        sa.PrimaryKeyConstraint("snapshot_id", name=op.f("pk_gap_bases")),
    )


def downgrade() -> None:
    for name in ("gap_bases", "gap_cells", "gap_snapshots", "course_runs"):
        op.drop_table(name)
    with op.batch_alter_table("earned_certificates") as table:
        for name in ("staff_level", "job_kind"):
            table.drop_column(name)
