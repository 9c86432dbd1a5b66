"""what a merge of two people did to their choices, so that it can go back"""

import sqlalchemy as sa
from alembic import op

from shared.database import JSON_COLUMN

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "merged_choices",
        sa.Column("merge_id", sa.Uuid(), nullable=False),
        sa.Column("kept_id", sa.Uuid(), nullable=False),
        sa.Column("before", JSON_COLUMN, nullable=True),
        sa.Column("made", JSON_COLUMN, nullable=True),
        sa.Column("address_ids", JSON_COLUMN, nullable=False),
        sa.PrimaryKeyConstraint("merge_id", name=op.f("pk_merged_choices")),
    )
    op.create_index("ix_merged_choices_kept_id", "merged_choices", ["kept_id"])


def downgrade() -> None:
    op.drop_table("merged_choices")
