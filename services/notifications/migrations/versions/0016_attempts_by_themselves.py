"""attempts without a foreign key: each is written in one statement with its delivery's row"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("attempts") as table:
        table.drop_constraint("fk_attempts_delivery_id", type_="foreignkey")


def downgrade() -> None:
    with op.batch_alter_table("attempts") as table:
        table.create_foreign_key("fk_attempts_delivery_id", "deliveries", ["delivery_id"], ["id"])
