"""Only deliveries that are not done are found by their state."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NAME = "ix_deliveries_state_id"
NOT_DONE = sa.text("state NOT IN ('claimed', 'sent', 'delivered')")


def upgrade() -> None:
    op.drop_index(NAME, table_name="deliveries")
    op.create_index(
        NAME, "deliveries", ["state", "id"], sqlite_where=NOT_DONE, postgresql_where=NOT_DONE
    )


def downgrade() -> None:
    op.drop_index(NAME, table_name="deliveries")
    op.create_index(NAME, "deliveries", ["state", "id"])
