"""How PostgreSQL finds deliveries: by index, also by a plan from when there were few."""

from datetime import timedelta

import pytest
from sqlalchemy import text, update

from services.notifications.app import MIGRATIONS
from services.notifications.model import Base, Delivery
from services.notifications.model.claim import CLAIM
from shared.database import Database
from tests.notifications.builders import NOW
from tests.notifications.test_order_of_mails import told

pytestmark = pytest.mark.real
FEW = tuple(f"Guest {n}" for n in range(20))


@pytest.fixture
def queue(postgres, templates):
    """Twenty mails are out, and PostgreSQL knows how few they are."""
    with templates.on_postgres(postgres, "notifications", MIGRATIONS, Base.metadata) as database:
        told(database, *FEW)
        found = Database(database.url, by_index=True)
        with found.writing() as session:
            session.execute(update(Delivery).values(state="sent"))
            session.execute(text("ANALYZE"))
        yield found
        found.dispose()


def test_a_claim_that_was_planned_for_few_mails_goes_by_index(queue):
    values = {"now": NOW, "until": NOW + timedelta(seconds=90), "lowest": 10, "limit": 200}

    with queue.reading() as session:
        plan = "\n".join(session.scalars(text(f"EXPLAIN {CLAIM.element.text}"), values))

    assert "Seq Scan on deliveries" not in plan
    assert "Index Scan using ix_deliveries_address_key on deliveries other" in plan
    assert "Index Cond: (address_key = due" in plan
