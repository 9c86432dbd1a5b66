"""what a merge of two organisations did to allotments"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "merged_allotments",
        sa.Column("merge_id", sa.Uuid(), nullable=False),
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("was", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("merge_id", "workshop_id", name=op.f("pk_merged_allotments")),
    )


def downgrade() -> None:
    op.drop_table("merged_allotments")
