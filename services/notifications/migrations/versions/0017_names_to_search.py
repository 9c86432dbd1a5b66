"""recipients: their names folded, so that deliveries are found by a part of one"""

import sqlalchemy as sa
from alembic import op

from shared.foundation.names import PersonName, search_key

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

AT_ONCE = 1000


def upgrade() -> None:
    with op.batch_alter_table("recipients") as table:
        table.add_column(sa.Column("search_key", sa.Text(), nullable=False, server_default=""))
    recipients = sa.table(
        "recipients",
        sa.column("id", sa.Uuid()),
        sa.column("names", sa.JSON()),
        sa.column("search_key", sa.Text()),
    )
    connection, last = op.get_bind(), None
    change = (
        sa.update(recipients)
        .where(recipients.c.id == sa.bindparam("which"))
        .values(search_key=sa.bindparam("key"))
    )
    while True:
        query = sa.select(recipients.c.id, recipients.c.names).order_by(recipients.c.id)
        if last is not None:
            query = query.where(recipients.c.id > last)
        rows = connection.execute(query.limit(AT_ONCE)).all()
        if not rows:
            return
        last = rows[-1].id
        keys = [search_key([PersonName(**name) for name in row.names]) for row in rows]
        connection.execute(
            change, [{"which": row.id, "key": key} for row, key in zip(rows, keys, strict=True)]
        )


def downgrade() -> None:
    with op.batch_alter_table("recipients") as table:
        table.drop_column("search_key")
