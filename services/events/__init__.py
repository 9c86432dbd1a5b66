"""events: workshops, their programme, and who has a seat.

Owns workshops, sessions, speakers, the seat ledger with its allotments, nominations,
registrations, the waiting list and its offers.
Tells what happened to a workshop, a nomination, a registration or a seat.
Hears people, organisations, memberships and appointments (copies), keys and revocations.
"""
