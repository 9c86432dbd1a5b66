"""Coming in by an organisation's identity provider: whom it vouches for, and who that is here."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from services.members.actions.introducing import record_person
from services.members.actions.recording import PROVIDERS, take_turn
from services.members.actions.signing_up import open_account
from services.members.actions.trusting_providers import client_secret_of
from services.members.actions.warning import warn
from services.members.gateways.failures import ProviderRefused
from services.members.gateways.providers import Client, Vouched
from services.members.model import Account, IdentityProvider, LinkedIdentity, Person
from services.members.queries.accounts import find_account, people_at
from services.members.queries.providers import domains_of
from services.members.settings import MembersSettings
from shared.contracts.members import AddressConfirmed
from shared.foundation.languages import ENGLISH
from shared.foundation.names import PersonName, fold
from shared.messaging.outbox import tell

LONGEST_NAME = 100


def client_of(found: IdentityProvider, *, redirect_uri: str, settings: MembersSettings) -> Client:
    """Who we are to the provider."""
    return Client(
        issuer=found.issuer,
        client_id=found.client_id,
        client_secret=client_secret_of(found, settings=settings),
        redirect_uri=redirect_uri,
        may_be_private=settings.private_providers,
    )


def redirect_uri_of(organisation_id: UUID, public_url: str) -> str:
    """Where the provider sends people back to."""
    return f"{public_url}/members/sign-in/with/{organisation_id}/back"


def domain_of(email: str) -> str:
    """The part behind the @, in lower case."""
    return email.rpartition("@")[2].lower()


def person_vouched_for(
    session: Session,
    provider: IdentityProvider,
    vouched: Vouched,
    *,
    locale: str = ENGLISH,
    now: datetime,
) -> Person:
    """Who comes in: whom the provider meant before, or whoever has the address that it verified.

    Somebody new is recorded with an account, and the language is theirs. Tells AddressConfirmed;
    SignInChanged at the first time for an account that was there. Raises ProviderRefused outside
    the provider's domains.
    """
    # Two first visits at one moment would make two people of one.
    take_turn(session, PROVIDERS)
    key = (provider.organisation_id, provider.issuer, vouched.subject)
    link = session.get(LinkedIdentity, key)
    if link is not None:
        account = session.get_one(Account, link.person_id)
        _require_within(session, provider, account.email)
        return session.get_one(Person, account.person_id)
    if vouched.email is None:
        raise ProviderRefused(
            "Your organisation's sign-in does not say that your mail address was verified."
        )
    _require_within(session, provider, vouched.email)
    person = _person_at(session, vouched.email, vouched, locale, now=now)
    session.add(
        LinkedIdentity(
            organisation_id=provider.organisation_id,
            issuer=provider.issuer,
            subject=vouched.subject,
            person_id=person.id,
            linked_at=now,
        )
    )
    tell(session, AddressConfirmed(person_id=person.id, email=vouched.email), now=now)
    return person


def _require_within(session: Session, provider: IdentityProvider, email: str) -> None:
    if domain_of(email) not in domains_of(session, provider.organisation_id):
        raise ProviderRefused("Your organisation's sign-in can't vouch for this mail address.")


def _person_at(
    session: Session, email: str, vouched: Vouched, locale: str, *, now: datetime
) -> Person:
    account = find_account(session, email)
    if account is not None:
        person = session.get_one(Person, account.person_id)
        warn(session, person, "provider_linked", now=now)
        return person
    names = [_name_in(vouched, email)]
    recorded = [each for each in people_at(session, email) if not each.has_account]
    same = [each for each in recorded if each.is_called(names)]
    facts = {"names": names, "email": email, "locale": locale}
    person = same[0] if same else record_person(session, facts, actor="provider", now=now)
    open_account(session, person, email, password_hash=None, actor="provider", now=now)
    return person


def _one_line(text: str) -> str:
    """The text without what no name has."""
    printable = "".join(each if each.isprintable() else " " for each in text)
    return " ".join(printable.split())[:LONGEST_NAME]


def _name_in(vouched: Vouched, email: str) -> PersonName:
    """What the provider calls them; without a name, what stands before the @."""
    given, family = map(_one_line, (vouched.given, vouched.family))
    family = family or given or email.partition("@")[0]
    given = given if given != family else ""
    is_latin = fold(f"{given}{family}").isascii()
    return PersonName(
        kind="romanised" if is_latin else "native",
        given=given,
        family=family,
        order="given_first" if is_latin else "family_first",
    )


def forget_links_of(session: Session, person_id: UUID) -> None:
    """No provider means the person any more."""
    session.execute(delete(LinkedIdentity).where(LinkedIdentity.person_id == person_id))
