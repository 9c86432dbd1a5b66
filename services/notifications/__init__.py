"""notifications: who was told what, by which channel, and what became of it.

Owns notifications, deliveries with their attempts, the in-app inbox, suppressions, and copies of
people, workshops and rosters.
Tells which addresses can't be reached and which deliveries failed.
Hears everything that people must be told, from members and events.
"""
