"""what of offices, places and grants a merge made one of"""

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

MERGES: Final = ("merges", "organisation_merges")


def upgrade() -> None:
    json = sa.JSON().with_variant(JSONB(), "postgresql")
    for name in MERGES:
        with op.batch_alter_table(name, schema=None) as table:
            table.add_column(sa.Column("united", json, nullable=False, server_default="[]"))
        with op.batch_alter_table(name, schema=None) as table:
            table.alter_column("united", server_default=None)


def downgrade() -> None:
    for name in MERGES:
        with op.batch_alter_table(name, schema=None) as table:
            table.drop_column("united")
