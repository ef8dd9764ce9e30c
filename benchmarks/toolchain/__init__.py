"""Rung 0 on real packages: how much it heals, how much of that is wrong, and how long it takes."""
