from alembic import context

from services.members.model import Base
from shared.migrating import migrate_in

migrate_in(context, Base.metadata)
