"""what a suppression holds for"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "suppressions", sa.Column("scope", sa.Text(), nullable=False, server_default="all")
    )


def downgrade() -> None:
    op.drop_column("suppressions", "scope")
