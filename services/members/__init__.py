"""members: who belongs to the alliance, who speaks for whom, and who is signed in.

Owns organisations, memberships, people, affiliations, appointments, grants, accounts,
invitations, all ways of signing in, sessions, personal tokens and the keys that sign tokens.
Tells people, organisations and who belongs where; keys and revocations; mails it asks for.
Hears its own keys, revocations and grants, uses of personal tokens, and addresses that can't be
reached.
"""
