"""deadlines of nominations"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None
DEADLINES = ("nominate_by", "confirm_by", "substitute_by")


def upgrade() -> None:
    for name in DEADLINES:
        op.add_column("workshops", sa.Column(name, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for name in DEADLINES:
        op.drop_column("workshops", name)
