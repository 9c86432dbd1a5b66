"""announcements with their snapshots, and where people work or hold an office"""

import sqlalchemy as sa
from alembic import op

from shared.database import JSON_COLUMN, Instant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

IS_OPEN = sa.text("state IN ('approved', 'snapshotting', 'sending')")


def upgrade() -> None:
    op.create_table(
        "posts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("is_over", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
    )
    op.create_index("ix_posts_organisation_id_person_id", "posts", ["organisation_id", "person_id"])
    op.create_index("ix_posts_person_id", "posts", ["person_id"])
    op.create_table(
        "announcements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("subject", JSON_COLUMN, nullable=False),
        sa.Column("body", JSON_COLUMN, nullable=False),
        sa.Column("audience", JSON_COLUMN, nullable=False),
        sa.Column("channels", JSON_COLUMN, nullable=False),
        sa.Column("send_at", Instant(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("done_number", sa.Integer(), nullable=False),
        sa.Column("next_at", Instant(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("approved_at", Instant(), nullable=True),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcements")),
    )
    op.create_index(
        "ix_announcements_organisation_id_id", "announcements", ["organisation_id", "id"]
    )
    op.create_index(
        "ix_announcements_open",
        "announcements",
        ["next_at"],
        sqlite_where=IS_OPEN,
        postgresql_where=IS_OPEN,
    )
    op.create_table(
        "announcement_recipients",
        sa.Column("announcement_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=True),
        sa.Column("notification_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["announcements.id"],
            name=op.f("fk_announcement_recipients_announcement_id"),
        ),
        sa.PrimaryKeyConstraint(
            "announcement_id", "number", name=op.f("pk_announcement_recipients")
        ),
    )
    op.create_index(
        "ix_announcement_recipients_announcement_id_subject_id",
        "announcement_recipients",
        ["announcement_id", "subject_id"],
        unique=True,
    )
    op.create_index(
        "ix_announcement_recipients_notification_id",
        "announcement_recipients",
        ["notification_id"],
        unique=True,
    )


def downgrade() -> None:
    op.drop_table("announcement_recipients")
    op.drop_table("announcements")
    op.drop_table("posts")
