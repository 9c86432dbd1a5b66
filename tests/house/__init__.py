"""House tests: they hold the plan itself, not what the software does."""
