"""Modules that are read when they are first needed: what few processes use costs the others."""

from importlib import import_module
from typing import Any


class Later:
    """Stands for a module. Its names are looked up in it, which reads it the first time."""

    def __init__(self, name: str):
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self._name), attribute)
