"""groups that one contact registers"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "registration_groups",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("is_together", sa.Boolean(), nullable=False),
        sa.Column("passed_by", sa.Integer(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshops.id"], name=op.f("fk_registration_groups_workshop_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_groups")),
    )
    for columns in (["workshop_id", "email_key"], ["email_key"], ["person_id"]):
        name = op.f(f"ix_registration_groups_{'_'.join(columns)}")
        op.create_index(name, "registration_groups", columns)
    op.add_column("registrations", sa.Column("group_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_registrations_group_id"), "registrations", ["group_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_registrations_group_id"), "registrations")
    op.drop_column("registrations", "group_id")
    op.drop_table("registration_groups")
