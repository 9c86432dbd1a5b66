"""project proposals, their co-sponsors and review; days of steps; workshops that come of them"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None
PLAIN = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "project_proposals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("titles", PLAIN, nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("economy", sa.Text(), nullable=True),
        sa.Column("host_id", sa.Uuid(), nullable=False),
        sa.Column("overseer_id", sa.Uuid(), nullable=True),
        sa.Column("overseer_name", sa.Text(), nullable=False),
        sa.Column("overseer_email", sa.Text(), nullable=False),
        sa.Column("overseer_email_key", sa.Text(), nullable=False),
        sa.Column("overseer_locale", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("sections", PLAIN, nullable=False),
        sa.Column("priorities", PLAIN, nullable=False),
        sa.Column("asked_cents", sa.BigInteger(), nullable=True),
        sa.Column("asked_currency", sa.Text(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("submitted_on", sa.Date(), nullable=True),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("approved_cents", sa.BigInteger(), nullable=True),
        sa.Column("approved_currency", sa.Text(), nullable=True),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("conditions", PLAIN, nullable=False),
        sa.Column("report", PLAIN, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "(asked_cents IS NULL) = (asked_currency IS NULL)",
            name=op.f("ck_project_proposals_asked_is_money"),
        ),
        sa.CheckConstraint(
            "(approved_cents IS NULL) = (approved_currency IS NULL)",
            name=op.f("ck_project_proposals_approved_is_money"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_proposals")),
    )
    for columns in (
        ["host_id", "id"],
        ["organisation_id", "id"],
        ["overseer_id"],
        ["overseer_email_key"],
    ):
        name = op.f(f"ix_project_proposals_{'_'.join(columns)}")
        op.create_index(name, "project_proposals", columns)
    _create_co_sponsorships()
    op.create_table(
        "review_comments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("is_internal", sa.Boolean(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["project_proposals.id"], name=op.f("fk_review_comments_proposal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_comments")),
    )
    op.create_index(
        op.f("ix_review_comments_proposal_id_id"), "review_comments", ["proposal_id", "id"]
    )
    op.create_index(op.f("ix_review_comments_author_id"), "review_comments", ["author_id"])
    op.create_table(
        "proposal_rules",
        sa.Column("host_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("co_sponsors_needed", sa.Integer(), nullable=False),
        sa.CheckConstraint("co_sponsors_needed >= 0", name=op.f("ck_proposal_rules_not_negative")),
        sa.PrimaryKeyConstraint("host_id", name=op.f("pk_proposal_rules")),
    )
    op.add_column("transitions", sa.Column("happened_on", sa.Date(), nullable=True))
    op.add_column("workshops", sa.Column("proposal_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_workshops_proposal_id"), "workshops", ["proposal_id"])


def _create_co_sponsorships() -> None:
    op.create_table(
        "co_sponsorships",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("economy", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("email_key", sa.Text(), nullable=True),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "organisation_id IS NOT NULL OR economy IS NOT NULL",
            name=op.f("ck_co_sponsorships_names_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["project_proposals.id"], name=op.f("fk_co_sponsorships_proposal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_co_sponsorships")),
    )
    for columns in (["proposal_id", "id"], ["organisation_id"], ["email_key"]):
        name = op.f(f"ix_co_sponsorships_{'_'.join(columns)}")
        op.create_index(name, "co_sponsorships", columns)


def downgrade() -> None:
    op.drop_index(op.f("ix_workshops_proposal_id"), "workshops")
    op.drop_column("workshops", "proposal_id")
    op.drop_column("transitions", "happened_on")
    for name in ("review_comments", "co_sponsorships", "proposal_rules", "project_proposals"):
        op.drop_table(name)
