"""preferences, organisations' rules, the history, and what is held"""

import sqlalchemy as sa
from alembic import op

from shared.database import JSON_COLUMN, Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

HELD = sa.text("state = 'held'")
IN_DIGEST = sa.text("digest_id IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "preferences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("channels", JSON_COLUMN, nullable=False),
        sa.Column("quiet_from", sa.Text(), nullable=True),
        sa.Column("quiet_to", sa.Text(), nullable=True),
        sa.Column("time_zone", sa.Text(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=True),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preferences")),
    )
    op.create_table(
        "organisation_rules",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("channels", JSON_COLUMN, nullable=False),
        sa.Column("needs_second_person", sa.Boolean(), nullable=False),
        sa.Column("mails_per_minute", sa.Integer(), nullable=True),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_rules")),
    )
    op.create_table(
        "transitions",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_transitions")),
    )
    op.create_index("ix_transitions_subject_id", "transitions", ["subject_id"])
    op.add_column("deliveries", sa.Column("digest_id", sa.Uuid(), nullable=True))
    op.create_index(
        "ix_deliveries_held", "deliveries", ["due_at"], sqlite_where=HELD, postgresql_where=HELD
    )
    op.create_index(
        "ix_deliveries_in_digest",
        "deliveries",
        ["digest_id"],
        sqlite_where=IN_DIGEST,
        postgresql_where=IN_DIGEST,
    )


def downgrade() -> None:
    op.drop_index("ix_deliveries_in_digest", table_name="deliveries")
    op.drop_index("ix_deliveries_held", table_name="deliveries")
    op.drop_column("deliveries", "digest_id")
    op.drop_table("transitions")
    op.drop_table("organisation_rules")
    op.drop_table("preferences")
