"""Erasures and what each service said of them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.database import Instant

revision = "0008"
down_revision = "0007"
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

    op.create_table(
        "erasures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("hash_before", sa.Text(), nullable=True),
        sa.Column("hash", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
        sa.UniqueConstraint("person_id", name=op.f("uq_erasures_person_id")),
        sa.UniqueConstraint("number", name=op.f("uq_erasures_number")),
    )
    with op.batch_alter_table("erasures", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_erasures_finished_at_due_at"), ["finished_at", "due_at"], unique=False
        )

    op.create_table(
        "erasure_parts",
        sa.Column("erasure_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("counts", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("forgotten_at", Instant(), nullable=False),
        sa.Column("is_final", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["erasure_id"], ["erasures.id"], name=op.f("fk_erasure_parts_erasure_id")
        ),
        sa.PrimaryKeyConstraint("erasure_id", "service", name=op.f("pk_erasure_parts")),
    )


def downgrade() -> None:
    op.drop_table("erasure_parts")
    op.drop_table("erasures")
    op.drop_table("forgotten_people")
