"""The main job from end to end, on running processes: the same journeys on both ways to run."""
