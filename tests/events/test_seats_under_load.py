"""The last seats under a hundred hands at once; any order of anything never breaks the ledger."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.events.actions.allotting import keep_due_dates
from services.events.actions.confirming import confirm, substitute
from services.events.actions.door import Scan, check_in, walk_in
from services.events.actions.grouping import (
    Companion,
    Contact,
    accept_group_offer,
    cancel_group,
    decline_group_offer,
    people_of,
    register_group,
)
from services.events.actions.nominating import Nominee, decline, find_registration, withdraw
from services.events.actions.parties import next_party
from services.events.actions.registering import approve, cancel_registration, reject
from services.events.actions.scheduling import change_workshop
from services.events.actions.transferring import transfer_seats
from services.events.actions.waiting_list import accept_offer, decline_offer, find_open_offer
from services.events.app import MIGRATIONS
from services.events.model import Nomination, Registration, RegistrationGroup, SeatLedger, Workshop
from services.events.model.ticket import short_code
from services.events.queries.auditing import false_ledgers
from shared.foundation.failures import Failure
from shared.foundation.ids import new_id
from tests.events.builders import (
    NOW,
    a_nomination,
    a_workshop,
    an_attendee,
    an_organisation,
    comes,
    gives_seats,
    seats_of,
)

HANDS = 16


def test_a_hundred_clients_on_the_last_seats_never_oversell(database):
    with database.writing() as session:
        workshop_id = a_workshop(session, seats=10).id

    def come(number):
        with database.writing() as session:
            workshop = session.get_one(Workshop, workshop_id)
            found = comes(session, workshop, f"Guest {number}")
            return found.registration.state, found.place

    with ThreadPoolExecutor(HANDS) as hands:
        found = list(hands.map(come, range(100)))

    with database.reading() as session:
        workshop = session.get_one(Workshop, workshop_id)
        assert seats_of(session, workshop) == {"confirmed": 10, "waiting": 90}
    assert sorted(place for state, place in found if state == "waiting") == list(range(1, 91))


def test_the_same_person_asking_at_the_same_moment_is_registered_once(database):
    with database.writing() as session:
        workshop_id = a_workshop(session, seats=10).id

    def come(_):
        with database.writing() as session:
            return comes(session, session.get_one(Workshop, workshop_id), "Ann").registration.id

    with ThreadPoolExecutor(HANDS) as hands:
        ids = set(hands.map(come, range(32)))

    assert len(ids) == 1


def test_cancelling_and_coming_at_once_loses_no_seat(database):
    with database.writing() as session:
        workshop = a_workshop(session, seats=10, taken=10)
        workshop_id = workshop.id
        taken = [each.id for each in session.query(Registration).all()]

    def act(number):
        with database.writing() as session:
            if number % 2:
                found = session.get_one(Registration, taken[number // 2])
                cancel_registration(session, found, actor="link", now=NOW)
            else:
                comes(session, session.get_one(Workshop, workshop_id), f"Guest {number}")

    with ThreadPoolExecutor(HANDS) as hands:
        list(hands.map(act, range(20)))

    with database.reading() as session:
        seats = seats_of(session, session.get_one(Workshop, workshop_id))
        assert seats.get("confirmed", 0) + seats.get("offered", 0) + seats.get("free", 0) == 10
        assert not (seats.get("free") and seats.get("waiting"))


def test_an_offer_accepted_and_declined_at_once_has_one_end(database):
    with database.writing() as session:
        workshop = a_workshop(session, seats=1)
        first = comes(session, workshop, "Ann").registration
        waiting = comes(session, workshop, "Ben").registration
        cancel_registration(session, first, actor="link", now=NOW)
        offer_id = find_open_offer(session, waiting.id).id
        workshop_id = workshop.id

    def answer(number):
        act = accept_offer if number % 2 else decline_offer
        try:
            with database.writing() as session:
                act(session, offer_id, actor="link", now=NOW)
        except Failure:
            return

    with ThreadPoolExecutor(8) as hands:
        list(hands.map(answer, range(16)))

    with database.reading() as session:
        assert seats_of(session, session.get_one(Workshop, workshop_id)) in (
            {"confirmed": 1},
            {"free": 1},
        )


NAMES = st.sampled_from([f"Person {number}" for number in range(8)])
STEPS = st.integers(min_value=0, max_value=1000)


class AnyOrder(RuleBasedStateMachine):
    """Everything that can happen to seats, in any order, on one workshop."""

    database = None

    @initialize(seats=st.integers(3, 6), mode=st.sampled_from(["open", "approval"]))
    def begin(self, seats, mode):
        self.now = NOW
        with self.database.writing() as session:
            workshop = a_workshop(session, seats=seats, mode=mode)
            self.workshop_id = workshop.id
            self.bodies = [an_organisation(session, name) for name in "AB"]
            gives_seats(session, workshop, self.bodies[0], 2, alternates=2)
            a_nomination(session, workshop, self.bodies[0], "Person 0")
            for name in ("Person 1", "Person 2"):
                made = a_nomination(session, workshop, self.bodies[0], name, role="alternate")
                confirm(session, made, actor="link", now=NOW)

    def act(self, step):
        try:
            with self.database.writing() as session:
                step(session, session.get_one(Workshop, self.workshop_id))
        except Failure:
            return

    def pick(self, session, table, number):
        query = session.query(table).filter_by(workshop_id=self.workshop_id).order_by(table.id)
        found = query.all()
        return found[number % len(found)] if found else None

    @rule(name=NAMES, own=st.booleans())
    def come(self, name, own):
        body_id = self.bodies[0] if own else None
        self.act(lambda s, w: comes(s, w, name, now=self.now, organisation_id=body_id))

    @rule(names=st.sets(NAMES, min_size=2, max_size=4), own=st.booleans(), whole=st.booleans())
    def come_in_a_group(self, names, own, whole):
        contact = Contact(
            name="Office",
            email=f"{len(names)}@office.example",
            organisation_id=self.bodies[0] if own else None,
        )
        people = [Companion(name=name, email=an_attendee(name).email) for name in sorted(names)]
        self.act(
            lambda s, w: register_group(
                s, w, contact, people, is_together=whole, actor="guest", now=self.now
            )
        )

    @rule(
        number=STEPS, verb=st.sampled_from([accept_group_offer, decline_group_offer, cancel_group])
    )
    def answer_for_a_group(self, number, verb):
        def step(session, _):
            found = self.pick(session, RegistrationGroup, number)
            if found is not None:
                verb(session, found, actor="link", now=self.now)

        self.act(step)

    @rule(number=STEPS)
    def cancel(self, number):
        def step(session, _):
            found = self.pick(session, Registration, number)
            if found is not None:
                cancel_registration(session, found, actor="link", now=self.now)

        self.act(step)

    @rule(number=STEPS, accepts=st.booleans())
    def answer(self, number, accepts):
        def step(session, _):
            found = self.pick(session, Registration, number)
            offer = find_open_offer(session, found.id) if found else None
            if offer is not None:
                answer = accept_offer if accepts else decline_offer
                answer(session, offer.id, actor="link", now=self.now)

        self.act(step)

    @rule(body=st.integers(0, 1), seats=st.integers(0, 3))
    def give(self, body, seats):
        self.act(lambda s, w: gives_seats(s, w, self.bodies[body], seats, alternates=1))

    @rule(body=st.integers(0, 1), name=NAMES, role=st.sampled_from(["member", "alternate"]))
    def name_somebody(self, body, name, role):
        self.act(lambda s, w: a_nomination(s, w, self.bodies[body], name, role=role))

    @rule(number=STEPS, verb=st.sampled_from([confirm, decline, withdraw]))
    def answer_nomination(self, number, verb):
        def step(session, _):
            found = self.pick(session, Nomination, number)
            if found is not None:
                verb(session, found, actor="link", now=self.now)

        self.act(step)

    @rule(number=STEPS, name=st.none() | NAMES)
    def substitute(self, number, name):
        nominee = Nominee(name=name, email=f"{name}@body.example") if name else None

        def step(session, _):
            found = self.pick(session, Nomination, number)
            if found is not None:
                substitute(session, found, nominee, actor="t", nominated_by=None, now=self.now)

        self.act(step)

    @rule(giver=st.integers(0, 1), seats=st.integers(1, 3))
    def transfer(self, giver, seats):
        bodies = self.bodies[giver], self.bodies[1 - giver]
        self.act(lambda s, w: transfer_seats(s, w, *bodies, seats, actor="test", now=self.now))

    def scan(self, code=""):
        scan_id, at = str(new_id()), self.now
        return Scan(scan_id=scan_id, code=code, direction="in", scanned_at=at)

    @rule(number=STEPS)
    def enter(self, number):
        def step(session, workshop):
            found = self.pick(session, Registration, number)
            if found is not None:
                scan = self.scan(short_code(found.id))
                check_in(session, workshop, scan, actor="door", now=self.now)

        self.act(step)

    @rule(name=NAMES)
    def walk_in(self, name):
        def step(session, workshop):
            who = an_attendee(name)
            walk_in(session, workshop, who, self.scan(), actor="door", now=self.now)

        self.act(step)

    @rule(number=STEPS, verb=st.sampled_from([approve, reject]))
    def decide(self, number, verb):
        def step(session, _):
            found = self.pick(session, Registration, number)
            if found is not None:
                verb(session, found, actor="test", now=self.now)

        self.act(step)

    @rule(capacity=st.integers(1, 8))
    def resize(self, capacity):
        self.act(
            lambda s, w: change_workshop(s, w, {"capacity": capacity}, actor="test", now=self.now)
        )

    @rule(hours=st.integers(1, 48))
    def time_passes(self, hours):
        self.now += timedelta(hours=hours)
        self.act(lambda s, w: keep_due_dates(s, w.id, now=self.now))

    @invariant()
    def the_ledger_adds_up(self):
        if not hasattr(self, "workshop_id"):
            return
        with self.database.reading() as session:
            assert false_ledgers(session) == []
            ledger = session.get_one(SeatLedger, self.workshop_id)
            assert ledger.taken <= ledger.capacity
            assert not self.is_somebody_kept_from_a_free_seat(session, ledger)
            self.no_group_is_torn(session)
            for each in session.query(Nomination).filter_by(state="registered"):
                assert each.has_seat, "somebody is registered without a seat"
                assert find_registration(session, each), "a seat of nobody"

    def is_somebody_kept_from_a_free_seat(self, session, ledger):
        """Whoever waits while seats are free is a group they are too few for, or is behind one."""
        if not (ledger.free and ledger.waiting):
            return False
        workshop = session.get_one(Workshop, self.workshop_id)
        after = 0
        while (party := next_party(session, workshop.id, after=after)) is not None:
            if party.size <= ledger.free:
                return True
            if party.gathers(workshop, now=self.now):
                return False
            after = party.last_number
        return False

    def no_group_is_torn(self, session):
        for group in session.query(RegistrationGroup).filter_by(is_together=True):
            found = {each.state for each in people_of(session, group)}
            assert not {"waiting", "offered"} <= found, "some wait and some are offered seats"


def test_no_order_of_anything_breaks_the_ledger(templates):
    with templates.on_sqlite("events", MIGRATIONS) as database:
        AnyOrder.database = database
        case = AnyOrder.TestCase
        case.settings = settings(
            max_examples=25,
            stateful_step_count=50,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        case().runTest()
