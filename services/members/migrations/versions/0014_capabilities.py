"""Capability frameworks of alliances, and their capabilities."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.database import Instant

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    json = sa.JSON().with_variant(JSONB(), "postgresql")
    op.create_table(
        "capability_frameworks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("names", json, nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("published_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_capability_frameworks_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capability_frameworks")),
        sa.UniqueConstraint(
            "organisation_id",
            "number",
            name=op.f("uq_capability_frameworks_organisation_id_number"),
        ),
    )
    op.create_table(
        "capabilities",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("framework_id", sa.Uuid(), nullable=False),
        sa.Column("lineage_id", sa.Uuid(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("names", json, nullable=False),
        sa.Column("texts", json, nullable=False),
        sa.Column("levels", json, nullable=False),
        sa.Column("esco_uri", sa.Text(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_capabilities_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["framework_id"],
            ["capability_frameworks.id"],
            name=op.f("fk_capabilities_framework_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capabilities")),
        sa.UniqueConstraint("framework_id", "code", name=op.f("uq_capabilities_framework_id_code")),
    )
    for name in ("organisation_id", "lineage_id"):
        op.create_index(op.f(f"ix_capabilities_{name}"), "capabilities", [name])


def downgrade() -> None:
    op.drop_table("capabilities")
    op.drop_table("capability_frameworks")
