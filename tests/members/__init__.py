"""Tests of members; they mirror services/members."""
