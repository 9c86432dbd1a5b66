"""An organisation's own words for the mails that are sent in its name, version by version."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.model.base import Base


class Template(Base):
    """kind: the mail's name, such as `seat_offered`. texts: language → subject, button, body.

    texts are the newest of each language, is_used whether they are: else the built-in words are.
    fault: why they can't be used, and the built-in ones are instead; empty while they can.
    """

    __tablename__ = "templates"
    __table_args__ = (Index(None, "organisation_id", "kind", unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    organisation_id: Mapped[UUID]
    kind: Mapped[str]
    texts: Mapped[dict[str, Any]]
    is_used: Mapped[bool]
    fault: Mapped[str]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class TemplateVersion(Base):
    """One language as it was written once. number: from 1, the built-in words."""

    __tablename__ = "template_versions"

    template_id: Mapped[UUID] = mapped_column(ForeignKey("templates.id"), primary_key=True)
    locale: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    subject: Mapped[str]
    button: Mapped[str]
    body: Mapped[str]
    author: Mapped[str]
    created_at: Mapped[datetime]
