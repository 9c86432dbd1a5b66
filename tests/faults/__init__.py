"""Killing, cutting and refusing while people register; then nothing may be lost."""
