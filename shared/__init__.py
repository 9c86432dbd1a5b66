"""Mechanism and the spoken language that the services have in common.

No business table, no rule, no client for calling a service.
"""
