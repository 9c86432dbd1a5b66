"""addresses of chat, SMS and push, the codes that confirm them, and the key of push"""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ONE_OF_EACH = sa.text("state = 'active' AND channel IN ('chat', 'sms')")
ONE_BROWSER = sa.text("state = 'active' AND channel = 'push'")
ELSEWHERE = sa.text("state IN ('queued', 'claimed') AND channel IN ('push', 'chat', 'sms')")


def upgrade() -> None:
    op.create_table(
        "channel_addresses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("address_hash", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("sealed_code", sa.Text(), nullable=True),
        sa.Column("code_until", Instant(), nullable=True),
        sa.Column("tries_left", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("confirmed_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_addresses")),
    )
    op.create_index(
        "ix_channel_addresses_person_id_state", "channel_addresses", ["person_id", "state"]
    )
    op.create_index(
        "uq_channel_addresses_of_person",
        "channel_addresses",
        ["person_id", "channel"],
        unique=True,
        sqlite_where=ONE_OF_EACH,
        postgresql_where=ONE_OF_EACH,
    )
    op.create_index(
        "uq_channel_addresses_browser",
        "channel_addresses",
        ["address_hash"],
        unique=True,
        sqlite_where=ONE_BROWSER,
        postgresql_where=ONE_BROWSER,
    )
    op.create_table(
        "sent_codes",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("address_hash", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_sent_codes")),
    )
    op.create_index("ix_sent_codes_person_id_at", "sent_codes", ["person_id", "at"])
    op.create_index("ix_sent_codes_address_hash_at", "sent_codes", ["address_hash", "at"])
    op.create_table(
        "push_keys",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("public", sa.Text(), nullable=False),
        sa.Column("sealed_private", sa.Text(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_keys")),
    )
    op.create_index(
        "ix_deliveries_due_elsewhere",
        "deliveries",
        ["priority", "due_at", "id"],
        sqlite_where=ELSEWHERE,
        postgresql_where=ELSEWHERE,
    )


def downgrade() -> None:
    op.drop_index("ix_deliveries_due_elsewhere", table_name="deliveries")
    op.drop_table("push_keys")
    op.drop_table("sent_codes")
    op.drop_table("channel_addresses")
