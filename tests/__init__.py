"""Plenary's tests. The folders mirror the code's; `support` holds what they stand on."""
