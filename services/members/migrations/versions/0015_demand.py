"""Rounds in which associations collect their companies' demand, and the answers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.database import Instant

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    json = sa.JSON().with_variant(JSONB(), "postgresql")
    op.create_table(
        "demand_rounds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("framework_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("titles", json, nullable=False),
        sa.Column("texts", json, nullable=False),
        sa.Column("capability_ids", json, nullable=False),
        sa.Column("quarters", sa.Integer(), nullable=False),
        sa.Column("closes_at", Instant(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("reminder_days", json, nullable=False),
        sa.Column("is_asked", sa.Boolean(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        _refers("demand_rounds", "organisation_id", "organisations"),
        _refers("demand_rounds", "framework_id", "capability_frameworks"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand_rounds")),
    )
    op.create_index(op.f("ix_demand_rounds_organisation_id"), "demand_rounds", ["organisation_id"])
    op.create_index(
        op.f("ix_demand_rounds_state_closes_at"), "demand_rounds", ["state", "closes_at"]
    )
    op.create_table(
        "demand_answers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reminded", sa.Integer(), nullable=True),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("answered_at", Instant(), nullable=True),
        _refers("demand_answers", "round_id", "demand_rounds"),
        _refers("demand_answers", "organisation_id", "organisations"),
        _refers("demand_answers", "company_id", "organisations"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand_answers")),
        sa.UniqueConstraint(
            "round_id", "company_id", name=op.f("uq_demand_answers_round_id_company_id")
        ),
    )
    op.create_index(op.f("ix_demand_answers_company_id"), "demand_answers", ["company_id"])
    op.create_index(
        op.f("ix_demand_answers_round_id_state"), "demand_answers", ["round_id", "state"]
    )
    op.create_table(
        "demand_lines",
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("capability_id", sa.Uuid(), nullable=False),
        sa.Column("staff_level", sa.Text(), nullable=False),
        sa.Column("job_kind", sa.Text(), nullable=False),
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=False),
        sa.CheckConstraint("headcount > 0", name=op.f("ck_demand_lines_some_heads")),
        _refers("demand_lines", "answer_id", "demand_answers"),
        _refers("demand_lines", "capability_id", "capabilities"),
        sa.PrimaryKeyConstraint(
            *("answer_id", "capability_id", "staff_level", "job_kind", "quarter"),
            name=op.f("pk_demand_lines"),
        ),
    )


def downgrade() -> None:
    for name in ("demand_lines", "demand_answers", "demand_rounds"):
        op.drop_table(name)
