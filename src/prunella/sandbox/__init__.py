"""Where checks run."""
