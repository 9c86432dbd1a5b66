"""Urgent messages overtake a backlog, in the outbox and in the queue."""

from uuid import uuid4

from shared.contracts.members import PersonErased, SessionRevoked
from shared.messaging import topology
from shared.messaging.consumer import PREFETCH
from shared.messaging.pending import BATCH
from tests.shared.messaging.travel import (
    HEARER,
    NOW,
    QUEUE,
    TELLER,
    an_erasure,
    consuming,
    count,
    effects,
    heard_versions,
    note,
    relay_of,
    tell_all,
    until,
    waiting_in,
)

URGENT = topology.urgent_queue_of(HEARER, TELLER)
REACTIONS = {PersonErased: note, SessionRevoked: note}


def test_a_revocation_overtakes_an_import(place):
    tell_all(place.teller, [an_erasure() for _ in range(2 * BATCH)])
    tell_all(place.teller, [SessionRevoked(session_id=uuid4(), expires_at=NOW)])
    relay = relay_of(place)

    relay.relay_once()
    assert waiting_in(place.broker_url, URGENT) == 1
    assert waiting_in(place.broker_url, QUEUE) == BATCH

    with consuming(place, REACTIONS):
        until(lambda: count(place.hearer, effects) == BATCH + 1)
    # The revocation alone is noted without a version.
    assert heard_versions(place.hearer).index(0) <= 2 * PREFETCH

    while relay.relay_once():
        pass
    relay.close()
    assert waiting_in(place.broker_url, QUEUE) == BATCH
    assert waiting_in(place.broker_url, URGENT) == 0
