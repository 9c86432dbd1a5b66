"""photos of speakers"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("speakers", sa.Column("photo", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("speakers") as table:
        table.drop_column("photo")
