"""segments and who is in them"""

import sqlalchemy as sa
from alembic import op

from shared.database import JSON_COLUMN

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "segments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("names", JSON_COLUMN, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("is_removed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segments")),
    )
    op.create_table(
        "segment_members",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("segment_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("is_member", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment_members")),
    )
    with op.batch_alter_table("segment_members", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_segment_members_segment_id_is_member_member_id"),
            ["segment_id", "is_member", "member_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_segment_members_member_id"), ["member_id"], unique=False
        )


def downgrade() -> None:
    op.drop_table("segment_members")
    op.drop_table("segments")
