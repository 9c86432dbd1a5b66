"""what organisations say of themselves to everyone"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.database import Instant

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "organisation_profiles",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("texts", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("shows_contact", sa.Boolean(), nullable=False),
        sa.Column("published_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["id"], ["organisations.id"], name=op.f("fk_organisation_profiles_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_profiles")),
    )


def downgrade() -> None:
    op.drop_table("organisation_profiles")
