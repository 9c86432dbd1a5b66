"""Mechanism and the spoken language that the services have in common. No business table, no rule."""
