"""The audit: watching what a transaction changes, sealing it in, verifying, forgetting."""
