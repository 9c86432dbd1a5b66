"""certificates, their rules, and test scores"""

import base64
from datetime import UTC, datetime
from uuid import uuid4

import sqlalchemy as sa
from alembic import op
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None
TEXTS = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _of(table: str, name: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [f"{target}.id"], name=op.f(f"fk_{table}_{name}"))


def upgrade() -> None:
    _add_key()
    op.create_table(
        "certificate_rules",
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("least_hours", sa.Double(), nullable=True),
        sa.Column("least_share", sa.Integer(), nullable=True),
        sa.Column("least_score", sa.Double(), nullable=True),
        sa.Column("titles", TEXTS, nullable=False),
        sa.Column("texts", TEXTS, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        _of("certificate_rules", "workshop_id", "workshops"),
        sa.PrimaryKeyConstraint("workshop_id", name=op.f("pk_certificate_rules")),
    )
    op.create_table(
        "certificate_issuers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("seal_id", sa.Uuid(), nullable=True),
        _of("certificate_issuers", "workshop_id", "workshops"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_issuers")),
    )
    op.create_index(
        op.f("ix_certificate_issuers_workshop_id_place"),
        "certificate_issuers",
        ["workshop_id", "place"],
    )
    op.create_table(
        "test_scores",
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        _of("test_scores", "registration_id", "registrations"),
        sa.PrimaryKeyConstraint("registration_id", name=op.f("pk_test_scores")),
    )
    _add_runs()
    _add_certificates()


def _add_key() -> None:
    keys = op.create_table(
        "credential_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("private_key", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential_keys")),
    )
    private = Ed25519PrivateKey.generate()
    made = {
        "id": uuid4(),
        "private_key": _packed(private.private_bytes_raw()),
        "public_key": _packed(private.public_key().public_bytes_raw()),
        "created_at": datetime.now(UTC),
    }
    op.bulk_insert(keys, [made])


def _packed(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _add_runs() -> None:
    op.create_table(
        "certificate_runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("titles", TEXTS, nullable=False),
        sa.Column("texts", TEXTS, nullable=False),
        sa.Column("issuers", TEXTS, nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("issued", sa.Integer(), nullable=False),
        sa.Column("after", sa.Uuid(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        _of("certificate_runs", "workshop_id", "workshops"),
        _of("certificate_runs", "key_id", "credential_keys"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_runs")),
    )
    op.create_index(
        op.f("ix_certificate_runs_workshop_id_id"), "certificate_runs", ["workshop_id", "id"]
    )
    op.create_index(op.f("ix_certificate_runs_state"), "certificate_runs", ["state"])
    op.create_index(
        "uq_certificate_runs_running",
        "certificate_runs",
        ["workshop_id"],
        unique=True,
        sqlite_where=sa.text("state = 'running'"),
        postgresql_where=sa.text("state = 'running'"),
    )


def _add_certificates() -> None:
    op.create_table(
        "certificates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("hours", sa.Double(), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        _of("certificates", "workshop_id", "workshops"),
        _of("certificates", "registration_id", "registrations"),
        _of("certificates", "run_id", "certificate_runs"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates")),
        sa.UniqueConstraint("registration_id", name=op.f("uq_certificates_registration_id")),
    )
    op.create_index(
        op.f("ix_certificates_workshop_id_number"),
        "certificates",
        ["workshop_id", "number"],
        unique=True,
    )
    op.create_index(op.f("ix_certificates_person_id"), "certificates", ["person_id"])
    op.create_index(op.f("ix_certificates_workshop_id_id"), "certificates", ["workshop_id", "id"])


def downgrade() -> None:
    for name in (
        *("certificates", "certificate_runs", "test_scores"),
        *("certificate_issuers", "certificate_rules", "credential_keys"),
    ):
        op.drop_table(name)
