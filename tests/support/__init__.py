"""Real servers, sinks and finders for the tests. No test doubles of our own code."""
