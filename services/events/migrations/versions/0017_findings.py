"""findings and recommendations of workshops, and reminders of their review"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None
TEXTS = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _of(table: str, name: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [f"{target}.id"], name=op.f(f"fk_{table}_{name}"))


def upgrade() -> None:
    op.create_table(
        "findings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("texts", TEXTS, nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("addressed_to", TEXTS, nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("written_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _of("findings", "workshop_id", "workshops"),
        _of("findings", "session_id", "sessions"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findings")),
    )
    for columns in (
        *(["workshop_id", "id"], ["organisation_id"], ["person_id"], ["owner_id"]),
        ["state", "review_on"],
    ):
        op.create_index(op.f(f"ix_findings_{'_'.join(columns)}"), "findings", columns)
    op.create_table(
        "finding_reminders",
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        _of("finding_reminders", "finding_id", "findings"),
        sa.PrimaryKeyConstraint(
            "finding_id", "review_on", "days", name=op.f("pk_finding_reminders")
        ),
    )


def downgrade() -> None:
    op.drop_table("finding_reminders")
    op.drop_table("findings")
