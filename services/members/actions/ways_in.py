"""All ways by which a person, or a program in their name, comes in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.members.actions.challenging import forget_challenges
from services.members.actions.checking_codes import forget_codes_of
from services.members.actions.giving_tokens import forget_tokens_of
from services.members.actions.keeping_passkeys import forget_passkeys_of
from services.members.actions.vouching import forget_links_of


def forget_ways_in(session: Session, person_id: UUID) -> None:
    """Delete what an erased person signed in with; sessions and tokens were ended before."""
    forget_tokens_of(session, person_id)
    forget_codes_of(session, person_id)
    forget_passkeys_of(session, person_id)
    forget_links_of(session, person_id)


def forget_old_ways_in(session: Session, *, now: datetime) -> None:
    """Delete what nobody can come in by any more."""
    forget_challenges(session, now=now)
