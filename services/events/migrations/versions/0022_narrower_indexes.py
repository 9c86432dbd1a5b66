"""indexes of registrations without the rows that they cannot find"""

from alembic import op
from sqlalchemy import text

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

COLUMNS = ("person_id", "group_id")


def upgrade() -> None:
    for column in COLUMNS:
        name, condition = op.f(f"ix_registrations_{column}"), text(f"{column} IS NOT NULL")
        op.drop_index(name, "registrations")
        op.create_index(
            name,
            "registrations",
            [column],
            sqlite_where=condition,
            postgresql_where=condition,
        )


def downgrade() -> None:
    for column in COLUMNS:
        name = op.f(f"ix_registrations_{column}")
        op.drop_index(name, "registrations")
        op.create_index(name, "registrations", [column])
