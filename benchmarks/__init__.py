"""Questions about speed, each answered against a baseline in the same run."""
