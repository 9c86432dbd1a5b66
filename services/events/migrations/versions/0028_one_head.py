"""a delegation has at most one head

Of several, the one who came furthest stays, the one who was named first where they are even; the
others are members, as their history says.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

NAME = "uq_nominations_live_head"
HEADS = "role = 'head' AND state IN ('draft', 'submitted', 'confirmed', 'registered')"
FURTHEST = {"registered": 0, "confirmed": 1, "submitted": 2}
REASON = "member instead of head. A delegation has one head."

nominations = sa.table(
    "nominations",
    *(sa.column(name) for name in ("id", "version", "workshop_id", "organisation_id")),
    *(sa.column(name) for name in ("role", "state")),
)
transitions = sa.table(
    "transitions",
    *(sa.column(name) for name in ("subject", "subject_id", "at", "actor")),
    *(sa.column(name) for name in ("before", "after", "reason")),
)


def _too_many() -> sa.Select[tuple[Any]]:
    place = sa.func.row_number().over(
        partition_by=(nominations.c.workshop_id, nominations.c.organisation_id),
        order_by=(sa.case(FURTHEST, value=nominations.c.state, else_=3), nominations.c.id),
    )
    heads = sa.select(nominations.c.id, place.label("place")).where(sa.text(HEADS)).subquery()
    return sa.select(heads.c.id).where(heads.c.place > 1)


def upgrade() -> None:
    state = nominations.c.state
    step = sa.select(
        sa.literal("nominations"),
        nominations.c.id,
        sa.func.current_timestamp(),
        sa.literal("timer"),
        state,
        state,
        sa.literal(REASON),
    ).where(nominations.c.id.in_(_too_many()))
    op.execute(transitions.insert().from_select([each.name for each in transitions.c], step))
    op.execute(
        nominations.update()
        .where(nominations.c.id.in_(_too_many()))
        .values(role="member", version=nominations.c.version + 1)
    )
    op.create_index(
        NAME,
        "nominations",
        ["workshop_id", "organisation_id"],
        unique=True,
        sqlite_where=sa.text(HEADS),
        postgresql_where=sa.text(HEADS),
    )


def downgrade() -> None:
    op.drop_index(NAME, "nominations")
