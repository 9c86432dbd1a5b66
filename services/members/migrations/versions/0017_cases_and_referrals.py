"""The case library; the catalogues of experts and technologies; needs and referrals."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.database import Instant

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

SIDES = ("organisation", "alliance")
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
    _make_catalogue()
    _make_needs()
    _make_referrals()
    op.create_table(
        "referral_terms",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        _refers("referral_terms", "organisation_id", "organisations"),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_referral_terms")),
    )


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


def _columns(kind: Any, *names: str, nullable: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=nullable) for name in names]


def _make_catalogue() -> None:
    table = "catalogue_entries"
    op.create_table(
        table,
        *_columns(sa.Uuid(), "id"),
        *_columns(sa.Integer(), "version"),
        *_columns(sa.Uuid(), "alliance_id", "organisation_id"),
        *_columns(sa.Uuid(), "person_id", nullable=True),
        *_columns(sa.Text(), "kind", "state"),
        *_columns(JSON, "names", "texts", "capability_ids", "sectors", "languages"),
        *_columns(sa.Integer(), "most_at_once"),
        *_columns(sa.Text(), "search_key", "tags"),
        *_columns(Instant(), "created_at"),
        sa.CheckConstraint("most_at_once > 0", name=op.f(f"ck_{table}_takes_some")),
        _refers(table, "alliance_id", "organisations"),
        _refers(table, "organisation_id", "organisations"),
        _refers(table, "person_id", "people"),
        _key(table),
    )
    _index(table, "alliance_id", "kind", "state")
    _index(table, "organisation_id")
    _index(table, "person_id")
    _index_names(table)


def _make_needs() -> None:
    table = "talent_needs"
    op.create_table(
        table,
        *_columns(sa.Uuid(), "id"),
        *_columns(sa.Integer(), "version"),
        *_columns(sa.Uuid(), "person_id", nullable=True),
        *_columns(sa.Uuid(), "organisation_id", "alliance_id"),
        *_columns(sa.Uuid(), "company_id", nullable=True),
        *_columns(sa.Text(), "kind", "state", "text", "language", "shown_to"),
        *_columns(JSON, "capability_ids"),
        *_columns(sa.Text(), "sector", nullable=True),
        *_columns(Instant(), "consented_at", "due_at"),
        *_columns(sa.Integer(), "told_late"),
        *_columns(Instant(), "created_at"),
        _refers(table, "person_id", "people"),
        *(_refers(table, f"{each}_id", "organisations") for each in (*SIDES, "company")),
        _key(table),
    )
    for each in ("person", *SIDES, "company"):
        _index(table, f"{each}_id")
    _index(table, "state", "due_at")


def _make_referrals() -> None:
    table = "referrals"
    op.create_table(
        table,
        *_columns(sa.Uuid(), "id"),
        *_columns(sa.Integer(), "version"),
        *_columns(sa.Uuid(), "need_id", "entry_id"),
        *_columns(sa.Uuid(), "person_id", nullable=True),
        *_columns(sa.Uuid(), "organisation_id", "alliance_id", "provider_id"),
        *_columns(sa.Uuid(), "case_id", nullable=True),
        *_columns(sa.Text(), "state"),
        *_columns(JSON, "reasons"),
        *_columns(sa.Text(), "reason"),
        *_columns(sa.Text(), "outcome", nullable=True),
        *_columns(sa.Text(), "outcome_text"),
        *_columns(Instant(), "offered_at"),
        *_columns(
            Instant(),
            *("trainee_accepted_at", "provider_accepted_at", "met_at", "closed_at"),
            nullable=True,
        ),
        _refers(table, "need_id", "talent_needs"),
        _refers(table, "entry_id", "catalogue_entries"),
        _refers(table, "person_id", "people"),
        _refers(table, "case_id", "cases"),
        *(_refers(table, f"{each}_id", "organisations") for each in (*SIDES, "provider")),
        _key(table),
    )
    for each in ("need", "person", *SIDES, "provider", "case"):
        _index(table, f"{each}_id")
    _index(table, "entry_id", "state")


def downgrade() -> None:
    for name in ("referral_terms", "referrals", "talent_needs", "catalogue_entries"):
        op.drop_table(name)
    for name in ("case_attachments", "case_followers", "cases"):
        op.drop_table(name)
