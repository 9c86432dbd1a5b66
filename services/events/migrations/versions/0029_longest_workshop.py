"""how long the longest workshop takes, by an index

The list of those to come starts there, not at the first that was ever held.
"""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

NAME = "ix_workshops_length"


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def upgrade() -> None:
    if _is_postgresql():
        op.execute(f"CREATE INDEX {NAME} ON workshops ((ends_at - starts_at))")


def downgrade() -> None:
    if _is_postgresql():
        op.execute(f"DROP INDEX {NAME}")
