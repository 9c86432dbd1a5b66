"""Reads of events. What an asker may see is decided here, in the scope of every read."""
