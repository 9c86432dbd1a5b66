"""tickets, check-in lists and check-ins"""

import base64
from datetime import UTC, datetime
from uuid import uuid4

import sqlalchemy as sa
from alembic import op
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None
TEXTS = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    keys = op.create_table(
        "ticket_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("private_key", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_keys")),
    )
    private = Ed25519PrivateKey.generate()
    op.bulk_insert(
        keys,
        [
            {
                "id": uuid4(),
                "private_key": _packed(private.private_bytes_raw()),
                "public_key": _packed(private.public_key().public_bytes_raw()),
                "created_at": datetime.now(UTC),
            }
        ],
    )
    op.create_table(
        "check_in_lists",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("titles", TEXTS, nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_check_in_lists_session_id")
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshops.id"], name=op.f("fk_check_in_lists_workshop_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_in_lists")),
    )
    op.create_index(
        op.f("ix_check_in_lists_workshop_id_id"), "check_in_lists", ["workshop_id", "id"]
    )
    op.create_table(
        "check_ins",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("list_id", sa.Uuid(), nullable=True),
        sa.Column("registration_id", sa.Uuid(), nullable=True),
        sa.Column("scan_id", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"], ["check_in_lists.id"], name=op.f("fk_check_ins_list_id")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registrations.id"],
            name=op.f("fk_check_ins_registration_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshops.id"], name=op.f("fk_check_ins_workshop_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_ins")),
        sa.UniqueConstraint(
            "workshop_id", "scan_id", name=op.f("uq_check_ins_workshop_id_scan_id")
        ),
    )
    op.create_index(op.f("ix_check_ins_workshop_id_id"), "check_ins", ["workshop_id", "id"])
    op.create_index(
        op.f("ix_check_ins_registration_id_counts_at"),
        "check_ins",
        ["registration_id", "counts_at"],
    )

    op.create_index(op.f("ix_workshops_state_starts_at"), "workshops", ["state", "starts_at"])


def _packed(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def downgrade() -> None:
    op.drop_index(op.f("ix_workshops_state_starts_at"), "workshops")
    for name in ("check_ins", "check_in_lists", "ticket_keys"):
        op.drop_table(name)
