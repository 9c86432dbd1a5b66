"""Imports: a file is read, mapped, previewed row by row, applied, and can be reverted."""
