"""what a merge of two records of one person did to their reviews"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "merged_reviews",
        sa.Column("merge_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("was", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint(
            "merge_id", "subject", "subject_id", name=op.f("pk_merged_reviews")
        ),
    )
    for column in ("person_id", "subject_id"):
        op.create_index(op.f(f"ix_merged_reviews_{column}"), "merged_reviews", [column])


def downgrade() -> None:
    op.drop_table("merged_reviews")
