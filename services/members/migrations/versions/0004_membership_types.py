"""membership types"""

import sqlalchemy as sa
from alembic import op

from shared.database import JSON_COLUMN, Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "membership_types",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("host_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("names", JSON_COLUMN, nullable=False),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=True),
        sa.Column("year_starts_month", sa.Integer(), nullable=True),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        sa.Column("notice_days", sa.Integer(), nullable=False),
        sa.Column("kinds", JSON_COLUMN, nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("retired_at", Instant(), nullable=True),
        sa.CheckConstraint(
            "term <> 'rolling' OR months IS NOT NULL",
            name=op.f("ck_membership_types_rolling_has_months"),
        ),
        sa.CheckConstraint(
            "term <> 'fixed_year' OR year_starts_month IS NOT NULL",
            name=op.f("ck_membership_types_fixed_year_has_a_start"),
        ),
        sa.ForeignKeyConstraint(
            ["host_id"], ["organisations.id"], name=op.f("fk_membership_types_host_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership_types")),
        sa.UniqueConstraint("host_id", "key", name=op.f("uq_membership_types_host_id_key")),
    )
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.add_column(sa.Column("notice_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("lapses_on", sa.Date(), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_memberships_state_notice_on"), ["state", "notice_on"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_memberships_state_notice_on"))
        batch_op.drop_column("lapses_on")
        batch_op.drop_column("notice_on")
    op.drop_table("membership_types")
