"""What can't be done in members, in sentences for the reader."""

from shared.foundation.failures import Conflict, Fault, Forbidden, Invalid, Unauthenticated


class WrongCredentials(Unauthenticated):
    """The address and the password don't belong together; which is wrong stays unsaid."""

    default_code = "wrong_credentials"


class SecondFactorRequired(Unauthenticated):
    """Who they are is shown half: a code is asked for too."""

    default_code = "second_factor_required"


class WrongCode(Invalid):
    """The code is not the one that the app shows, or was used."""

    default_code = "wrong_code"

    def __init__(self, detail: str):
        super().__init__(detail, faults=[Fault("/code", detail)])


class BadPasskey(Invalid):
    """What the browser made is no passkey for this."""

    default_code = "bad_passkey"

    def __init__(self, detail: str):
        super().__init__(detail, faults=[Fault("/credential", detail)])


class NoPasskeysHere(Conflict):
    """Browsers keep passkeys for names; this is an address, or none of ours."""

    default_code = "no_passkeys_here"

    def __init__(self, origin: str):
        super().__init__(f"Passkeys don't work at this address. Use {origin}.")


class TooManyPasskeys(Conflict):
    """The person has as many passkeys as anybody may have."""

    default_code = "too_many_passkeys"


class DomainTaken(Conflict):
    """Two providers can't vouch for the same addresses."""

    default_code = "domain_taken"


class NotFresh(Forbidden):
    """They signed in too long ago to change how they sign in."""

    default_code = "fresh_sign_in_required"


class BadLink(Invalid):
    """The mailed token is not one of ours, was used, or is too old."""

    default_code = "bad_link"


class WrongState(Conflict):
    """The thing is not in a state in which this can be done."""

    default_code = "wrong_state"


class Circle(Conflict):
    """An organisation would belong to itself by way of others."""

    default_code = "membership_circle"


class IdentifierTaken(Conflict):
    """Another organisation has the identifier. identifier: its scheme and value, where known."""

    default_code = "identifier_taken"
    identifier: tuple[str, str] | None = None


class AlreadyThere(Conflict):
    """There is one such thing already, and there may be only one."""

    default_code = "already_there"


class ValuesInTheWay(Conflict):
    """A field can't change so: values that it has would not fit."""

    default_code = "values_in_the_way"


class TooManyTokens(Conflict):
    """The person has as many personal tokens as anybody may have."""

    default_code = "too_many_tokens"


class LastOperator(Conflict):
    """Nobody could run the installation afterwards."""

    default_code = "last_operator"


class NotHeld(Forbidden):
    """Nobody can give what they don't have themselves."""

    default_code = "not_held"


class BadFile(Invalid):
    """The file can't be imported as it is."""

    default_code = "bad_file"
