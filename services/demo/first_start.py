"""Loading the demo once, and knowing when it is loaded and heard."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from services.demo import (
    accounts,
    apec,
    cases,
    contributions,
    demand,
    findings,
    profiles,
    proposal,
    referrals,
    talent,
    workshops,
)
from services.events.model import Workshop
from services.members.actions.hashing import hash_password, is_password
from services.members.model import Account
from shared.database import Database
from shared.days import day_of
from shared.foundation.clock import utc_now
from shared.foundation.logs import get_logger

LOOK_AGAIN_SECONDS: Final = 0.1
log = get_logger()


@dataclass
class Demo:
    """The demo on its way into the databases.

    databases: by service. pending: why not everything told is heard yet, or None.
    state: what is still missing; None once the demo is loaded and heard.
    """

    databases: Mapping[str, Database]
    pending: Callable[[], str | None]
    password: str
    state: str | None = "the demo is being loaded"

    def start(self, *, then: Callable[[], None]) -> None:
        """Load in a thread of its own; `then` when all is there."""

        def run() -> None:
            try:
                self.load()
            except Exception as error:
                self.state = f"the demo could not be loaded: {error}"
                log.exception("demo failed")
                return
            then()

        threading.Thread(target=run, name="demo", daemon=True).start()

    def load(self) -> None:
        """Load what is missing, each part in one transaction, and wait until it is heard."""
        self._load_members()
        self._wait("the demo's members are not heard yet")
        self._load_workshops()
        self._wait("the demo's workshops are not heard yet")
        self.state = None

    def _load_members(self) -> None:
        with self.databases["members"].writing() as session:
            operator = session.scalars(
                select(Account).where(Account.email == accounts.OPERATOR)
            ).one_or_none()
            if operator is None:
                alliance = talent.load_talent_alliance(session)
                demand.load_demand(session, alliance.alliance, alliance.bodies, now=utc_now())
                group = apec.load_working_group(session)
                people = accounts.load_accounts(
                    session, alliance, group, password=self.password, now=utc_now()
                )
                profiles.load_profiles(session, alliance, group)
                cases.load_cases(session, alliance)
                trainee = people[accounts.ATTENDEE]
                referrals.load_referral(session, alliance, trainee, now=utc_now())
            elif not is_password(operator.password_hash, self.password):
                new_hash = hash_password(self.password)
                theirs = select(Account).where(Account.email.in_(accounts.ACCOUNTS))
                for account in session.scalars(theirs):
                    account.password_hash = new_hash

    def _load_workshops(self) -> None:
        with self.databases["events"].writing() as session:
            if session.scalar(select(Workshop.id).limit(1)) is not None:
                return
            alliances, now = workshops.known(session), utc_now()
            project = proposal.load_proposal(session, alliances)
            held = workshops.load_workshop_of_2024(session, alliances, proposal_id=project.id)
            findings.load_findings(session, alliances, held, today=day_of(session, now))
            twin = workshops.load_twin(session, alliances, now=now)
            contributions.load_contributions(session, twin, now=now)
            workshops.load_talent_workshops(session, alliances, now=now)

    def _wait(self, state: str) -> None:
        self.state = state
        while self.pending() is not None:
            time.sleep(LOOK_AGAIN_SECONDS)
