"""Where members meets the outside world: organisations' own identity providers."""
