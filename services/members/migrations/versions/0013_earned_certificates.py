"""Certificates that events issued, as supply."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.database import Instant

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    json = sa.JSON().with_variant(JSONB(), "postgresql")
    op.create_table(
        "earned_certificates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=True),
        sa.Column("capability_ids", json, nullable=False),
        sa.Column("titles", json, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("is_good", sa.Boolean(), nullable=False),
        sa.Column("issued_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_earned_certificates")),
    )
    for name in ("person_id", "organisation_id"):
        op.create_index(op.f(f"ix_earned_certificates_{name}"), "earned_certificates", [name])


def downgrade() -> None:
    op.drop_table("earned_certificates")
