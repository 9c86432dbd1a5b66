"""The Base of notifications: its own metadata, with the mechanism's tables."""

from sqlalchemy.orm import DeclarativeBase

from shared.database import Conventions, make_metadata
from shared.messaging import tables as messaging
from shared.web import tables as web


class Base(Conventions, DeclarativeBase):
    """Of every table that notifications owns."""

    metadata = make_metadata(messaging.metadata, web.metadata)
