"""members: who belongs to the alliance, who speaks for whom, and who is signed in.

Owns organisations, memberships, people, affiliations, appointments, grants, accounts,
sessions and the keys that sign access tokens.
Tells people, organisations and who belongs where; keys and revocations; mails it asks for.
Hears its own keys and revocations, and addresses that can't be reached.
"""
