from alembic import context

from services.notifications.model import Base
from shared.migrating import migrate_in

migrate_in(context, Base.metadata)
