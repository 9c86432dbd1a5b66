"""bodies with seats, and stand-ins"""

import sqlalchemy as sa
from alembic import op

from shared.database import JSON_COLUMN, Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bodies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("names", JSON_COLUMN, nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("dissolved_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_bodies_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bodies")),
    )
    with op.batch_alter_table("bodies", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_bodies_organisation_id_id"), ["organisation_id", "id"], unique=False
        )

    op.create_table(
        "seats",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("removed_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["body_id"], ["bodies.id"], name=op.f("fk_seats_body_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_seats_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seats")),
    )
    with op.batch_alter_table("seats", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seats_body_id_id"), ["body_id", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_seats_organisation_id"), ["organisation_id"], unique=False
        )

    with op.batch_alter_table("appointments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("substitutes_for", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("seat_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_appointments_seat_id"), "seats", ["seat_id"], ["id"]
        )
        batch_op.create_index(
            batch_op.f("ix_appointments_substitutes_for"), ["substitutes_for"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_appointments_seat_id"), ["seat_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_appointments_ended_at_ends_on"), ["ended_at", "ends_on"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("appointments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appointments_ended_at_ends_on"))
        batch_op.drop_index(batch_op.f("ix_appointments_seat_id"))
        batch_op.drop_index(batch_op.f("ix_appointments_substitutes_for"))
        batch_op.drop_constraint(batch_op.f("fk_appointments_seat_id"), type_="foreignkey")
        batch_op.drop_column("seat_id")
        batch_op.drop_column("substitutes_for")
    op.drop_table("seats")
    op.drop_table("bodies")
