"""reminders: when, and which were given"""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("posts", sa.Column("role", sa.Text(), nullable=False, server_default=""))
    op.add_column("attendances", sa.Column("confirm_by", Instant(), nullable=True))
    op.add_column("organisation_rules", sa.Column("reminders", sa.JSON(), nullable=True))
    op.create_table(
        "reminder_marks",
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("local_day", sa.Date(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("given_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint(
            "workshop_id", "before", "days", "local_day", "time_zone", name="pk_reminder_marks"
        ),
    )


def downgrade() -> None:
    op.drop_table("reminder_marks")
    op.drop_column("organisation_rules", "reminders")
    op.drop_column("attendances", "confirm_by")
    op.drop_column("posts", "role")
