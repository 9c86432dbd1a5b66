"""titles of people, identifiers that are one organisation's, the index of names, segments"""

import sqlalchemy as sa
from alembic import op

from shared.database import JSON_COLUMN, Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

UNIQUE_SCHEMES = (
    "tw-ubn",
    "au-abn",
    "ca-bn",
    "cl-rut",
    "cn-uscc",
    "duns",
    "id-npwp",
    "jp-cn",
    "kr-brn",
    "lei",
    "mx-rfc",
    "nz-ird",
    "pe-ruc",
    "ru-inn",
    "sg-uen",
    "th-tin",
    "us-ein",
    "vn-mst",
)
NAME_GRAMS = """
CREATE OR REPLACE FUNCTION name_grams(names text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS $$
    SELECT coalesce(array_agg(DISTINCT substr(word, place, size) COLLATE "C"), '{}')
    FROM unnest(string_to_array(replace(names, E'\\n', ' '), ' ')) word,
        generate_series(1, 3) size,
        generate_series(1, length(word) - size + 1) place
$$
"""


def _is_postgresql() -> bool:
    return op.get_context().dialect.name == "postgresql"


def upgrade() -> None:
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.add_column(sa.Column("titles", JSON_COLUMN, nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("sort_as", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("merged_into", sa.Uuid(), nullable=True))
        batch_op.create_index(batch_op.f("ix_people_merged_into"), ["merged_into"], unique=False)
    _mark_unique_identifiers()
    _make_segments()
    _make_merges()
    if _is_postgresql():
        op.execute(NAME_GRAMS)
        for table in ("people", "organisations"):
            op.execute(
                f"CREATE INDEX ix_{table}_names ON {table} USING gin (name_grams(search_key))"
            )


def _mark_unique_identifiers() -> None:
    with op.batch_alter_table("identifiers", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("is_unique", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    identifiers = sa.table("identifiers", sa.column("scheme"), sa.column("is_unique"))
    op.execute(
        identifiers.update()
        .where(identifiers.c.scheme.in_(UNIQUE_SCHEMES))
        .values(is_unique=sa.true())
    )
    with op.batch_alter_table("identifiers", schema=None) as batch_op:
        batch_op.alter_column("is_unique", server_default=None)
        batch_op.drop_constraint(batch_op.f("uq_identifiers_scheme_value"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_identifiers_organisation_id_scheme_value"),
            ["organisation_id", "scheme", "value"],
        )
        batch_op.create_index(
            "uq_identifiers_unique",
            ["scheme", "value"],
            unique=True,
            sqlite_where=sa.text("is_unique"),
            postgresql_where=sa.text("is_unique"),
        )


def _make_segments() -> None:
    op.create_table(
        "segments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("names", JSON_COLUMN, nullable=False),
        sa.Column("filters", JSON_COLUMN, nullable=True),
        sa.Column("picked", JSON_COLUMN, nullable=False),
        sa.Column("member_count", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("evaluated_at", Instant(), nullable=True),
        sa.Column("removed_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_segments_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segments")),
    )
    with op.batch_alter_table("segments", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_segments_organisation_id_id"), ["organisation_id", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_segments_evaluated_at"), ["evaluated_at"], unique=False
        )
    op.create_table(
        "segment_members",
        sa.Column("segment_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["segment_id"], ["segments.id"], name=op.f("fk_segment_members_segment_id")
        ),
        sa.PrimaryKeyConstraint("segment_id", "member_id", name=op.f("pk_segment_members")),
    )
    with op.batch_alter_table("segment_members", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_segment_members_member_id"), ["member_id"], unique=False
        )


def _make_merges() -> None:
    op.create_table(
        "merges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kept_id", sa.Uuid(), nullable=False),
        sa.Column("gone_id", sa.Uuid(), nullable=False),
        sa.Column("before", JSON_COLUMN, nullable=False),
        sa.Column("after", JSON_COLUMN, nullable=False),
        sa.Column("moved", JSON_COLUMN, nullable=False),
        sa.Column("merged_at", Instant(), nullable=False),
        sa.Column("merged_by", sa.Text(), nullable=False),
        sa.Column("undone_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["kept_id"], ["people.id"], name=op.f("fk_merges_kept_id")),
        sa.ForeignKeyConstraint(["gone_id"], ["people.id"], name=op.f("fk_merges_gone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
    )
    with op.batch_alter_table("merges", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_merges_kept_id_id"), ["kept_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_merges_gone_id"), ["gone_id"], unique=False)


def downgrade() -> None:
    op.drop_table("merges")
    op.drop_table("segment_members")
    op.drop_table("segments")
    if _is_postgresql():
        for table in ("people", "organisations"):
            op.execute(f"DROP INDEX ix_{table}_names")
        op.execute("DROP FUNCTION name_grams(text)")
    # Numbers that several have can't be told apart any more: the first keeps it.
    op.execute(
        "DELETE FROM identifiers WHERE EXISTS (SELECT 1 FROM identifiers first"
        " WHERE first.scheme = identifiers.scheme AND first.value = identifiers.value"
        " AND first.id < identifiers.id)"
    )
    with op.batch_alter_table("identifiers", schema=None) as batch_op:
        batch_op.drop_index("uq_identifiers_unique")
        batch_op.drop_constraint(
            batch_op.f("uq_identifiers_organisation_id_scheme_value"), type_="unique"
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_identifiers_scheme_value"), ["scheme", "value"]
        )
        batch_op.drop_column("is_unique")
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_people_merged_into"))
        batch_op.drop_column("merged_into")
        batch_op.drop_column("sort_as")
        batch_op.drop_column("titles")
