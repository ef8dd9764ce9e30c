"""The command line: one door, one error boundary."""
