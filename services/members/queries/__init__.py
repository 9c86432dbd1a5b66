"""Reads of members for pages and lists; every read of somebody's data goes through a scope."""
