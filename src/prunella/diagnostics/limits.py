"""How much of one log is kept, so that memory does not follow the number of errors in it."""

MOST_PARSED = 5_000
"""Diagnostics that one parser reads before it stops: enough to find the errors behind a flood of warnings."""

MOST_KEPT = 5_000
"""Diagnostics kept of all of a log, errors before all others."""

MOST_STREAMED = 1_000
"""Diagnostics of one kind (errors, others) after which a log too large to be read whole is only looked through."""

MOST_COUNTED = 1_000
"""Diagnostics of one check that a task goes by and records: who prints more has one cause, and it is among these."""
