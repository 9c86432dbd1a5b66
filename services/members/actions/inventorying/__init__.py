"""Taking inventory of the talent gap: gathered, released, hidden where it must be, published."""
