"""The checkout that fixes are applied to: snapshots, the journal, commits, undo and recovery, all through git."""
