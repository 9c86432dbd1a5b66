"""capabilities as members tells them; courses, trainers, learning paths, figures of runs"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None
PLAIN = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "capabilities",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("names", PLAIN, nullable=False),
        sa.Column("esco_uri", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capabilities")),
    )
    op.create_table(
        "courses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("host_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("names", PLAIN, nullable=False),
        sa.Column("texts", PLAIN, nullable=False),
        sa.Column("staff_level", sa.Text(), nullable=False),
        sa.Column("job_kind", sa.Text(), nullable=False),
        sa.Column("hours", sa.Double(), nullable=False),
        sa.Column("prerequisites_are", sa.Text(), nullable=False),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses")),
    )
    op.create_table(
        "course_capabilities",
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("capability_id", sa.Uuid(), nullable=False),
        _of("course_capabilities", "course_id", "courses"),
        sa.PrimaryKeyConstraint("course_id", "capability_id", name=op.f("pk_course_capabilities")),
    )
    op.create_table(
        "course_prerequisites",
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("required_id", sa.Uuid(), nullable=False),
        _of("course_prerequisites", "course_id", "courses"),
        _of("course_prerequisites", "required_id", "courses"),
        sa.PrimaryKeyConstraint("course_id", "required_id", name=op.f("pk_course_prerequisites")),
    )
    op.create_table(
        "prerequisite_waivers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("given_at", MOMENT, nullable=False),
        _of("prerequisite_waivers", "workshop_id", "workshops"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prerequisite_waivers")),
    )
    op.create_table(
        "learning_paths",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("host_id", sa.Uuid(), nullable=False),
        sa.Column("names", PLAIN, nullable=False),
        sa.Column("texts", PLAIN, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learning_paths")),
    )
    op.create_table(
        "learning_path_courses",
        sa.Column("path_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        _of("learning_path_courses", "path_id", "learning_paths"),
        _of("learning_path_courses", "course_id", "courses"),
        sa.PrimaryKeyConstraint("path_id", "place", name=op.f("pk_learning_path_courses")),
    )
    op.create_table(
        "trainers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("host_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("names", PLAIN, nullable=False),
        sa.Column("affiliations", PLAIN, nullable=False),
        sa.Column("texts", PLAIN, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trainers")),
    )
    op.create_table(
        "course_trainers",
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("trainer_id", sa.Uuid(), nullable=False),
        _of("course_trainers", "course_id", "courses"),
        _of("course_trainers", "trainer_id", "trainers"),
        sa.PrimaryKeyConstraint("course_id", "trainer_id", name=op.f("pk_course_trainers")),
    )
    op.create_table(
        "run_trainers",
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("trainer_id", sa.Uuid(), nullable=False),
        _of("run_trainers", "workshop_id", "workshops"),
        _of("run_trainers", "trainer_id", "trainers"),
        sa.PrimaryKeyConstraint("workshop_id", "trainer_id", name=op.f("pk_run_trainers")),
    )
    op.create_table(
        "told_runs",
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("told_at", MOMENT, nullable=False),
        _of("told_runs", "workshop_id", "workshops"),
        sa.PrimaryKeyConstraint("workshop_id", name=op.f("pk_told_runs")),
    )
    for table, columns in INDEXES:
        is_unique = table == "prerequisite_waivers"
        op.create_index(_index(table, columns), table, list(columns), unique=is_unique)
    op.add_column(
        "certificate_runs", sa.Column("taught", PLAIN, nullable=False, server_default="{}")
    )


INDEXES = (
    ("capabilities", ("organisation_id",)),
    ("courses", ("host_id", "code")),
    ("courses", ("code", "id")),
    ("courses", ("staff_level",)),
    ("course_capabilities", ("capability_id",)),
    ("course_prerequisites", ("required_id",)),
    ("prerequisite_waivers", ("workshop_id", "email_key")),
    ("learning_paths", ("host_id", "id")),
    ("learning_path_courses", ("course_id",)),
    ("trainers", ("host_id", "id")),
    ("trainers", ("person_id",)),
    ("course_trainers", ("trainer_id",)),
    ("run_trainers", ("trainer_id",)),
    ("workshops", ("course_id",)),
)
TABLES = (
    "told_runs",
    "run_trainers",
    "course_trainers",
    "trainers",
    "learning_path_courses",
    "learning_paths",
    "prerequisite_waivers",
    "course_prerequisites",
    "course_capabilities",
    "courses",
    "capabilities",
)


def _of(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def _index(table: str, columns: tuple[str, ...]) -> str:
    return op.f(f"ix_{table}_{'_'.join(columns)}")


def downgrade() -> None:
    op.drop_index(_index("workshops", ("course_id",)), "workshops")
    op.drop_column("certificate_runs", "taught")
    for table in TABLES:
        op.drop_table(table)
