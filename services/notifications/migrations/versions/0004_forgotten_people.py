"""Whom notifications forgot a short while ago."""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "forgotten_people",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("owns_address", sa.Boolean(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("settles_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_forgotten_people")),
        comment="Erased a short while ago: gone over once more, and then forgotten here too",
    )
    with op.batch_alter_table("forgotten_people", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_forgotten_people_settles_at"), ["settles_at"], unique=False
        )


def downgrade() -> None:
    op.drop_table("forgotten_people")
