"""The tree of organisations, asked and walked: the same, whatever joined, ended or moved."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.actions import joining, lasting
from services.members.actions.failures import AlreadyThere, Circle, WrongState
from services.members.model import Membership
from services.members.model.membership import ACTIVE, OPEN
from services.members.queries.scopes import ancestors_of, below
from tests.members.builders import NOW, a_draft, an_organisation

COUNT = 7
places = st.integers(0, COUNT - 1)
pairs = st.tuples(places, places)
steps = st.one_of(
    st.tuples(st.just("join"), pairs),
    st.tuples(st.sampled_from(["resign", "suspend", "reinstate", "expel"]), pairs),
    st.tuples(st.just("move"), st.tuples(places, places, places)),
    st.tuples(st.just("wait"), st.integers(1, 400)),
)


class Walk:
    """Seven organisations, the steps as actions take them, and a naive walk to compare with."""

    def __init__(self, session):
        self.session, self.now = session, NOW
        self.all = [an_organisation(session, f"O{number}") for number in range(COUNT)]

    def take(self, step):
        what, where = step
        try:
            getattr(self, f"_{what}")(where)
        except (AlreadyThere, Circle, WrongState):
            return

    def _join(self, pair):
        member, host = (self.all[place] for place in pair)
        made = a_draft(self.session, member, host, starts_on=self.now.date())
        self.session.flush()
        lasting.set_end(made, self.now.date() + timedelta(days=90), None)
        joining.submit(self.session, made, actor="x", now=self.now)
        joining.approve(self.session, made, actor="x", now=self.now)

    def _find(self, pair):
        member, host = (self.all[place].id for place in pair)
        query = select(Membership).where(
            Membership.member_id == member,
            Membership.host_id == host,
            Membership.state.in_(OPEN),
        )
        found = self.session.scalars(query).first()
        if found is None:
            raise WrongState("none")
        return found

    def _act(self, verb, pair):
        getattr(joining, verb)(self.session, self._find(pair), actor="x", now=self.now)

    def _resign(self, pair):
        self._act("resign", pair)

    def _suspend(self, pair):
        self._act("suspend", pair)

    def _reinstate(self, pair):
        self._act("reinstate", pair)

    def _expel(self, pair):
        self._act("expel", pair)

    def _move(self, three):
        member, old, new = three
        self._resign((member, old))
        self._join((member, new))

    def _wait(self, days):
        self.now += timedelta(days=days)
        lasting.keep_terms(self.session, now=self.now)

    def edges(self):
        query = select(Membership.member_id, Membership.host_id).where(Membership.state.in_(ACTIVE))
        return [tuple(row) for row in self.session.execute(query)]

    def walked(self, start, edges):
        seen, to_come = set(), [start]
        while to_come:
            here = to_come.pop()
            for source, target in edges:
                if source == here and target not in seen:
                    seen.add(target)
                    to_come.append(target)
        return seen

    def compare(self):
        self.session.flush()
        edges = self.edges()
        back = [(host, member) for member, host in edges]
        for each in self.all:
            above = self.walked(each.id, edges)
            assert each.id not in above
            assert ancestors_of(self.session, each.id) == {each.id, *above}
            assert set(self.session.scalars(below([each.id]))) == self.walked(each.id, back)
        every = [each.id for each in self.all]
        assert set(self.session.scalars(below(every))) == {member for member, _ in edges}


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(taken=st.lists(steps, max_size=25))
def test_what_is_asked_is_what_a_walk_finds(database, taken):
    with Session(database.engine) as session:
        walk = Walk(session)
        for step in taken:
            walk.take(step)
            walk.compare()
        session.rollback()
