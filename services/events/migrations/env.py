from alembic import context

from services.events.model import Base
from shared.migrating import migrate_in

migrate_in(context, Base.metadata)
