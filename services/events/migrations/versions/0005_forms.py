"""versions of registration forms, and changes that wait for the organizer"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None
QUESTIONS = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    versions = op.create_table(
        "form_versions",
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("questions", QUESTIONS, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshops.id"], name=op.f("fk_form_versions_workshop_id")
        ),
        sa.PrimaryKeyConstraint("workshop_id", "number", name=op.f("pk_form_versions")),
    )
    op.create_table(
        "registration_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("wanted", QUESTIONS, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registrations.id"],
            name=op.f("fk_registration_changes_registration_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshops.id"], name=op.f("fk_registration_changes_workshop_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_changes")),
    )
    op.create_index(
        "uq_registration_changes_pending",
        "registration_changes",
        ["registration_id"],
        unique=True,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    workshops = sa.table(
        "workshops",
        sa.column("id", sa.Uuid()),
        sa.column("form", QUESTIONS),
        sa.column("created_at", sa.DateTime(timezone=True)),
    )
    connection = op.get_bind()
    for workshop_id, form, created_at in connection.execute(sa.select(workshops)).all():
        if not form:
            continue
        questions = [_with_objects(question) for question in form]
        first = {"workshop_id": workshop_id, "number": 1, "questions": questions}
        connection.execute(versions.insert().values(**first, made_at=created_at, actor="migration"))
        connection.execute(
            workshops.update().where(workshops.c.id == workshop_id).values(form=questions)
        )


def _with_objects(question: dict) -> dict:
    """Options with labels, as they are kept from now on."""
    options = [
        option if isinstance(option, dict) else {"value": option, "labels": {}}
        for option in question.get("options", [])
    ]
    return {"hints": {}, "shown_if": None, "is_required": False} | question | {"options": options}


def downgrade() -> None:
    op.drop_table("registration_changes")
    op.drop_table("form_versions")
