"""Custom fields: defining them, reading what is given, and keeping it."""
