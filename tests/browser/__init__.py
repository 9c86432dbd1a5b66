"""Plenary as people see it, in Chromium."""
