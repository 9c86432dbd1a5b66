"""What everything stands on: time, ids, logs, settings, failures, languages, economies, names."""
