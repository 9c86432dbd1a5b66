"""The messages that travel between services: their fields, schemas and envelope."""
