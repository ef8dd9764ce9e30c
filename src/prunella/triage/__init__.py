"""What is no work for a model is told before one is asked: the machine, flaky tests, time limits, older breakage."""
