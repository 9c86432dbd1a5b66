"""What members can do. Actions are given a session, nouns and the instant; they tell messages."""
