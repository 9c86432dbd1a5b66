"""What notifications can do: compose, deliver, suppress, read the inbox."""
