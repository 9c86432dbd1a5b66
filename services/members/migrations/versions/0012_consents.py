"""Consents with their purposes and texts, and the runs of retention."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.database import Instant

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

OPEN = sa.text("withdrawn_at IS NULL")


def _make_purposes() -> None:
    json = sa.JSON().with_variant(JSONB(), "postgresql")
    op.create_table(
        "consent_purposes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("text_number", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("archived_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_consent_purposes_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_purposes")),
        sa.UniqueConstraint(
            "organisation_id", "key", name=op.f("uq_consent_purposes_organisation_id_key")
        ),
    )
    op.create_table(
        "consent_texts",
        sa.Column("purpose_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("titles", json, nullable=False),
        sa.Column("texts", json, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("published_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["purpose_id"], ["consent_purposes.id"], name=op.f("fk_consent_texts_purpose_id")
        ),
        sa.PrimaryKeyConstraint("purpose_id", "number", name=op.f("pk_consent_texts")),
    )


def upgrade() -> None:
    _make_purposes()
    op.create_table(
        "consents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("purpose_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("purpose_key", sa.Text(), nullable=False),
        sa.Column("text_number", sa.Integer(), nullable=False),
        sa.Column("text_hash", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("given_at", Instant(), nullable=False),
        sa.Column("given_way", sa.Text(), nullable=False),
        sa.Column("given_place", sa.Text(), nullable=True),
        sa.Column("withdrawn_at", Instant(), nullable=True),
        sa.Column("withdrawn_way", sa.Text(), nullable=True),
        sa.Column("withdrawn_place", sa.Text(), nullable=True),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_consents_{column}"))
            for column, table in (
                ("purpose_id", "consent_purposes"),
                ("person_id", "people"),
                ("organisation_id", "organisations"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index(
        "uq_consents_open",
        "consents",
        ["purpose_id", "person_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index(op.f("ix_consents_person_id_id"), "consents", ["person_id", "id"])
    op.create_index(op.f("ix_consents_purpose_id_id"), "consents", ["purpose_id", "id"])
    op.create_index(op.f("ix_consents_withdrawn_at"), "consents", ["withdrawn_at"])
    op.create_table(
        "retention_runs",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ran_at", Instant(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_retention_runs")),
    )


def downgrade() -> None:
    for table in ("retention_runs", "consents", "consent_texts", "consent_purposes"):
        op.drop_table(table)
