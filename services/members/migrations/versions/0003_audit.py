"""audit"""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

CHAINS = 8


def upgrade() -> None:
    op.create_table(
        "audit_entries",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("chain", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("acting_role", sa.Text(), nullable=True),
        sa.Column("acting_for", sa.Uuid(), nullable=True),
        sa.Column("grant_id", sa.Uuid(), nullable=True),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("counterpart_id", sa.Uuid(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=True),
        sa.Column("facts_salt", sa.Text(), nullable=True),
        sa.Column("facts_digest", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("place_salt", sa.Text(), nullable=True),
        sa.Column("place_digest", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_entries")),
        sa.UniqueConstraint("chain", "position", name=op.f("uq_audit_entries_chain_position")),
    )
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        for columns in (
            ["subject_id", "number"],
            ["organisation_id", "number"],
            ["counterpart_id", "number"],
            ["person_id"],
            ["actor", "number"],
            ["at"],
        ):
            name = batch_op.f("_".join(["ix_audit_entries", *columns]))
            batch_op.create_index(name, columns, unique=False)

    heads = op.create_table(
        "audit_heads",
        sa.Column("chain", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_audit_heads")),
    )
    rows = [{"chain": chain, "position": 0, "hash": ""} for chain in range(CHAINS)]
    op.bulk_insert(heads, rows)


def downgrade() -> None:
    op.drop_table("audit_heads")
    op.drop_table("audit_entries")
