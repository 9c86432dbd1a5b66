"""What can't be done in notifications, in sentences for the reader."""

from shared.foundation.failures import Conflict, Unavailable


class AlreadySuppressed(Conflict):
    """Nothing is sent to the address already."""

    default_code = "already_suppressed"


class NotKnownYet(Unavailable):
    """What the message is about is told by another one, which has not come yet."""

    default_code = "not_known_yet"


class WrongState(Conflict):
    """The thing's state does not allow it."""

    default_code = "wrong_state"


class CannotOptOut(Conflict):
    """What is told in any case."""

    default_code = "mandatory_category"


class NotOffered(Conflict):
    """This installation has no such channel."""

    default_code = "not_offered"


class WrongCode(Conflict):
    """Not the code that was sent, or one whose time is over."""

    default_code = "wrong_code"


class NeedsSecondPerson(Conflict):
    """The organisation wants somebody else to approve."""

    default_code = "needs_second_person"


class NoAddress(Conflict):
    """Nothing can be sent to somebody without an address."""

    default_code = "no_address"


class AlreadyWritten(Conflict):
    """An organisation has one text of a kind."""

    default_code = "already_written"
