"""calls for contributions, submissions, their reviews; several speakers of a contribution"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None
PLAIN = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _of(table: str, name: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [f"{target}.id"], name=op.f(f"fk_{table}_{name}"))


def _column(name: str, kind: sa.types.TypeEngine, *, may_be_none: bool = False) -> sa.Column:
    return sa.Column(name, kind, nullable=may_be_none)


def _calls() -> None:
    op.create_table(
        "calls",
        _column("id", sa.Uuid()),
        _column("version", sa.Integer()),
        _column("workshop_id", sa.Uuid()),
        _column("is_published", sa.Boolean()),
        _column("texts", PLAIN),
        _column("opens_at", sa.DateTime(timezone=True)),
        _column("closes_at", sa.DateTime(timezone=True)),
        _column("topics", PLAIN),
        _column("kinds", PLAIN),
        _column("criteria", PLAIN),
        _column("is_blind", sa.Boolean()),
        _column("takes_file", sa.Boolean()),
        _column("created_at", sa.DateTime(timezone=True)),
        _of("calls", "workshop_id", "workshops"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
        sa.UniqueConstraint("workshop_id", name=op.f("uq_calls_workshop_id")),
    )
    op.create_table(
        "call_reviewers",
        _column("call_id", sa.Uuid()),
        _column("person_id", sa.Uuid()),
        _of("call_reviewers", "call_id", "calls"),
        sa.PrimaryKeyConstraint("call_id", "person_id", name=op.f("pk_call_reviewers")),
    )
    op.create_index(op.f("ix_call_reviewers_person_id"), "call_reviewers", ["person_id"])


def _submissions() -> None:
    op.create_table(
        "submissions",
        _column("id", sa.Uuid()),
        _column("version", sa.Integer()),
        _column("call_id", sa.Uuid()),
        _column("workshop_id", sa.Uuid()),
        _column("person_id", sa.Uuid(), may_be_none=True),
        *(_column(name, sa.Text()) for name in ("name", "name_key", "email", "email_key")),
        *(_column(name, sa.Text()) for name in ("locale", "title", "abstract")),
        _column("topic", sa.Text(), may_be_none=True),
        _column("kind", sa.Text(), may_be_none=True),
        _column("speakers", PLAIN),
        _column("filename", sa.Text(), may_be_none=True),
        _column("content_type", sa.Text(), may_be_none=True),
        _column("size_bytes", sa.BigInteger(), may_be_none=True),
        _column("digest", sa.Text(), may_be_none=True),
        _column("state", sa.Text()),
        _column("contribution_id", sa.Uuid(), may_be_none=True),
        _column("secret", sa.Text()),
        _column("created_at", sa.DateTime(timezone=True)),
        _of("submissions", "call_id", "calls"),
        _of("submissions", "workshop_id", "workshops"),
        _of("submissions", "contribution_id", "contributions"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
    )
    for columns in (["call_id", "id"], ["person_id"], ["email_key"], ["digest"]):
        op.create_index(op.f(f"ix_submissions_{'_'.join(columns)}"), "submissions", columns)
    op.create_table(
        "reviews",
        _column("submission_id", sa.Uuid()),
        _column("person_id", sa.Uuid()),
        _column("scores", PLAIN),
        _column("comment", sa.Text()),
        _column("has_conflict", sa.Boolean()),
        _column("written_at", sa.DateTime(timezone=True)),
        _of("reviews", "submission_id", "submissions"),
        sa.PrimaryKeyConstraint("submission_id", "person_id", name=op.f("pk_reviews")),
    )


def upgrade() -> None:
    _calls()
    _submissions()
    op.add_column(
        "contributions",
        sa.Column("co_speaker_ids", PLAIN, server_default=sa.text("'[]'"), nullable=False),
    )


def downgrade() -> None:
    with op.batch_alter_table("contributions") as table:
        table.drop_column("co_speaker_ids")
    for table_name in ("reviews", "submissions", "call_reviewers", "calls"):
        op.drop_table(table_name)
