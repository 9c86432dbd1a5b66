"""surveys before and after a workshop"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None
TEXTS = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _of(table: str, name: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [f"{target}.id"], name=op.f(f"fk_{table}_{name}"))


def upgrade() -> None:
    op.create_table(
        "surveys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("titles", TEXTS, nullable=False),
        sa.Column("texts", TEXTS, nullable=False),
        sa.Column("questions", TEXTS, nullable=False),
        sa.Column("is_anonymous", sa.Boolean(), nullable=False),
        sa.Column("asked_up_to", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _of("surveys", "workshop_id", "workshops"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surveys")),
    )
    op.create_index(
        op.f("ix_surveys_workshop_id_kind"), "surveys", ["workshop_id", "kind"], unique=True
    )
    op.create_index(op.f("ix_surveys_state"), "surveys", ["state"])
    op.create_table(
        "survey_answers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("survey_id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=True),
        sa.Column("answers", TEXTS, nullable=False),
        _of("survey_answers", "survey_id", "surveys"),
        _of("survey_answers", "registration_id", "registrations"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_answers")),
        sqlite_with_rowid=False,
    )
    for name in ("survey_id", "registration_id"):
        op.create_index(op.f(f"ix_survey_answers_{name}"), "survey_answers", [name])
    op.create_table(
        "survey_marks",
        sa.Column("survey_id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        _of("survey_marks", "survey_id", "surveys"),
        _of("survey_marks", "registration_id", "registrations"),
        sa.PrimaryKeyConstraint("survey_id", "registration_id", name=op.f("pk_survey_marks")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_survey_marks_registration_id"), "survey_marks", ["registration_id"])
    needed = sa.Column("needs_survey", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("certificate_rules", needed)


def downgrade() -> None:
    op.drop_column("certificate_rules", "needs_survey")
    for name in ("survey_marks", "survey_answers", "surveys"):
        op.drop_table(name)
