"""whether reviewers of a call were reminded after its closing"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.Column("reminded_of", sa.DateTime(timezone=True), nullable=True)
    op.add_column("call_reviewers", moment)


def downgrade() -> None:
    with op.batch_alter_table("call_reviewers") as table:
        table.drop_column("reminded_of")
