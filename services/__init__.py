"""The three services of Plenary, and the ways to run them together or apart."""
