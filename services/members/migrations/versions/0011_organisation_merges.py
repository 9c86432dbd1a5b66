"""Merges of organisations."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.database import Instant

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    json = sa.JSON().with_variant(JSONB(), "postgresql")
    op.create_table(
        "organisation_merges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kept_id", sa.Uuid(), nullable=False),
        sa.Column("gone_id", sa.Uuid(), nullable=False),
        sa.Column("before", json, nullable=False),
        sa.Column("after", json, nullable=False),
        sa.Column("moved", json, nullable=False),
        sa.Column("collapsed", json, nullable=False),
        sa.Column("merged_at", Instant(), nullable=False),
        sa.Column("merged_by", sa.Text(), nullable=False),
        sa.Column("undone_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["kept_id"], ["organisations.id"], name=op.f("fk_organisation_merges_kept_id")
        ),
        sa.ForeignKeyConstraint(
            ["gone_id"], ["organisations.id"], name=op.f("fk_organisation_merges_gone_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_merges")),
    )
    with op.batch_alter_table("organisation_merges", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organisation_merges_kept_id_id"), ["kept_id", "id"])
        batch_op.create_index(batch_op.f("ix_organisation_merges_gone_id"), ["gone_id"])
    op.add_column("organisations", sa.Column("merged_into", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_organisations_merged_into"), "organisations", ["merged_into"])


def downgrade() -> None:
    op.drop_index(op.f("ix_organisations_merged_into"), "organisations")
    op.drop_column("organisations", "merged_into")
    op.drop_table("organisation_merges")
