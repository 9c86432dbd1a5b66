"""whose people a copied workshop invites"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "copied_people",
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("after", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshops.id"], name=op.f("fk_copied_people_workshop_id")
        ),
        sa.PrimaryKeyConstraint("workshop_id", name=op.f("pk_copied_people")),
    )


def downgrade() -> None:
    op.drop_table("copied_people")
