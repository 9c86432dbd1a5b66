"""The case library: cases, the companies that followed, and files."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.database import Instant

revision = "0017"
down_revision = "0015"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))


def _key(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def _index_names(table: str) -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute(f"CREATE INDEX ix_{table}_names ON {table} USING gin (name_grams(search_key))")


def upgrade() -> None:
    _make_cases()
    op.create_table(
        "case_followers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        _refers("case_followers", "case_id", "cases"),
        _refers("case_followers", "company_id", "organisations"),
        _key("case_followers"),
        sa.UniqueConstraint(
            "case_id", "company_id", name=op.f("uq_case_followers_case_id_company_id")
        ),
    )
    _index("case_followers", "company_id")
    op.create_table(
        "case_attachments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        _refers("case_attachments", "case_id", "cases"),
        _key("case_attachments"),
    )
    _index("case_attachments", "case_id")
    _index("case_attachments", "digest")


def _make_cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *(
            sa.Column(f"{each}_id", sa.Uuid(), nullable=each == "mentor")
            for each in ("organisation", "association", "alliance", "mentor")
        ),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        *(
            sa.Column(each, JSON, nullable=False)
            for each in ("titles", "summaries", "texts", "capability_ids", "sectors")
        ),
        sa.Column("search_key", sa.Text(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("endorsed_at", Instant(), nullable=True),
        sa.Column("published_at", Instant(), nullable=True),
        *(
            _refers("cases", f"{each}_id", "organisations")
            for each in ("organisation", "association", "alliance", "mentor")
        ),
        _key("cases"),
    )
    _index("cases", "state", "published_at")
    for each in ("organisation", "association", "alliance", "mentor"):
        _index("cases", f"{each}_id")
    _index_names("cases")


def downgrade() -> None:
    for name in ("case_attachments", "case_followers", "cases"):
        op.drop_table(name)
