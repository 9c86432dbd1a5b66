"""What members can do. Actions are given a session, nouns and the instant; they tell messages.

Whoever loads any of them keeps the audit.
"""

from services.members.actions.auditing.sealing import keep_audit

keep_audit()
