"""Tests of the shared mechanism."""
