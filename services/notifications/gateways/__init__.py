"""Where notifications meets the outside: SMTP servers, and the mailbox of embedded mode."""
