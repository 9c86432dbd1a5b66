"""What can't be done in events, in sentences for the reader."""

from collections.abc import Sequence

from shared.foundation.failures import Conflict
from shared.foundation.languages import Text
from shared.foundation.sentences import said


class RegistrationClosed(Conflict):
    """Nobody can register now; the sentence says why."""

    default_code = "registration_closed"


class NotEnoughSeats(Conflict):
    """More seats are asked for than there are."""

    default_code = "not_enough_seats"


class AllotmentUsedUp(Conflict):
    """The body has no seat left to name a person for."""

    default_code = "allotment_used_up"


class OfferGone(Conflict):
    """The offer was answered before or has expired."""

    default_code = "offer_gone"


class CallClosed(Conflict):
    """The call takes nothing now; the sentence says why."""

    default_code = "call_closed"


class DelegationHasHead(Conflict):
    """Somebody heads the delegation already; the sentence says who, and what to do."""

    default_code = "delegation_has_head"


class WrongState(Conflict):
    """The thing is not in a state in which this can be done."""

    default_code = "wrong_state"


class HasAttended(WrongState):
    """Somebody has a place in the attendance, which stays."""

    def __init__(self, name: str):
        super().__init__(said("%(name)s has a place in the attendance; that stays.", name=name))


class TicketRefused(Conflict):
    """The ticket does not open this door; the sentence says why."""

    default_code = "ticket_refused"


class CoSponsorsMissing(Conflict):
    """Fewer co-sponsors have confirmed than the host asks for."""

    default_code = "co_sponsors_missing"


class PrerequisitesLacking(Conflict):
    """Somebody has no certificate of a course that must come first; the sentence says who.

    lacking: (name, the names of the courses) of each.
    """

    default_code = "prerequisites_lacking"
    lacking: Sequence[tuple[str, Sequence[Text]]] = ()
