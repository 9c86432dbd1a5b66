"""How messages travel: told in the outbox, relayed, heard once through the inbox."""
