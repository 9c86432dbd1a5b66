"""a search by names is asked of one process: starting others took longer than the search"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def _set(parallel: str) -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute(f"ALTER FUNCTION name_grams(text) PARALLEL {parallel}")


def upgrade() -> None:
    _set("RESTRICTED")


def downgrade() -> None:
    _set("SAFE")
