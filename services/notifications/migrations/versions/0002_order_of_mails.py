"""Mails that are due at one instant have an order: by their ids."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NAME = "ix_deliveries_due"
OPEN = "state IN ('queued', 'claimed')"


def _order_by(*columns: str) -> None:
    op.drop_index(NAME, table_name="deliveries")
    op.create_index(
        NAME,
        "deliveries",
        list(columns),
        sqlite_where=sa.text(OPEN),
        postgresql_where=sa.text(OPEN),
    )


def upgrade() -> None:
    _order_by("priority", "due_at", "id")


def downgrade() -> None:
    _order_by("priority", "due_at")
